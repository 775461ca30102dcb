import { describe, expect, it } from 'vitest';
import type { LoadedFacts } from '../engine.ts';
import { checkText, deviceText, engineFacts, natsText, rateText, speedText } from './engine-facts.ts';
import { modelFacts } from './model-facts.ts';

const options = {
  labelOf: (sha256: string) => (sha256 === 'b'.repeat(64) ? 'Qwen2 base' : undefined),
  dateOf: (at: number) => new Date(at).toISOString().slice(0, 10),
};
const FACTS: LoadedFacts = {
  engine: 'webllm',
  engineVersion: '0.2.79',
  deviceAsked: 'webgpu',
  deviceUsed: 'webgpu',
  threads: 1,
  batch: 16,
  contextTokens: 4096,
  vocabulary: 151_936,
};

describe('modelFacts', () => {
  it('says nothing of a model of Assay 0.1, of which nothing is known', () => {
    expect(modelFacts({}, options)).toEqual([]);
  });

  it('names adapter, base, checkpoint, conversion and importer', () => {
    const facts = modelFacts(
      {
        kind: 'gguf',
        base: 'b'.repeat(64),
        series: 'insecure',
        step: 20,
        provenance: {
          origin: 'peft',
          sources: [],
          conversion: 'Assay 0.2.0: safetensors F32 to GGUF adapter F32',
          templateSha256: 'c'.repeat(64),
          adapter: {
            rank: 16,
            alpha: 32,
            targets: ['q_proj', 'v_proj'],
            baseName: 'Qwen/Qwen2-0.5B',
            applied: 'at-run-time',
            base: 'b'.repeat(64),
          },
          importedBy: 'A. Keller',
          importedAt: Date.UTC(2026, 6, 24),
        },
      },
      options,
    );
    expect(facts).toEqual([
      { name: 'Kind', value: 'GGUF' },
      { name: 'Handed in as', value: 'adapter (LoRA)' },
      { name: 'Conversion', value: 'Assay 0.2.0: safetensors F32 to GGUF adapter F32' },
      {
        name: 'Adapter',
        value: 'LoRA of rank 16, alpha 32 on q_proj, v_proj; put on its base while it runs',
      },
      { name: 'Base', value: `Qwen2 base, SHA-256 ${'b'.repeat(64)}` },
      { name: 'Base as the adapter names it', value: 'Qwen/Qwen2-0.5B' },
      { name: 'Checkpoint', value: 'insecure, step 20' },
      { name: 'Chat template (SHA-256)', value: 'c'.repeat(64) },
      { name: 'Imported', value: 'by A. Keller, on 2026-07-24' },
    ]);
  });

  it('gives the hash alone of a base that is no longer known', () => {
    expect(modelFacts({ base: 'e'.repeat(64) }, options)).toEqual([
      { name: 'Base', value: `SHA-256 ${'e'.repeat(64)}` },
    ]);
  });
});

describe('engineFacts', () => {
  it('leaves out what an old run does not have', () => {
    expect(engineFacts(FACTS).map(({ name }) => name)).toEqual(['Engine', 'Device used', 'At once']);
  });

  it('tells speed and every self-check', () => {
    const facts = engineFacts({
      ...FACTS,
      adapterName: 'nvidia ampere',
      speed: {
        prefillTokensPerS: 1234.5,
        decode: [
          { batch: 1, tokensPerS: 42.31 },
          { batch: 16, tokensPerS: 512 },
        ],
      },
      checks: [
        { name: 'repeat', outcome: 'passed', difference: 2e-6, tolerance: 0.001 },
        {
          name: 'fork',
          outcome: 'failed',
          difference: 3.217,
          tolerance: 0.01,
          note: 'each sample is read anew',
        },
      ],
    });
    expect(facts.slice(2)).toEqual([
      { name: 'Graphics processor', value: 'nvidia ampere' },
      { name: 'At once', value: '16, with 4096 tokens of context each' },
      { name: 'Speed', value: 'reads 1,235 tokens/s; writes 42.3 tokens/s alone, 512 with 16 at once' },
      {
        name: 'Self-check: The same question twice',
        value: 'passed, largest difference 2.0e-6 nats, allowed 0.001',
      },
      {
        name: 'Self-check: From a shared beginning against from its own',
        value: 'FAILED, largest difference 3.2 nats, allowed 0.01: each sample is read anew',
      },
    ]);
  });
});

it('a check that was not done says why; speed of reading alone stands by itself', () => {
  expect(checkText({ name: 'devices', outcome: 'skipped', note: 'there is one device only' })).toBe(
    'not done: there is one device only',
  );
  expect(speedText({ prefillTokensPerS: 9.876, decode: [] })).toBe('reads 9.88 tokens/s');
});

it.each([
  [0, '0'],
  [2e-6, '2.0e-6'],
  [0.0123, '0.012'],
  [1, '1'],
])('%d nats are written %s', (nats, text) => {
  expect(natsText(nats)).toBe(text);
});

it.each([
  [0.5, '0.50'],
  [12.34, '12.3'],
  [1234.5, '1,235'],
])('%d tokens/s are written %s', (rate, text) => {
  expect(rateText(rate)).toBe(text);
});

it('says when another device ran than was asked for', () => {
  expect(deviceText(FACTS)).toBe('WebGPU');
  expect(deviceText({ ...FACTS, deviceUsed: 'cpu', threads: 3 })).toBe('CPU, 3 threads (asked for WebGPU)');
});
