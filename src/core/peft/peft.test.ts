import { describe, expect, it } from 'vitest';
import { wholeFile } from '../convert/testing.ts';
import { AppError } from '../errors.ts';
import { checkFits, readGgufAdapter } from '../gguf/adapter.ts';
import { readGgufHeader } from '../gguf/header.ts';
import { decode } from '../quantise/dequantise.ts';
import { permuteHeads } from '../tensors/permute.ts';
import { byName, memoryTensor, uniform } from '../tensors/testing.ts';
import type { Tensor } from '../tensors/types.ts';
import { checkBase, peftAdapter, type PeftAdapter } from './adapter.ts';
import { parseAdapterConfig } from './config.ts';
import { merged } from './merge.ts';
import { adapterGguf } from './to-gguf.ts';

const plain = { peft_type: 'LORA', r: 5, lora_alpha: 10, target_modules: ['q_proj'], bias: 'none' };
const config = (more: object = {}) => parseAdapterConfig(JSON.stringify({ ...plain, ...more }));

const OUT = 8;
const IN = 6;
const RANK = 5;
const LAYER = 'model.layers.0.self_attn';
const make = (name: string, shape: readonly number[], seed: number): Tensor =>
  memoryTensor(
    name,
    shape,
    uniform(
      shape.reduce((a, b) => a * b, 1),
      seed,
    ),
  );
const pair = (layer: string, seed: number, [out, rank, width] = [OUT, RANK, IN], adapter = ''): Tensor[] => [
  make(`base_model.model.${layer}.lora_A${adapter}.weight`, [rank, width], seed),
  make(`base_model.model.${layer}.lora_B${adapter}.weight`, [out, rank], seed + 1),
];
const base = byName([
  make('model.embed_tokens.weight', [20, IN], 1),
  make(`${LAYER}.q_proj.weight`, [OUT, IN], 2),
  make(`${LAYER}.v_proj.weight`, [OUT, IN], 3),
]);
const factors = byName([...pair(`${LAYER}.q_proj`, 10), ...pair(`${LAYER}.v_proj`, 20)]);

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (thrown) {
    if (thrown instanceof AppError) return `${thrown.code}: ${thrown.message}`;
    throw thrown;
  }
  throw new Error('expected a refusal');
}

describe('adapter_config.json', () => {
  it('is read with what decides the scale', () => {
    const read = config({
      use_rslora: true,
      base_model_name_or_path: 'some/base',
      rank_pattern: { 'layers\\.0\\.self_attn.q_proj': 2 },
      alpha_pattern: { '^model.norm': 3 },
      init_lora_weights: 'gaussian',
      modules_to_save: [],
      use_dora: false,
    });
    expect(read).toEqual({
      rank: 5,
      alpha: 10,
      rankStabilised: true,
      baseName: 'some/base',
      ranks: [['layers.0.self_attn.q_proj', 2]],
      alphas: [['^model.norm', 3]],
    });
  });

  it.each([
    [{ peft_type: 'IA3' }, 'model-unsupported: adapter_config.json: expected "peft_type" LORA, got IA3'],
    [{ use_dora: true }, 'expected "use_dora" false, got true'],
    [{ use_qalora: true }, 'expected "use_qalora" false, got true'],
    [{ bias: 'lora_only' }, 'expected "bias" none, got lora_only'],
    [{ modules_to_save: ['lm_head'] }, 'expected no "modules_to_save", got ["lm_head"]'],
    [{ lora_bias: true }, 'expected no "lora_bias", got true'],
    [{ layer_replication: [[0, 2]] }, 'expected no "layer_replication"'],
    [{ fan_in_fan_out: true }, 'expected "fan_in_fan_out" false, got true'],
    [{ init_lora_weights: 'pissa_niter_16' }, 'that leave the base as it is, got pissa_niter_16'],
    [
      { rank_pattern: { 'q_proj|(a+)+': 4 } },
      'expected "rank_pattern" of names of layers, got "q_proj|(a+)+"',
    ],
    [{ r: 0 }, 'invalid-file: adapter_config.json: "r": '],
    [{ r: undefined }, 'expected "r" and "lora_alpha", got no "r"'],
    [{ lora_alpha: 0 }, 'expected a number above 0'],
    [{ peft_type: undefined }, 'invalid-file: adapter_config.json: "peft_type"'],
  ])('refuses %j', (more, message) => {
    expect(refusal(() => config(more))).toContain(message);
  });

  it('refuses what is no JSON', () => {
    expect(refusal(() => parseAdapterConfig('{'))).toContain(
      'invalid-file: adapter_config.json: expected JSON',
    );
  });
});

