import type { Choice, Draw, Logits } from '../device-model.ts';
import { Kernel, readBack, type Rows } from './kernel.ts';
import { GATHER, LIST_LIMIT, SAMPLE, TOP } from './kernels.ts';
import { byLikelihood, logSoftmax } from './softmax.ts';

/** Below this a temperature draws the likeliest token anyway, and its inverse would leave the range of a 32-bit float. */
const LEAST_TEMPERATURE = 1e-6;

/** Reads rows of logits on a GPU device: what comes back is a few numbers for each row. */
export class Readout {
  readonly #device: GPUDevice;
  readonly #sample: Kernel;
  readonly #gather: Kernel;
  readonly #top: Kernel;

  private constructor(device: GPUDevice, [sample, gather, top]: readonly [Kernel, Kernel, Kernel]) {
    this.#device = device;
    this.#sample = sample;
    this.#gather = gather;
    this.#top = top;
  }

  static async create(device: GPUDevice): Promise<Readout> {
    const kernels = await Promise.all([
      Kernel.create(device, 'sample', SAMPLE),
      Kernel.create(device, 'gather', GATHER),
      Kernel.create(device, 'top', TOP),
    ]);
    return new Readout(device, kernels);
  }

  /** `rows` rows of 32-bit floats from the start of `buffer`, which stays the caller's; `release` is called once. */
  over(buffer: GPUBuffer, rows: number, vocabulary: number, release: () => void): Logits {
    const place = { buffer, vocabulary, bytes: rows * vocabulary * 4 };
    let open = true;
    return {
      rows,
      sample: (draws) => this.#draw(place, draws),
      logprobs: (entries) => this.#logprobs(place, entries),
      top: (row, count) => this.#likeliest(place, row, count),
      keep: (row) => this.#copy(place, row),
      release: () => {
        if (open) release();
        open = false;
      },
    };
  }

  async #draw(rows: Rows, draws: readonly Draw[]): Promise<readonly Choice[]> {
    if (draws.length === 0) return [];
    const tasks = new DataView(new ArrayBuffer(draws.length * 16));
    draws.forEach(({ row, temperature, topP, random }, at) => {
      tasks.setUint32(at * 16, row, true);
      tasks.setFloat32(at * 16 + 4, temperature < LEAST_TEMPERATURE ? 0 : temperature, true);
      tasks.setFloat32(at * 16 + 8, topP, true);
      tasks.setFloat32(at * 16 + 12, random, true);
    });
    const bytes = draws.length * 16;
    const out = new DataView(await this.#sample.run(rows, tasks.buffer, draws.length, bytes));
    return draws.map((_draw, at) => ({
      id: out.getUint32(at * 16, true),
      logprob: out.getUint32(at * 16 + 8, true) === 0 ? out.getFloat32(at * 16 + 4, true) : undefined,
    }));
  }

  async #logprobs(
    rows: Rows,
    entries: readonly { readonly row: number; readonly id: number }[],
  ): Promise<readonly (number | undefined)[]> {
    if (entries.length === 0) return [];
    const tasks = new Uint32Array(entries.flatMap(({ row, id }) => [row, id]));
    const out = new DataView(await this.#gather.run(rows, tasks.buffer, entries.length, entries.length * 16));
    return entries.map((_entry, at) => {
      if (out.getUint32(at * 16 + 4, true) !== 0) return undefined;
      return out.getUint32(at * 16 + 8, true) === 0 ? out.getFloat32(at * 16, true) : -Infinity;
    });
  }

  async #likeliest(rows: Rows, row: number, asked: number): Promise<readonly Choice[]> {
    const count = Math.min(asked, rows.vocabulary);
    const whole = async (): Promise<readonly Choice[]> =>
      byLikelihood(logSoftmax(await this.#row(rows, row))).slice(0, count);
    if (count > LIST_LIMIT / 2) return await whole();
    const tasks = new Uint32Array([row, count]);
    const out = new DataView(await this.#top.run(rows, tasks.buffer, 1, 16 + LIST_LIMIT * 8));
    const length = out.getUint32(0, true);
    if (length > LIST_LIMIT) return await whole();
    const top = out.getFloat32(4, true);
    const logSum = out.getFloat32(8, true);
    const broken = out.getUint32(12, true) !== 0;
    const listed = Array.from({ length }, (_, at) => ({
      id: out.getUint32(16 + at * 8, true),
      logprob: broken ? undefined : out.getFloat32(20 + at * 8, true) - top - logSum,
    }));
    return listed.sort((a, b) => (b.logprob ?? 0) - (a.logprob ?? 0) || a.id - b.id).slice(0, count);
  }

  #copy({ buffer, vocabulary }: Rows, row: number): Logits {
    const size = vocabulary * 4;
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
    const copy = this.#device.createBuffer({ size, usage });
    const encoder = this.#device.createCommandEncoder();
    encoder.copyBufferToBuffer(buffer, row * size, copy, 0, size);
    this.#device.queue.submit([encoder.finish()]);
    return this.over(copy, 1, vocabulary, () => {
      copy.destroy();
    });
  }

  async #row({ buffer, vocabulary }: Rows, row: number): Promise<Float32Array> {
    const bytes = vocabulary * 4;
    const encoder = this.#device.createCommandEncoder();
    return new Float32Array(await readBack(this.#device, encoder, buffer, row * bytes, bytes));
  }
}
