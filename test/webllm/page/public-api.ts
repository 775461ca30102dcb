import type { Generation } from '../../../src/core/mlc/library.ts';
import type { PublicRequest, PublicRun } from '../protocol.ts';

/** Names that lead nowhere: `.invalid` is reserved (RFC 2606), and everything asked of them is answered from the files. */
const MODEL = 'https://model.invalid/resolve/main/';
const LIBRARY = 'https://model.invalid/library.wasm';
const ID = 'proof';

/** WebLLM keeps files in the browser's cache and fetches what is missing; here the cache is the files and nothing is fetched. */
function serveFrom(files: readonly File[]): void {
  const known = new Map(
    files.map((file) => [file.name.endsWith('.wasm') ? LIBRARY : MODEL + file.name, file]),
  );
  const addressOf = (request: RequestInfo | URL) =>
    request instanceof Request ? request.url : request.toString();
  const cache = {
    match: (request: RequestInfo | URL) => {
      const file = known.get(addressOf(request));
      return Promise.resolve(file === undefined ? undefined : new Response(file));
    },
    add: (request: RequestInfo | URL) =>
      Promise.reject(new Error(`the model has no file ${addressOf(request)}`)),
    put: () => Promise.resolve(),
    delete: () => Promise.resolve(false),
    keys: () => Promise.resolve([...known.keys()].map((url) => new Request(url))),
  };
  Object.defineProperty(globalThis, 'caches', {
    configurable: true,
    value: { open: () => Promise.resolve(cache) },
  });
}

async function runtime(generation: Generation) {
  return generation === 'v0_2_48' ? await import('web-llm-v0_2_48') : await import('@mlc-ai/web-llm');
}

/** What is used of both generations alike. */
interface Loaded {
  readonly run: (request: PublicRequest) => Promise<PublicRun>;
  readonly unload: () => Promise<void>;
}

/** The public one-sequence API of WebLLM, for comparison: what Assay would have without its own batching. */
export class PublicApi {
  #loaded: Loaded | undefined;

  async load(generation: Generation, files: readonly File[], contextTokens: number): Promise<string> {
    serveFrom(files);
    const { MLCEngine } = await runtime(generation);
    const engine = new MLCEngine({
      appConfig: { model_list: [{ model: MODEL, model_id: ID, model_lib: LIBRARY }] },
    });
    await engine.reload(ID, { context_window_size: contextTokens });
    this.#loaded = {
      unload: () => engine.unload(),
      run: async ({ prompt, maxTokens }) => {
        const sampling = { temperature: 1, top_p: 1, ignore_eos: true };
        const { usage } = await engine.completions.create({ prompt, max_tokens: maxTokens, ...sampling });
        if (usage === undefined) throw new Error('the public API told no usage');
        return {
          promptTokens: usage.prompt_tokens,
          tokens: usage.completion_tokens,
          prefillTokensPerS: usage.extra.prefill_tokens_per_s,
          decodeTokensPerS: usage.extra.decode_tokens_per_s,
        };
      },
    };
    return await engine.getGPUVendor();
  }

  async run(request: PublicRequest): Promise<PublicRun> {
    if (this.#loaded === undefined) throw new Error('the public API has loaded nothing');
    return this.#loaded.run(request);
  }

  async unload(): Promise<void> {
    await this.#loaded?.unload();
    this.#loaded = undefined;
  }
}
