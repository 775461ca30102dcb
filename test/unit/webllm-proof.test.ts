import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeRandomModel } from '../../cli/random-model/make.ts';
import { tinyLibrary, tinyMetadata, tinyParameters } from '../fixtures/mlc-library.ts';
import { Clock, TimeIsOver } from '../webllm/clock.ts';
import { bestOf, compareRow, largestDifference, rate, toleranceOf } from '../webllm/compare.ts';
import { lastRows } from '../webllm/correctness.ts';
import { checkFolder } from '../webllm/folder.ts';
import { browserMemory } from '../webllm/memory.ts';
import { parseProofOptions } from '../webllm/options.ts';

describe('parseProofOptions', () => {
  const given = ['--model', 'm', '--lib', 'l.wasm'];

  it('has its defaults, and smaller ones for a GPU of software', () => {
    expect(parseProofOptions(given)).toMatchObject({
      ...{ model: 'm', library: 'l.wasm', batches: [1, 4, 16, 64], positions: 20, minutes: 60, gpu: 'best' },
    });
    expect(parseProofOptions([...given, '--quick', '--minutes', '5'])).toMatchObject({
      ...{ batches: [1, 4], positions: 2, tokens: 2, minutes: 5, headless: true },
    });
    expect(parseProofOptions([...given, '--batches', '16, 1,16'])?.batches).toEqual([1, 16]);
    expect(parseProofOptions(['--help'])).toBeUndefined();
  });

  it.each([
    [['--lib', 'l'], 'expected --model'],
    [['--model', 'm'], 'expected --lib'],
    [[...given, '--batches', '1,,4'], '--batches expected'],
    [[...given, '--minutes', '0'], '--minutes expected a whole number from 1'],
    [[...given, '--gpu', 'fast'], '--gpu expected best or software, got "fast"'],
    [[...given, '--speed'], '--speed'],
  ])('refuses %j', (args, part) => {
    expect(() => parseProofOptions(args)).toThrow(part);
  });
});

describe('compareRow', () => {
  const reference = [0.5, 0.25, 0.25].map(Math.log);

  it('finds nothing where nothing differs', () => {
    const same = compareRow(reference, reference);
    expect(same).toMatchObject({ largest: 0, sameBest: true, margin: 0 });
    expect(same.mass).toBeCloseTo(1, 12);
  });
  it('tells the largest difference, and by how much another token is likelier', () => {
    const { largest, sameBest, margin, mass } = compareRow(reference, [0.2, 0.7, 0.1].map(Math.log));
    expect(largest).toBeCloseTo(Math.log(0.7 / 0.25), 12);
    expect(sameBest).toBe(false);
    expect(margin).toBeCloseTo(Math.log(2), 12);
    expect(mass).toBeCloseTo(1, 12);
  });
  it('is never content with a number that is missing', () => {
    expect(compareRow(reference, [Math.log(0.5), NaN, Math.log(0.25)]).largest).toBe(Infinity);
    expect(compareRow(reference, reference.slice(0, 2)).largest).toBe(Infinity);
    expect(compareRow(reference, [NaN, NaN, NaN])).toMatchObject({ sameBest: false, margin: Infinity });
    expect(bestOf([NaN, -3, -2, NaN])).toBe(2);
    expect(largestDifference([1, 2], [1, 2.5])).toBe(0.5);
    expect(largestDifference([1], [1, 2])).toBe(Infinity);
    expect(largestDifference([NaN], [1])).toBe(Infinity);
  });
  it('allows float16 more than float32', () => {
    expect(toleranceOf('q4f16_1')).toBeGreaterThan(toleranceOf('q4f32_1'));
  });
  it('takes a speed from what one call did more than another', () => {
    expect(rate({ tokens: 4, ms: 1000 }, { tokens: 24, ms: 3000 })).toBe(10);
    expect(rate({ tokens: 4, ms: 1000 }, { tokens: 4, ms: 3000 })).toBeUndefined();
    expect(rate({ tokens: 4, ms: 3000 }, { tokens: 24, ms: 1000 })).toBeUndefined();
  });
});