describe('peftAdapter', () => {
  it('puts factors together, with and without the adapter in their names', () => {
    for (const given of [pair('a.q_proj', 1), pair('a.q_proj', 1, undefined, '.default')]) {
      const { pairs, targets } = peftAdapter(config(), byName(given));
      expect(pairs.map(({ name, rank, scale }) => [name, rank, scale])).toEqual([['a.q_proj.weight', 5, 2]]);
      expect(targets).toEqual(['q_proj']);
    }
  });

  it.each([
    ['alpha / rank', {}, 2],
    ['alpha / root of rank', { use_rslora: true }, 10 / Math.sqrt(5)],
    ['an alpha of its own', { alpha_pattern: { 'a.q_proj': 20 } }, 4],
    ['an alpha for the last part', { alpha_pattern: { proj: 90, q_proj: 20 } }, 4],
    ['an alpha for the whole name', { alpha_pattern: { '^q_proj': 90, '^a.q_proj': 20 } }, 4],
    ['a rank of its own', { r: 7, rank_pattern: { q_proj: 5 } }, 2],
  ])('scales by %s', (_what, more, scale) => {
    expect(peftAdapter(config(more), byName(pair('a.q_proj', 1))).pairs[0]?.scale).toBe(scale);
  });

  it.each([
    [
      'half a pair',
      pair('a.q', 1).slice(0, 1),
      'invalid-file: PEFT adapter, "a.q": expected lora_A and lora_B, got one',
    ],
    ['another rank', pair('a.q', 1, [8, 4, 6]), 'factors of rank 5, got A [4, 6] and B [8, 4]'],
    [
      'another tensor',
      [...pair('a.q', 1), make('base_model.model.lm_head.weight', [2, 2], 1)],
      'got "base_model.model.lm_head.weight"',
    ],
    [
      'embeddings',
      [make('base_model.model.e.lora_embedding_A', [2, 2], 1)],
      'model-unsupported: PEFT adapter: expected factors of linear layers only',
    ],
    [
      'a magnitude of DoRA',
      [make('base_model.model.q.lora_magnitude_vector', [2], 1)],
      'got "base_model.model.q.lora_magnitude_vector"',
    ],
    [
      'two adapters',
      [...pair('a.q', 1, undefined, '.x'), ...pair('a.q', 1, undefined, '.y')],
      'expected one adapter, got "base_model.model.a.q.lora_A.y.weight" of a second',
    ],
    ['nothing', [], 'invalid-file: PEFT adapter: expected factors, got none'],
  ])('refuses %s', (_what, tensors, message) => {
    expect(refusal(() => peftAdapter(config(), byName(tensors)))).toContain(message);
  });

  it('is checked against its base', () => {
    const adapter = peftAdapter(config(), factors);
    checkBase(base, adapter);
    const other = byName([make(`${LAYER}.q_proj.weight`, [16, IN], 2)]);
    expect(refusal(() => merged(other, adapter))).toBe(
      `model-unsupported: the adapter is for another base: for "${LAYER}.q_proj.weight" it expects [8, 6], the base has [16, 6]`,
    );
    expect(
      refusal(() => {
        checkBase(new Map(), adapter);
      }),
    ).toContain('it expects [8, 6], the base has none');
  });
});

describe('merged', () => {
  it('adds scale * B A in the weights, whatever piece is read', async () => {
    const adapter = peftAdapter(config(), factors);
    const tensors = merged(base, adapter);
    expect([...tensors.keys()]).toEqual([...base.keys()]);
    expect(tensors.get('model.embed_tokens.weight')).toBe(base.get('model.embed_tokens.weight'));
    const name = `${LAYER}.v_proj.weight`;
    const [a, b, w] = await Promise.all(
      [
        factors.get(`base_model.model.${LAYER}.v_proj.lora_A.weight`)!,
        factors.get(`base_model.model.${LAYER}.v_proj.lora_B.weight`)!,
        base.get(name)!,
      ].map((tensor) => tensor.read(0, tensor.shape[0]! * tensor.shape[1]!)),
    );
    const expected = w!.map((weight, at) => {
      const [row, column] = [Math.floor(at / IN), at % IN];
      let sum = 0;
      for (let r = 0; r < RANK; r++) sum += b![row * RANK + r]! * a![r * IN + column]!;
      return weight + 2 * sum;
    });
    const tensor = tensors.get(name)!;
    expect(tensor).toMatchObject({ name, shape: [OUT, IN], type: 'F32' });
    expect(tensor.stored).toBeUndefined();
    expect(await tensor.read(0, OUT * IN)).toEqual(expected);
    for (const count of [0, 1, 5, 6, 7, 20])
      for (let start = 0; start + count <= OUT * IN; start++)
        expect(await tensor.read(start, count)).toEqual(expected.slice(start, start + count));
  });

  it('does not lose a NaN of the adapter', async () => {
    const [a, b] = pair('q', 1);
    const broken = memoryTensor(b!.name, b!.shape, new Float32Array(OUT * RANK).fill(NaN));
    const adapter = peftAdapter(config(), byName([a!, broken]));
    const tensor = merged(byName([make('q.weight', [OUT, IN], 1)]), adapter).get('q.weight')!;
    expect((await tensor.read(0, 1))[0]).toBeNaN();
  });
});

