import { AppError } from '../../../core/errors.ts';
import { INDEX_FILES } from '../../../core/mlc/weights.ts';
import type { OpenDevice, Opened, OpenRequest } from '../open.ts';
import { Readout } from '../readout/readout.ts';
import { repairMergeKernel, type Repair } from './barrier.ts';
import { BatchedModel, BATCHED_FUNCTIONS } from './batched.ts';
import { packageOf, startRuntime, type Runtime } from './runtime.ts';
import { LIBRARY_ADDRESS, MODEL_ADDRESS, serveOnly } from './sideload.ts';
import { Captured, SingleModel } from './single.ts';
import { watchGpu, type Watch } from './watch.ts';

/** WebLLM's own cache is of no use beside ours; it takes some room all the same. */
const OWN_CACHE_TOKENS = 64;

/** Loads a model into WebLLM and drives the functions of its library. */
export const openTvm: OpenDevice = async (request) => {
  serveOnly(addresses(request));
  const repair = repairMergeKernel();
  const watch = watchGpu();
  const batched = BATCHED_FUNCTIONS.every((name) => name in request.library.metadata.memoryUsage);
  const captured = new Captured();
  const runtime = await start(request, batched, captured, watch);
  watch.follow(runtime.device);
  const readout = await Readout.create(runtime.device);
  const limits = request.limits(batched ? 'batched' : 'single');
  const tools = { runtime, readout, watch, limits, vocabulary: request.config.vocabulary };
  const model = batched ? new BatchedModel(tools) : new SingleModel({ ...tools, captured });
  await runtime.device.queue.onSubmittedWorkDone();
  const failure = watch.failure();
  if (failure !== undefined) throw loadFailure(failure);
  return { model, ...told(request, runtime, repair, batched) };
};

async function start(
  { library, contextTokens, onProgress }: OpenRequest,
  batched: boolean,
  captured: Captured,
  watch: Watch,
): Promise<Runtime> {
  try {
    return await startRuntime({
      generation: library.generation,
      contextTokens: batched ? OWN_CACHE_TOKENS : contextTokens,
      shaderF16: library.metadata.quantization.includes('f16'),
      onProgress,
      ...(batched ? {} : { onLogits: captured.take }),
    });
  } catch (thrown) {
    throw loadFailure(watch.explain(thrown));
  }
}

/** A load that fails is not resumed: whatever the GPU says of it, the model does not run here. */
function loadFailure(error: AppError): AppError {
  const crash = error.code === 'engine-crashed' || error.code === 'device-lost';
  return crash ? new AppError('model-load', error.message, { cause: error }) : error;
}

/** Each generation looks for the index of the weights under a name of its own. */
function addresses({ files, library, indexFile }: OpenRequest): ReadonlyMap<string, Blob> {
  const served = new Map<string, Blob>([[LIBRARY_ADDRESS, library.blob]]);
  for (const [name, blob] of files) served.set(MODEL_ADDRESS + name, blob);
  const index = files.get(indexFile);
  if (index !== undefined) for (const name of INDEX_FILES) served.set(MODEL_ADDRESS + name, index);
  return served;
}

function told(
  { library }: OpenRequest,
  { device }: Runtime,
  repair: Repair,
  batched: boolean,
): Omit<Opened, 'model'> {
  const { vendor, architecture, description } = device.adapterInfo;
  return {
    version: `${packageOf(library.generation)}, library ${library.generation}`,
    adapterName: [vendor, architecture, description].filter((text) => text !== '').join(' '),
    // A kernel that is there and was not repaired may be right on this GPU; the self-check tells.
    notes: [
      ...(batched ? [] : ['the library has no batched functions: one request at a time']),
      ...(repair.seen && !repair.repaired ? ['the kernel merge_state_inplace was not repaired'] : []),
    ],
  };
}
