import { expect, it } from 'vitest';
import { createLlamaCpp } from '../../src/engines/llamacpp/engine.ts';
import { randomModel } from '../fixtures/random-model.ts';
import { chat, converted, difference, OPTIONS, plain, TEXT } from './conversion.ts';

/**
 * Limits in nats, about twice what was measured at worst over all six families: F32 1.4e-6 (Gemma 2 7e-4: ggml looks its
 * activation up in a table of 16-bit floats), F16 2.2e-3, Q8_0 0.09, Q4_0 0.71. With 16-bit weights llama.cpp rounds the
 * activations to 16 bits too, with 8 and 4 bits to 8; models as narrow as these have little to average that out.
 */
const CASES = [
  ['llama', 'F32', 'BF16', 1e-5],
  ['mistral', 'F32', 'BF16', 1e-5],
  ['qwen2', 'F32', 'BF16', 1e-5],
  ['qwen3', 'F32', 'F16', 1e-5],
  ['gemma2', 'F32', 'BF16', 2e-3],
  ['phi3', 'F32', 'BF16', 1e-5],
  ['llama', 'F16', 'F16', 5e-3],
  ['gemma2', 'Q8_0', 'F32', 0.2],
  ['qwen2', 'Q4_0', 'F32', 1.5],
  ['phi3', 'Q4_0', 'F16', 1.5],
] as const;

it.each(CASES)(
  '%s as %s from %s computes what the original does',
  async (family, quantisation, type, limit) => {
    const model = randomModel({ family, seed: 7, type, shards: 3 });
    const loaded = await createLlamaCpp().load(await converted(model, { quantisation }), OPTIONS);
    const text = plain(model);
    const [first] = model.bos === undefined ? [] : text.ids;
    const own = await loaded.tokenize(TEXT);
    expect(text.ids).toEqual(family === 'phi3' || first === undefined ? own : [first, ...own]);
    for (const asked of [text, chat(model)]) {
      expect(await difference(loaded, model, asked)).toBeLessThan(limit);
    }
    await loaded.unload();
  },
);
