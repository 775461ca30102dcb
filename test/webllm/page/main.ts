import { wrap, type Remote } from 'comlink';
import type { LoadedModel, Prompt, TokenProb } from '../../../src/core/engine.ts';
import { ENGINES } from '../../../src/engines/index.ts';
import type { AdapterReport, ProofPage, Timed } from '../protocol.ts';
import type { PublicApi } from './public-api.ts';
import { pickedFiles, sourceOf } from './source.ts';

/** The engine that is put to the proof, as the app has it. */
const ENGINE = 'webllm';
/** The digits that a judge's score may begin with, as src/core/judge/read.ts follows them when none is unlikely. */
const BRANCHES = ['', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10'];
const READ = 200;

async function timed<T>(work: () => Promise<T>): Promise<Timed<T>> {
  const start = performance.now();
  const value = await work();
  return { value, ms: performance.now() - start };
}

async function adapter(): Promise<AdapterReport | undefined> {
  const found =
    'gpu' in navigator ? await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' }) : null;
  if (found === null) return undefined;
  const { vendor, architecture, device, description } = found.info;
  const parts = [vendor, architecture, device, description].filter((part) => part !== '');
  return {
    name: parts.join(' '),
    software: architecture === 'swiftshader' || found.info.isFallbackAdapter,
    features: [...found.features],
  };
}

/** Base64 of the log-probabilities by token; a token that the engine left out is NaN, which nothing equals. */
function packed(tokens: readonly TokenProb[], vocabulary: number): string {
  const values = new Float32Array(vocabulary).fill(NaN);
  for (const { id, logprob } of tokens) values[id] = logprob;
  let text = '';
  for (const byte of new Uint8Array(values.buffer)) text += String.fromCharCode(byte);
  return btoa(text);
}

const raw = (text: string): Prompt => ({ kind: 'raw', text });

class Proof implements ProofPage {
  readonly adapter = adapter;
  #model: LoadedModel | undefined;
  #worker: Worker | undefined;
  #public: Remote<PublicApi> | undefined;

  get #loaded(): LoadedModel {
    if (this.#model === undefined) throw new Error('no model is loaded');
    return this.#model;
  }

  async load(batch: number, contextTokens: number) {
    const entry = ENGINES.find(({ id }) => id === ENGINE);
    if (entry === undefined) throw new Error(`the app has no engine "${ENGINE}"`);
    const engine = await entry.load();
    const source = await sourceOf(pickedFiles());
    let told = '';
    return timed(async () => {
      this.#model = await engine.load(source, {
        device: 'webgpu',
        batch,
        contextTokens,
        onProgress: ({ stage, fraction }) => {
          const line = `load: ${stage} ${Math.floor(fraction * 10) * 10} %`;
          if (line !== told) window.say?.(line);
          told = line;
        },
      });
      return this.#model.facts;
    });
  }

  tokenize(text: string) {
    return this.#loaded.tokenize(text);
  }

  distribution(text: string) {
    const { vocabulary } = this.#loaded.facts;
    return timed(async () => packed(await this.#loaded.nextToken(raw(text), vocabulary), vocabulary));
  }

  score(text: string, continuations: readonly string[]) {
    return timed(() => this.#loaded.score(raw(text), continuations));
  }

  sample(text: string, seeds: readonly number[], temperature: number, maxTokens: number) {
    const request = { prompt: raw(text), seeds, temperature, topP: 1, maxTokens, stop: [] };
    return timed(async () => {
      const samples = await this.#loaded.sample(request);
      return {
        texts: samples.map((sample) => sample.text),
        promptTokens: samples[0]?.promptTokens ?? 0,
        tokens: samples.reduce((sum, { tokens }) => sum + tokens, 0),
      };
    });
  }

  judgeDigits(text: string) {
    return timed(async () => {
      const ask = (digits: string) => this.#loaded.nextToken(raw(text + digits), READ);
      // As core/judge/read.ts does it: the first digit, all second ones together, the third.
      const depths = [...new Set(BRANCHES.map((digits) => digits.length))].sort((a, b) => a - b);
      for (const depth of depths)
        await Promise.all(BRANCHES.filter((digits) => digits.length === depth).map(ask));
      return BRANCHES.length;
    });
  }

  prefill(text: string) {
    return timed(async () => (await this.#loaded.nextToken(raw(text), 1))[0]?.id ?? -1);
  }

  async unload() {
    await this.#model?.unload();
    this.#model = undefined;
  }

  publicLoad(...[generation, contextTokens]: Parameters<ProofPage['publicLoad']>) {
    this.#worker = new Worker(new URL('./public.worker.ts', import.meta.url), { type: 'module' });
    const api = (this.#public = wrap<PublicApi>(this.#worker));
    return timed(() => api.load(generation, pickedFiles(), contextTokens));
  }

  publicRun(...[request]: Parameters<ProofPage['publicRun']>) {
    const api = this.#public;
    if (api === undefined) throw new Error('the public API is not loaded');
    return timed(() => api.run(request));
  }

  async publicUnload() {
    await this.#public?.unload();
    this.#worker?.terminate();
    this.#public = undefined;
  }
}

window.proof = new Proof();
