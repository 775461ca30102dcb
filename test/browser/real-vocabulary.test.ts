import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LoadedModel, Prompt } from '../../src/core/engine.ts';
import { createLlamaCpp } from '../../src/engines/llamacpp/engine.ts';
import { floats, makeGguf } from '../fixtures/gguf-file.ts';
import { normals } from '../fixtures/random-numbers.ts';
import { ask, codeOf, OPTIONS } from '../contract/engine-contract.ts';
import { sourceOf } from './engine-models.ts';

/** As many as Llama 3 has, with its way of splitting texts. */
const TOKENS = 128_000;
const SPECIAL = ['<|begin_of_text|>', '<|end_of_text|>', '<|eot_id|>'];
const WIDTH = 32;
const PROMPT: Prompt = { kind: 'raw', text: 'It is late, and the rain has not stopped: 12345 \u4f60\u597d' };

/** GPT-2's letters for the 256 bytes. */
function byteLetters(): readonly string[] {
  const printable = (byte: number): boolean =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let moved = 0;
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCodePoint(printable(byte) ? byte : 256 + moved++),
  );
}

/** All bytes, pairs and triples of letters, and pairs of bytes that are a part of a character only. */
function vocabulary(): { readonly tokens: readonly string[]; readonly merges: readonly string[] } {
  const bytes = byteLetters();
  const tokens = [...bytes];
  const merges: string[] = [];
  const join = (left: string, right: string): void => {
    if (tokens.length >= TOKENS) return;
    tokens.push(left + right);
    merges.push(`${left} ${right}`);
  };
  for (let first = 0xe4; first < 0xe9; first++)
    for (let second = 0x80; second < 0xc0; second++) join(bytes[first] ?? '', bytes[second] ?? '');
  const letters = bytes.slice(0x21, 0x7f).concat(bytes[0x20] ?? '');
  const pairs = letters.flatMap((left) => letters.map((right) => [left, right] as const));
  for (const [left, right] of pairs) join(left, right);
  const common = new Set(letters.filter((letter) => /[a-z0-9]/.test(letter)));
  const isCommon = ([left, right]: readonly [string, string]): boolean =>
    common.has(left) && common.has(right);
  for (const [left, right] of pairs.filter(isCommon)) for (const last of common) join(left + right, last);
  for (const [left, right] of pairs.filter((pair) => !isCommon(pair)))
    for (const last of letters) join(left + right, last);
  return { tokens, merges };
}

/** One layer of random numbers around a vocabulary of a real size: 17 MB. */
function model(): Blob {
  const { tokens, merges } = vocabulary();
  const all = [...tokens, ...SPECIAL];
  const draw = normals(7);
  const random = (name: string, ...shape: readonly [number, number?]) => {
    const size = shape.reduce<number>((product, length = 1) => product * length, 1);
    const shaped = shape.filter((length) => length !== undefined);
    return floats(
      name,
      shaped,
      Float32Array.from({ length: size }, () => 0.3 * draw()),
    );
  };
  const ones = (name: string) => floats(name, [WIDTH], new Float32Array(WIDTH).fill(1));
  return makeGguf(
    {
      'general.architecture': { text: 'llama' },
      'llama.context_length': { u32: 512 },
      'llama.embedding_length': { u32: WIDTH },
      'llama.block_count': { u32: 1 },
      'llama.feed_forward_length': { u32: 2 * WIDTH },
      'llama.attention.head_count': { u32: 2 },
      'llama.attention.head_count_kv': { u32: 1 },
      'llama.attention.layer_norm_rms_epsilon': { f32: 1e-5 },
      'llama.rope.dimension_count': { u32: WIDTH / 2 },
      'tokenizer.ggml.model': { text: 'gpt2' },
      'tokenizer.ggml.pre': { text: 'llama-bpe' },
      'tokenizer.ggml.tokens': { texts: all },
      'tokenizer.ggml.token_type': { i32s: all.map((_, id) => (id < TOKENS ? 1 : 3)) },
      'tokenizer.ggml.merges': { texts: merges },
      'tokenizer.ggml.bos_token_id': { u32: TOKENS },
      'tokenizer.ggml.eos_token_id': { u32: TOKENS + 1 },
      'tokenizer.ggml.add_bos_token': { flag: true },
    },
    [
      random('token_embd.weight', WIDTH, all.length),
      ones('output_norm.weight'),
      ones('blk.0.attn_norm.weight'),
      ones('blk.0.ffn_norm.weight'),
      random('blk.0.attn_q.weight', WIDTH, WIDTH),
      random('blk.0.attn_k.weight', WIDTH, WIDTH / 2),
      random('blk.0.attn_v.weight', WIDTH, WIDTH / 2),
      random('blk.0.attn_output.weight', WIDTH, WIDTH),
      random('blk.0.ffn_gate.weight', WIDTH, 2 * WIDTH),
      random('blk.0.ffn_up.weight', WIDTH, 2 * WIDTH),
      random('blk.0.ffn_down.weight', 2 * WIDTH, WIDTH),
    ],
  );
}

describe('a model with a vocabulary of 128,000 tokens', () => {
  let loaded: LoadedModel;
  beforeAll(async () => {
    loaded = await createLlamaCpp().load(await sourceOf(model()), OPTIONS);
  });
  afterAll(() => loaded.unload());

  it('loads, and splits a text as llama.cpp does', async () => {
    expect(loaded.facts.vocabulary).toBe(TOKENS + SPECIAL.length);
    const checks = new Map(loaded.facts.checks?.map(({ name, outcome }) => [name, outcome]));
    expect(checks.get('tokenizer')).toBe('passed');
    expect([...checks.values()]).not.toContain('failed');
    // Split into runs of three digits at most; the triples of letters are tokens.
    expect(await loaded.tokenize('12345')).toHaveLength(2);
  });

  it('samples, the same for the same seed, whatever bytes are drawn', async () => {
    const request = ask({ prompt: PROMPT, seeds: [1, 2, 3, 4], maxTokens: 12 });
    const samples = await loaded.sample(request);
    expect(new Set(samples.map(({ text }) => text)).size).toBe(4);
    expect(await loaded.sample(request)).toEqual(samples);
  });

  it('gives the likeliest tokens, and scores texts as they say', async () => {
    const likely = await loaded.nextToken(PROMPT, 50);
    expect(likely.length).toBeGreaterThan(40);
    expect(likely.map(({ logprob }) => logprob)).toEqual(
      likely.map(({ logprob }) => logprob).toSorted((a, b) => b - a),
    );
    const letters = likely.filter(({ token }) => /^[a-z]+$/i.test(token)).slice(0, 3);
    expect(letters.length).toBeGreaterThan(0);
    const scored = await loaded.score(
      PROMPT,
      letters.map(({ token }) => token),
    );
    scored.forEach(({ tokens, logprob }, at) => {
      if (tokens.length === 1) expect(logprob).toBeCloseTo(letters[at]?.logprob ?? NaN, 3);
      expect(Number.isFinite(logprob)).toBe(true);
    });
    expect(await codeOf(loaded.score(PROMPT, ['\u{1F600}']))).toBe('not-scorable');
  });
});