describe('adapterGguf', () => {
  const nameOf = (name: string) => {
    const part = name.includes('q_proj') ? 'attn_q' : 'attn_v';
    const transform =
      part === 'attn_q' ? ({ type: 'permute', heads: 2 } as const) : ({ type: 'none' } as const);
    return { ggml: `blk.0.${part}.weight`, transform };
  };
  const file = (adapter: PeftAdapter, type: 'F32' | 'F16' = 'F32') =>
    adapterGguf(adapter, { architecture: 'llama', nameOf }, { fileName: 'a.gguf', type });

  async function numbersOf(bytes: Uint8Array<ArrayBuffer>, name: string): Promise<number[]> {
    const header = await readGgufHeader(new Blob([bytes]));
    const tensor = header.tensors.find((each) => each.name === name)!;
    const count = tensor.shape.reduce((product, length) => product * length, 1);
    const at = header.dataOffset + tensor.offset;
    return [...decode(tensor.type === 0 ? 'F32' : 'F16', bytes.subarray(at, at + 4 * count), count)];
  }

  it('is an adapter that fits the base in llama.cpp’s order of rows', async () => {
    const bytes = await wholeFile(file(peftAdapter(config(), factors)));
    const read = await readGgufAdapter(new Blob([bytes]));
    expect(read).toMatchObject({
      architecture: 'llama',
      alpha: 10,
      rank: RANK,
      targets: ['attn_q', 'attn_v'],
    });
    checkFits(read, {
      architecture: 'llama',
      shapes: new Map([
        ['blk.0.attn_q.weight', [IN, OUT]],
        ['blk.0.attn_v.weight', [IN, OUT]],
      ]),
    });
    const b = factors.get(`base_model.model.${LAYER}.q_proj.lora_B.weight`)!;
    const a = factors.get(`base_model.model.${LAYER}.q_proj.lora_A.weight`)!;
    expect(await numbersOf(bytes, 'blk.0.attn_q.weight.lora_b')).toEqual([
      ...(await permuteHeads(b, 2).read(0, OUT * RANK)),
    ]);
    expect(await numbersOf(bytes, 'blk.0.attn_q.weight.lora_a')).toEqual([...(await a.read(0, RANK * IN))]);
  });

  it('has half the size in F16', () => {
    const adapter = peftAdapter(config(), factors);
    expect(file(adapter, 'F16').sizeBytes).toBeLessThan(file(adapter).sizeBytes);
  });

  it('holds scales that one alpha cannot: in B', async () => {
    const adapter = peftAdapter(config({ use_rslora: true, alpha_pattern: { v_proj: 20 } }), factors);
    const bytes = await wholeFile(file(adapter));
    const { alpha } = await readGgufAdapter(new Blob([bytes]));
    expect(alpha).toBeCloseTo(10 * Math.sqrt(5), 5); // q_proj, in full
    const b = await factors.get(`base_model.model.${LAYER}.v_proj.lora_B.weight`)!.read(0, OUT * RANK);
    expect(await numbersOf(bytes, 'blk.0.attn_v.weight.lora_b')).toEqual([...b].map((number) => number * 2));
  });

  it('refuses a weight that the base’s file does not have', () => {
    const adapter = peftAdapter(config(), factors);
    const of = (transform: 'plus-one' | undefined) => () =>
      adapterGguf(
        adapter,
        {
          architecture: 'llama',
          nameOf: () => (transform === undefined ? undefined : { ggml: 'x', transform: { type: transform } }),
        },
        { fileName: 'a', type: 'F16' },
      );
    expect(refusal(of(undefined))).toContain(`a matrix "${LAYER}.q_proj.weight", got a base without it`);
    expect(refusal(of('plus-one'))).toContain('got one of a norm');
  });
});
