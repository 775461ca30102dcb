import v0_2_48 from 'web-llm-v0_2_48/package.json' with { type: 'json' };
import newer from '@mlc-ai/web-llm/package.json' with { type: 'json' };
import { AppError } from '../../../core/errors.ts';
import type { Generation } from '../../../core/mlc/library.ts';
import { call, construct, need } from './reflect.ts';
import { LIBRARY_ADDRESS, MODEL_ADDRESS } from './sideload.ts';

const ID = 'model';

/** The npm package that runs libraries of a generation. */
export function packageOf(generation: Generation): string {
  const { name, version } = generation === 'v0_2_48' ? v0_2_48 : newer;
  return `${name} ${version}`;
}

/** 6 MB each, and a model needs one of them. */
async function importRuntime(generation: Generation): Promise<unknown> {
  return generation === 'v0_2_48' ? await import('web-llm-v0_2_48') : await import('@mlc-ai/web-llm');
}

export interface RuntimeOptions {
  readonly generation: Generation;
  /** Tokens of WebLLM's own cache, which is one sequence. */
  readonly contextTokens: number;
  readonly shaderF16: boolean;
  /** Sees the logits of each step of WebLLM's own sequence. */
  readonly onLogits?: (logits: Float32Array) => void;
  readonly onProgress: (fraction: number) => void;
}

export interface Runtime {
  readonly engine: unknown;
  /** The model as WebLLM holds it; private to WebLLM. */
  readonly pipeline: unknown;
  readonly device: GPUDevice;
}

/** Loads what `serveOnly` serves into the runtime that fits. Rejects with what WebLLM throws. */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const runtime = await importRuntime(options.generation);
  const record = {
    model: MODEL_ADDRESS,
    model_id: ID,
    model_lib: LIBRARY_ADDRESS,
    required_features: options.shaderF16 ? ['shader-f16'] : [],
    overrides: {
      context_window_size: options.contextTokens,
      sliding_window_size: -1,
      attention_sink_size: -1,
    },
  };
  const engine = construct(runtime, 'MLCEngine', {
    // The two generations name the choice of the cache differently.
    appConfig: { model_list: [record], useIndexedDBCache: false, cacheBackend: 'cache' },
    logLevel: 'SILENT',
    initProgressCallback: (report: { readonly progress: number }) => {
      options.onProgress(report.progress);
    },
    ...(options.onLogits === undefined ? {} : { logitProcessorRegistry: processors(options.onLogits) }),
  });
  await call(engine, 'reload', ID);
  // A load that was stopped returns as if it had succeeded.
  const pipeline = call(need(engine, 'loadedModelIdToPipeline'), 'get', ID);
  if (pipeline === undefined) throw new AppError('model-load', 'WebLLM: expected a loaded model, got none');
  const device = need(need(need(need(pipeline, 'tvm'), 'lib'), 'webGPUContext'), 'device');
  if (!(device instanceof GPUDevice))
    throw new AppError('model-load', 'WebLLM: expected a GPU device, got none');
  return { engine, pipeline, device };
}

function processors(onLogits: (logits: Float32Array) => void): ReadonlyMap<string, object> {
  const processor = {
    processLogits: (logits: Float32Array) => {
      onLogits(logits);
      return logits;
    },
    processSampledToken: () => undefined,
    resetState: () => undefined,
  };
  return new Map([[ID, processor]]);
}
