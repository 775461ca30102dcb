import { AppError } from '../../../core/errors.ts';

/** How long to wait for the news of a loss, in milliseconds. */
const LOSS_MS = 200;

/** One shader over rows of logits: a list of tasks goes in, fixed-size records come out. */
export class Kernel {
  readonly #device: GPUDevice;
  readonly #pipeline: GPUComputePipeline;

  private constructor(device: GPUDevice, pipeline: GPUComputePipeline) {
    this.#device = device;
    this.#pipeline = pipeline;
  }

  /** Rejects with `model-load` where the shader does not compile on this device. */
  static async create(device: GPUDevice, label: string, code: string): Promise<Kernel> {
    const module = device.createShaderModule({ label, code });
    try {
      const compute = { module, entryPoint: 'main' };
      const pipeline = await device.createComputePipelineAsync({ label, layout: 'auto', compute });
      return new Kernel(device, pipeline);
    } catch (cause) {
      const { messages } = await module.getCompilationInfo();
      const why = messages.map(({ lineNum, message }) => `line ${lineNum}: ${message}`).join('; ');
      throw new AppError('model-load', `the GPU refused the shader "${label}": ${why || String(cause)}`, {
        cause,
      });
    }
  }

  /** Runs one workgroup for each of `groups` and reads `outBytes` back. */
  async run(rows: Rows, tasks: ArrayBuffer, groups: number, outBytes: number): Promise<ArrayBuffer> {
    const device = this.#device;
    const shape = upload(device, GPUBufferUsage.UNIFORM, new Uint32Array([rows.vocabulary, 0, 0, 0]).buffer);
    const given = upload(device, GPUBufferUsage.STORAGE, tasks);
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC;
    const out = device.createBuffer({ size: outBytes, usage });
    const resources = [
      { buffer: rows.buffer, size: rows.bytes },
      { buffer: shape },
      { buffer: given },
      { buffer: out },
    ];
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(this.#pipeline);
    const layout = this.#pipeline.getBindGroupLayout(0);
    const entries = resources.map((resource, binding) => ({ binding, resource }));
    pass.setBindGroup(0, device.createBindGroup({ layout, entries }));
    pass.dispatchWorkgroups(groups);
    pass.end();
    try {
      return await readBack(device, encoder, out, 0, outBytes);
    } finally {
      for (const buffer of [shape, given, out]) buffer.destroy();
    }
  }
}

/** Where rows of logits lie, one after the other from the buffer's start. */
export interface Rows {
  readonly buffer: GPUBuffer;
  readonly vocabulary: number;
  readonly bytes: number;
}

function upload(device: GPUDevice, usage: GPUBufferUsageFlags, bytes: ArrayBuffer): GPUBuffer {
  const buffer = device.createBuffer({ size: bytes.byteLength, usage: usage | GPUBufferUsage.COPY_DST });
  device.queue.writeBuffer(buffer, 0, bytes);
  return buffer;
}

/** Submits what was recorded and brings part of a buffer back. */
export async function readBack(
  device: GPUDevice,
  encoder: GPUCommandEncoder,
  source: GPUBuffer,
  offset: number,
  bytes: number,
): Promise<ArrayBuffer> {
  const staging = device.createBuffer({
    size: bytes,
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  });
  encoder.copyBufferToBuffer(source, offset, staging, 0, bytes);
  device.queue.submit([encoder.finish()]);
  try {
    await staging.mapAsync(GPUMapMode.READ);
    return staging.getMappedRange().slice(0);
  } catch (cause) {
    throw await failureOf(device, cause);
  } finally {
    staging.destroy();
  }
}

/** A lost device fails what reads from it, and tells of its loss at about the same time. */
async function failureOf(device: GPUDevice, cause: unknown): Promise<AppError> {
  const moment = new Promise<undefined>((resolve) => setTimeout(resolve, LOSS_MS));
  const lost = await Promise.race([device.lost, moment]);
  const reason = cause instanceof Error ? cause.message : String(cause);
  return lost === undefined
    ? new AppError('engine-crashed', `the GPU gave nothing back: ${reason}`, { cause })
    : lossOf(lost, cause);
}

export function lossOf({ reason, message }: GPUDeviceLostInfo, cause?: unknown): AppError {
  const why = message === '' ? reason : message;
  return new AppError('device-lost', `the GPU was lost: ${why}; load the model again to go on`, { cause });
}
