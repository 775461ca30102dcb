import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeRandomModel } from '../../cli/random-model/make.ts';
import { tinyLibrary } from '../fixtures/mlc-library.ts';
import { Reference } from '../webllm/reference.ts';
import { Shards } from '../webllm/shards.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'assay-reference-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/**
 * Computed with numpy in float64 from the files that makeRandomModel writes for the tiny library and seed 5: the likeliest token
 * after each of the tokens 104, 101, 32, 116, 317, 0, and log-probabilities of it and of the tokens 0, 97 and 319.
 */
const NUMPY = [
  [313, -0.926618673, -11.182944545, -8.778869457, -7.018267595],
  [313, -0.833811552, -10.738018908, -7.694675831, -10.210117244],
  [266, -1.803686463, -9.591415483, -9.255324718, -8.915082505],
  [266, -1.096594928, -9.513376297, -8.854620833, -5.446298491],
  [167, -0.846779391, -8.664783711, -9.203182586, -8.619850109],
  [0, -1.160886864, -1.160886864, -7.966369662, -8.823922119],
];

describe('Reference', () => {
  it('agrees with a forward pass in numpy', async () => {
    const library = path.join(folder, 'x.wasm');
    const out = path.join(folder, 'model');
    await writeFile(library, tinyLibrary());
    await makeRandomModel({ library, out, seed: 5, huggingFace: false }, () => undefined);
    const reference = await Reference.open(out);
    const rows = reference.logprobs([104, 101, 32, 116, 317, 0]);
    expect(rows).toHaveLength(NUMPY.length);
    rows.forEach((row, position) => {
      const [best = 0, ...expected] = NUMPY[position]!;
      expect(row.indexOf(Math.max(...row))).toBe(best);
      [best, 0, 97, 319].forEach((id, at) => {
        expect(row[id]!).toBeCloseTo(expected[at]!, 8);
      });
    });
    expect(reference.logprobs([104, 101, 32, 116, 317, 0], [3])).toEqual([rows[3]]);
  });
});

describe('Shards', () => {
  it('reads half, bfloat16 and halved float32 numbers, and plain matrices', async () => {
    const record = (name: string, shape: number[], dtype: string, format: string, byteOffset: number) => ({
      ...{ name, shape, dtype, format, byteOffset },
      nbytes: shape.reduce((product, length) => product * length, 2),
    });
    const records = [
      record('half', [5], 'float16', 'raw', 0),
      record('brain', [2], 'bfloat16', 'raw', 10),
      record('m.weight', [2, 2], 'float32', 'f32-to-bf16', 14),
    ];
    const words = [0x3c00, 0xc000, 0x0001, 0x7bff, 0x3555, 0x3f80, 0xc0a0, 0x3f80, 0x4000, 0x4040, 0x4080];
    await writeFile(path.join(folder, 'x.bin'), new Uint8Array(Uint16Array.from(words).buffer));
    await writeFile(
      path.join(folder, 'tensor-cache.json'),
      JSON.stringify({ records: [{ dataPath: 'x.bin', records }] }),
    );
    const shards = await Shards.open(folder);
    // Values of these bit patterns as IEEE 754-2008 table 3.5 gives them: 1, -2, 2^-24, 65504, 0.333251953125.
    expect([...shards.vector('half')]).toEqual([1, -2, 2 ** -24, 65504, 0.333251953125]);
    expect([...shards.vector('brain')]).toEqual([1, -5]);
    const row = new Float64Array(2);
    shards.matrix('m').row(1, row);
    expect([...row]).toEqual([3, 4]);
    expect(() => shards.vector('none')).toThrow('expected the tensor none');
  });
});
