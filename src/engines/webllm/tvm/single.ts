import { AppError } from '../../../core/errors.ts';
import type { DeviceLimits, DeviceModel, Logits, Part, SequenceId, Step } from '../device-model.ts';
import type { Readout } from '../readout/readout.ts';
import { call } from './reflect.ts';
import type { Runtime } from './runtime.ts';
import type { Watch } from './watch.ts';

/** The logits of the last step, as WebLLM hands them to a processor of logits; its array is used again. */
export class Captured {
  #last: Float32Array<ArrayBuffer> | undefined;

  readonly take = (logits: Float32Array): void => {
    this.#last = Float32Array.from(logits);
  };

  read(): Float32Array<ArrayBuffer> {
    const last = this.#last;
    this.#last = undefined;
    if (last === undefined)
      throw new AppError('engine-crashed', 'WebLLM: expected logits of a step, got none');
    return last;
  }
}

interface Tools {
  readonly runtime: Runtime;
  readonly readout: Readout;
  readonly watch: Watch;
  readonly limits: DeviceLimits;
  readonly vocabulary: number;
  readonly captured: Captured;
}

/** One sequence through WebLLM's public API, for libraries without batched functions. */
export class SingleModel implements DeviceModel {
  readonly limits: DeviceLimits;
  readonly vocabulary: number;
  readonly #tools: Tools;
  #fresh: Promise<unknown> = Promise.resolve();

  constructor(tools: Tools) {
    this.#tools = tools;
    this.limits = tools.limits;
    this.vocabulary = tools.vocabulary;
  }

  add(_id: SequenceId): void {
    this.#fresh = Promise.resolve(call(this.#tools.runtime.engine, 'resetChat'));
    // It is awaited before the next step.
    this.#fresh.catch(() => undefined);
  }

  remove(_id: SequenceId): void {
    // The next `add` empties the cache.
  }

  prefill(parts: readonly Part[], _read: readonly number[]): Promise<Logits> {
    return this.#forward(
      parts.flatMap(({ tokens }) => tokens),
      true,
    );
  }

  decode(steps: readonly Step[]): Promise<Logits> {
    return this.#forward(
      steps.map(({ token }) => token),
      false,
    );
  }

  readonly explain = (thrown: unknown): AppError => this.#tools.watch.explain(thrown);

  async dispose(): Promise<void> {
    await call(this.#tools.runtime.engine, 'unload');
  }

  async #forward(tokens: readonly number[], prefill: boolean): Promise<Logits> {
    const { runtime, captured, watch, readout } = this.#tools;
    const { device } = runtime;
    try {
      await this.#fresh;
      await call(runtime.engine, 'forwardTokensAndSample', [...tokens], prefill);
      const logits = captured.read();
      const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
      const buffer = device.createBuffer({ size: logits.byteLength, usage });
      device.queue.writeBuffer(buffer, 0, logits);
      return readout.over(buffer, 1, this.vocabulary, () => {
        buffer.destroy();
      });
    } catch (thrown) {
      throw watch.explain(thrown);
    }
  }
}
