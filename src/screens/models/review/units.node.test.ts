import { describe, expect, test } from 'vitest';
import { aCheckpoint, aFind, aTarget, FOUND_BASE } from '../../../../test/fixtures/models.ts';
import { targetWords } from '../words.ts';
import { tooLarge } from './room.ts';
import { choicesOf, conflicts, firstChoice, optionsOf, unitsOf } from './units.ts';

function only<Value>([first]: readonly Value[]): Value {
  if (first === undefined) throw new Error('expected one, got none');
  return first;
}

describe('units', () => {
  test('checkpoints of a series are one unit, in the order of their steps; the rest stand alone', () => {
    const units = unitsOf([aCheckpoint(100), FOUND_BASE, aCheckpoint(20), aFind('x.gguf')]);
    expect(units.map(({ title, finds }) => [title, finds.map(({ step }) => step)])).toEqual([
      ['insecure', [20, 100]],
      ['Qwen2-0.5B', [undefined]],
      ['x.gguf', [undefined]],
    ]);
  });

  test('adapters and merged checkpoints of one name are two units', () => {
    expect(unitsOf([aCheckpoint(10), aCheckpoint(20, { kind: 'hugging-face' })])).toHaveLength(2);
  });
});

describe('what is chosen', () => {
  const broken = aCheckpoint(30, { missing: ['adapter_model.safetensors is cut off'], targets: [] });

  test('begins with the best of everything that can be added', () => {
    const unit = only(unitsOf([aCheckpoint(10), aCheckpoint(20), broken]));
    const chosen = firstChoice(unit, () => true);
    expect([...chosen.included]).toEqual(['checkpoint-10', 'checkpoint-20']);
    expect(choicesOf(unit, chosen).map(({ id, target, base }) => [id, target.to, base?.label])).toEqual([
      ['checkpoint-10', 'adapter', 'Qwen2-0.5B'],
      ['checkpoint-20', 'adapter', 'Qwen2-0.5B'],
    ]);
  });

  test('is the best that fits, and the best where nothing fits', () => {
    const unit = only(unitsOf([FOUND_BASE]));
    expect(firstChoice(unit, ({ diskBytes }) => diskBytes < 400e6).target).toBe('gguf Q4_0');
    expect(firstChoice(unit, () => false).target).toBe('gguf Q8_0');
  });

  test('a series offers what all of it can become, with the room of what is chosen', () => {
    const large = aCheckpoint(20, {
      targets: [aTarget({ to: 'merged', quantisation: 'Q8_0', diskBytes: 600e6, memoryBytes: 950e6 })],
    });
    const unit = only(unitsOf([aCheckpoint(10), large]));
    const [option, ...others] = optionsOf(
      unit,
      firstChoice(unit, () => true),
    );
    expect(others).toEqual([]);
    expect(option).toMatchObject({ key: 'merged Q8_0', diskBytes: 1_130e6, memoryBytes: 950e6 });
    const [less] = optionsOf(unit, { included: new Set(['checkpoint-10']) });
    expect(less?.diskBytes).toBe(530e6);
  });
});

test('two model libraries of one quantisation are two choices, told apart by name', () => {
  const libraries = ['libs/qwen2-ctx1k.wasm', 'libs/qwen2-ctx4k.wasm'];
  const targets = libraries.map((library) => aTarget({ to: 'mlc', quantisation: 'q4f32_1', library }));
  const unit = only(unitsOf([aFind('m', { kind: 'hugging-face', targets })]));
  const options = optionsOf(
    unit,
    firstChoice(unit, () => true),
  );
  expect(new Set(options.map(({ key }) => key)).size).toBe(2);
  expect(options.map(targetWords)).toEqual([
    'Convert to MLC, q4f32_1, for qwen2-ctx1k.wasm',
    'Convert to MLC, q4f32_1, for qwen2-ctx4k.wasm',
  ]);
  const second = { ...firstChoice(unit, () => true), target: options[1]?.key };
  expect(choicesOf(unit, second).map(({ target }) => target.library)).toEqual(['libs/qwen2-ctx4k.wasm']);
});

describe('conflicts', () => {
  const found = [FOUND_BASE, aCheckpoint(10), aFind('b.gguf')];
  const base = { kind: 'found', id: FOUND_BASE.id, label: FOUND_BASE.title } as const;
  const gguf = { id: FOUND_BASE.id, target: aTarget({ to: 'gguf', quantisation: 'Q8_0' }) };
  const mlc = { id: FOUND_BASE.id, target: aTarget({ to: 'mlc', quantisation: 'q4f32_1' }) };
  const adapter = { id: 'checkpoint-10', target: aTarget({ to: 'adapter' }), base };
  const merged = { ...adapter, target: aTarget({ to: 'merged', quantisation: 'Q8_0' }) };

  test.each([
    ['an adapter with its base as GGUF', [gguf, adapter], undefined],
    ['an adapter whose base is left out', [adapter], /left out/],
    ['an adapter on a base that becomes MLC', [mlc, adapter], /GGUF model only/],
    ['a merge, which needs the base only while it is made', [merged], undefined],
    [
      'a merge with a model of this device, whose own files are gone',
      [gguf, { ...merged, base: { kind: 'model', sha256: 'x', label: 'Q' } as const }],
      /needs the Hugging Face folder/,
    ],
    [
      'a merge with a GGUF file',
      [{ ...merged, base: { kind: 'found', id: 'b.gguf', label: 'b.gguf' } as const }],
      /needs the Hugging Face folder/,
    ],
    ['an adapter without a base', [gguf, { id: adapter.id, target: adapter.target }], /Choose the base/],
  ])('%s', (_what, choices, problem) => {
    const found_ = conflicts(choices, found).get('checkpoint-10');
    if (problem === undefined) expect(found_).toBeUndefined();
    else expect(found_).toMatch(problem);
  });
});

test.each([
  ['fits', { freeBytes: 2e9, memoryBytes: 4 * 2 ** 30 }, undefined],
  [
    'no room on the disk',
    { freeBytes: 0.4e9, memoryBytes: undefined },
    /Needs 500 MB of storage, 400 MB are free/,
  ],
  ['no room in memory', { freeBytes: undefined, memoryBytes: 0.5e9 }, /Needs 700 MB of memory.*about 500 MB/],
  ['nobody knows', { freeBytes: undefined, memoryBytes: undefined }, undefined],
])('%s', (_what, room, problem) => {
  const said = tooLarge(aTarget(), room);
  if (problem === undefined) expect(said).toBeUndefined();
  else expect(said).toMatch(problem);
});

test('8 GiB is the most that browsers tell: a larger model may fit', () => {
  expect(
    tooLarge(aTarget({ memoryBytes: 12e9 }), { freeBytes: 1e12, memoryBytes: 8 * 2 ** 30 }),
  ).toBeUndefined();
});