describe('Clock', () => {
  afterEach(() => {
    vi.useRealTimers();
  });
  it('ends a phase at the time limit and gives through what ends in time', async () => {
    vi.useFakeTimers();
    const lines: string[] = [];
    const clock = new Clock(1, (line) => lines.push(line));
    expect(await clock.phase('quick', () => Promise.resolve(7))).toBe(7);
    const late = clock.phase('slow', () => new Promise(() => undefined));
    const ended = expect(late).rejects.toThrow(TimeIsOver);
    await vi.advanceTimersByTimeAsync(60_000);
    await ended;
    expect(lines).toEqual(['[    0 s] quick ...', '[    0 s] slow ...']);
  });
});

describe('browserMemory', () => {
  it.runIf(process.platform === 'linux')('counts the processes of a browser by its profile', async () => {
    const marker = `--user-data-dir=/none/${process.pid}`;
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()', '--', marker], { stdio: 'pipe' });
    try {
      await once(child, 'spawn');
      const [own, ...others] = (await browserMemory(marker)) ?? [];
      expect(own).toMatchObject({ kind: 'browser' });
      expect(own?.mostBytes).toBeGreaterThan(0);
      expect(others).toEqual([]);
    } finally {
      child.kill();
    }
    expect(await browserMemory('/no/profile/of/this/name')).toEqual([]);
  });
});

describe('checkFolder', () => {
  let folder = '';
  const at = (...parts: string[]) => path.join(folder, ...parts);
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'assay-proof-'));
    await writeFile(at('x.wasm'), tinyLibrary());
    const request = { library: at('x.wasm'), out: at('model'), seed: 1, huggingFace: false };
    await makeRandomModel(request, () => undefined);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('gives the files of a whole model with its library', async () => {
    const { files, library, sizeBytes } = await checkFolder(at('model'), at('x.wasm'));
    expect(library.generation).toBe('v0_2_48');
    expect(files.map((file) => path.basename(file)).sort()).toEqual([
      'mlc-chat-config.json',
      'ndarray-cache.json',
      'params_shard_0.bin',
      'tensor-cache.json',
      'tokenizer.json',
      'tokenizer_config.json',
      'x.wasm',
    ]);
    expect(sizeBytes).toBe((await readFile(at('model', 'params_shard_0.bin'))).length);
  });

  it.each([
    [
      'a library for another vocabulary',
      tinyParameters(321),
      'q_weight is uint32 [321, 4] in y.wasm, but uint32 [320, 4]',
    ],
    [
      'a library with a head',
      [...tinyParameters(), { name: 'lm_head', shape: [1], dtype: 'float32' }],
      'but not in',
    ],
    [
      'a library without the final norm',
      tinyParameters().slice(0, -1),
      'model.norm.weight is in ndarray-cache.json, but not in y.wasm',
    ],
  ])('refuses %s', async (_what, params, part) => {
    await writeFile(at('y.wasm'), tinyLibrary(tinyMetadata(params)));
    await expect(checkFolder(at('model'), at('y.wasm'))).rejects.toThrow(part);
  });

  it('refuses a shard cut short, a missing one, and a folder without an index', async () => {
    await cp(at('model'), at('cut'), { recursive: true });
    await truncate(at('cut', 'params_shard_0.bin'), 100);
    await expect(checkFolder(at('cut'), at('x.wasm'))).rejects.toThrow('got 100');
    await rm(at('cut', 'params_shard_0.bin'));
    await expect(checkFolder(at('cut'), at('x.wasm'))).rejects.toMatchObject({ code: 'not-found' });
    await rm(at('cut', 'ndarray-cache.json'));
    await rm(at('cut', 'tensor-cache.json'));
    await expect(checkFolder(at('cut'), at('x.wasm'))).rejects.toThrow('found neither');
  });
});

describe('lastRows', () => {
  it('asks the reference once for sequences that continue one another, else for each', () => {
    const asked: (readonly number[])[] = [];
    const reference = {
      logprobs: (tokens: readonly number[], positions: readonly number[] = []) => {
        asked.push(tokens);
        return positions.map((at) => Float64Array.of(tokens[at] ?? NaN));
      },
    };
    const last = (sequences: readonly (readonly number[])[]) =>
      lastRows(reference, sequences).map(([value]) => value);
    expect(last([[1], [1, 2, 3], [1, 2]])).toEqual([1, 3, 2]);
    expect(asked).toEqual([[1, 2, 3]]);
    expect(last([[1], [2, 3]])).toEqual([1, 3]);
    expect(asked).toHaveLength(3);
  });
});
