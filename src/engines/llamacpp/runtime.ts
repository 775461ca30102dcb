import { Wllama } from '@wllama/wllama/esm/index.js';
import { version } from '@wllama/wllama/package.json';
import wasmUrl from '@wllama/wllama/esm/wasm/wllama.wasm?url';
import * as v from 'valibot';
import type { Device } from '../../core/engine.ts';
import { AppError } from '../../core/errors.ts';
import { InvalidTextError, toFailure } from './failure.ts';
import { createLog, type Log } from './log.ts';
import { chunkSchema, toCompletion, type Completion } from './reply.ts';

export interface RuntimeOptions {
  readonly file: Blob;
  /** Put on by `lora` of a request, by their index here; off otherwise. */
  readonly adapters: readonly Blob[];
  readonly device: Device;
  readonly threads: number;
  readonly batch: number;
  readonly contextTokens: number;
}

/** A request in llama-server's own words (tools/server/README.md, POST /completion); `prompt` is a text. */
export type Body = Readonly<Record<string, unknown>> & { readonly prompt: string };

/** A model in llama.cpp: requests in, completions out, every failure an AppError. */
export interface Runtime {
  readonly version: string;
  readonly device: Device;
  readonly threads: number;
  /** Per request. */
  readonly contextTokens: number;
  readonly addsBos: boolean;
  readonly endTokens: ReadonlySet<number>;
  complete(body: Body, signal: AbortSignal): Promise<Completion>;
  /**
   * The same over a stream, which drops a character that the last token cut. Bytes that can be no text end the answer with
   * U+FFFD, for llama.cpp writes nothing after them.
   */
  stream(body: Body, signal: AbortSignal): Promise<Completion>;
  /** Gives its memory back; requests in flight never settle. */
  close(): void;
}

const infoSchema = v.object({
  success: v.boolean(),
  n_vocab: v.number(),
  n_ctx: v.number(),
  add_bos_token: v.boolean(),
  token_eos: v.number(),
  token_eot: v.number(),
  list_tokens_eog: v.array(v.number()),
});

/** Rejects with `model-load`. May hang where WebAssembly cannot start: the caller keeps a time limit. */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const log = createLog();
  const wllama = new Wllama(
    { default: new URL(wasmUrl, globalThis.location.href).href },
    { logger: log.logger },
  );
  // The default fetches a build for older browsers from another origin.
  wllama.setCompat(null);
  const info = await loadModel(wllama, options, log);
  const device = log.has(/WebGPU.*buffer size/i) ? 'webgpu' : 'cpu';
  log.quiet();
  return {
    version: `wllama ${version}, llama.cpp ${Wllama.getLibllamaVersion()}`,
    device,
    threads: wllama.isMultithread() ? wllama.getNumThreads() : 1,
    contextTokens: Math.floor(info.n_ctx / options.batch),
    addsBos: info.add_bos_token,
    endTokens: new Set([info.token_eos, info.token_eot, ...info.list_tokens_eog]),
    complete: (body, abortSignal) =>
      wllama
        .createCompletion({ ...body, stream: false, abortSignal })
        .then(toCompletion)
        .catch(rethrow),
    stream: (body, signal) => stream(wllama, body, signal).catch(rethrow),
    close: () => {
      void wllama.exit();
    },
  };
}

function rethrow(thrown: unknown): never {
  throw toFailure(thrown);
}

async function loadModel(
  wllama: Wllama,
  options: RuntimeOptions,
  log: Log,
): Promise<v.InferOutput<typeof infoSchema>> {
  try {
    // Without names, which wllama would sort by: the first is the model, the others are where `lora_adapters` says.
    const blobs = [options.file, ...options.adapters].map((blob) => blob.slice());
    await wllama.loadModel(blobs, {
      lora_adapters: options.adapters.map((_, at) => ({ path: pathOf(at + 2, blobs.length), scale: 0 })),
      n_gpu_layers: options.device === 'webgpu' ? 999 : 0,
      n_threads: options.threads,
      n_parallel: options.batch,
      n_ctx: options.contextTokens * options.batch,
      // A cache of its own per slot: in the shared one, the same seed gave other texts (measured).
      kv_unified: false,
      // An abort waits for the chunk in progress.
      n_batch: 256,
      // With 16-bit caches log-probabilities were off by up to 3e-3, so by 2e-6.
      cache_type_k: 'f32',
      cache_type_v: 'f32',
      flash_attn: false,
    });
  } catch (thrown) {
    throw new AppError(
      'model-load',
      `llama.cpp did not load the model: ${toFailure(thrown).message}; ${log.lastErrors()}`,
    );
  }
  // A load that failed resolves all the same, and says so here only.
  const info = v.parse(infoSchema, wllama.getLoadedContextInfo());
  if (info.success) return info;
  throw new AppError('model-load', `llama.cpp did not load the model: ${log.lastErrors()}`);
}

/** Where wllama puts the blobs that it is given, counted from 1. */
function pathOf(number: number, count: number): string {
  const padded = (value: number): string => String(value).padStart(5, '0');
  return `models/model-${padded(number)}-of-${padded(count)}.gguf`;
}

async function stream(wllama: Wllama, body: Body, abortSignal: AbortSignal): Promise<Completion> {
  const timed: Body = { ...body, timings_per_token: true };
  const chunks: v.InferOutput<typeof chunkSchema>[] = [];
  const onData = (data: unknown): void => {
    chunks.push(v.parse(chunkSchema, data));
  };
  let rest = '';
  try {
    await wllama.createCompletion({ ...timed, stream: true, onData, abortSignal });
  } catch (thrown) {
    if (!(toFailure(thrown) instanceof InvalidTextError)) throw thrown;
    rest = '\uFFFD';
  }
  const choices = chunks.flatMap((chunk) => chunk.choices);
  const timings = chunks.findLast((chunk) => chunk.timings)?.timings;
  return {
    text: choices.map((choice) => choice.text).join('') + rest,
    finish: choices.some((choice) => choice.finish_reason === 'length') ? 'length' : 'stop',
    promptTokens: (timings?.prompt_n ?? 0) + (timings?.cache_n ?? 0),
    tokens: timings?.predicted_n ?? 0,
    promptMs: timings?.prompt_ms ?? 0,
    decodeMs: timings?.predicted_ms ?? 0,
    entries: [],
  };
}
