import * as v from 'valibot';
import { readWeights } from '../../src/core/mlc/weights.ts';
import type { Logits } from '../../src/engines/webllm/device-model.ts';
import type { Opened, OpenRequest } from '../../src/engines/webllm/open.ts';
import { Readout } from '../../src/engines/webllm/readout/readout.ts';
import { PlainDevice } from '../reference/webllm/plain-device.ts';
import { toyNet } from '../reference/webllm/toy-net.ts';

/** Prefills of a load's self-check; a device that does not last goes after them. */
const CHECKED = 3;

const shapeSchema = v.object({
  layers: v.number(),
  hidden: v.number(),
  heads: v.number(),
  epsilon: v.number(),
  ropeBase: v.number(),
});

/**
 * Stands in for WebLLM and a compiled library, which no test can ship: the same folder, computed in plain code, with the logits in a
 * real buffer of the GPU. All around it is what runs with a real library.
 */
export async function openStandIn(
  request: OpenRequest,
  device: GPUDevice,
  without: unknown,
): Promise<Opened> {
  const weights = await weightsOf(request);
  const net = toyNet(v.parse(shapeSchema, request.config.model), weights);
  const readout = await Readout.create(device);
  const toLogits = (rows: readonly Float32Array[]): Logits => onGpu(device, readout, rows);
  const model = new PlainDevice(net, request.limits('batched'), toLogits, without !== 'shared prompts');
  if (without === 'a lasting device') {
    model.before = (kind) => {
      if (kind === 'decode' && model.counts.prefills > CHECKED) device.destroy();
    };
  }
  return {
    model,
    version: 'stand-in for a compiled library (plain code of the tests)',
    adapterName: 'stand-in; logits on the software GPU',
    notes: [],
  };
}

function onGpu(device: GPUDevice, readout: Readout, rows: readonly Float32Array[]): Logits {
  const vocabulary = rows[0]?.length ?? 1;
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
  const buffer = device.createBuffer({ size: Math.max(1, rows.length) * vocabulary * 4, usage });
  rows.forEach((row, at) => {
    device.queue.writeBuffer(buffer, at * vocabulary * 4, Float32Array.from(row));
  });
  return readout.over(buffer, rows.length, vocabulary, () => {
    buffer.destroy();
  });
}

async function weightsOf({ files, indexFile }: OpenRequest): Promise<(name: string) => Float32Array> {
  const index = readWeights((await files.get(indexFile)?.text()) ?? '', indexFile);
  const tensors = new Map<string, Float32Array>();
  for (const { path, records } of index.shards) {
    const bytes = await files.get(path)?.arrayBuffer();
    for (const { name, byteOffset, nbytes } of records)
      tensors.set(
        name,
        new Float32Array((bytes ?? new ArrayBuffer()).slice(byteOffset, byteOffset + nbytes)),
      );
  }
  return (name) => {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new Error(`the stand-in has no tensor ${name}`);
    return tensor;
  };
}
