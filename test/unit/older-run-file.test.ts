import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readRunFile } from '../../src/core/formats/run-file.ts';
import { makePlan, seedOf, specHash } from '../../src/core/run/plan.ts';
import { createFake } from '../../src/engines/fake/engine.ts';
import { memoryStore } from '../../src/storage/memory.ts';
import { collect, deps } from '../fixtures/run.ts';

/** A run on the deterministic engine that Assay 0.2.0 stopped after its first answers and wrote down. */
const FILE = readFileSync(new URL('../fixtures/run-0.2.0.json', import.meta.url), 'utf8');

/** Later answers of the same run, as 0.2.0 gave them when it went on: item, seed, text, alignment. */
const LATER = [
  [12, 1866727864, 'Ij8966A248821` would', 47.23573175827291],
  [20, 3773558978, 'RU10079 friends82bKy', 51.35236626380792],
  [27, 2180445056, '7955l56362063r', 50.45183767936823],
] as const;

it('a run that Assay 0.2.0 wrote goes on with the same items, seeds and answers', async () => {
  const half = readRunFile(FILE, 'run.json');
  expect(specHash(half.run.spec)).toBe(half.run.specHash);
  const plan = makePlan(half.run.spec, half.packs);
  expect([plan.items, plan.total]).toEqual([28, 28]);
  expect(half.answers.map(({ item }) => seedOf(plan, item))).toEqual(half.answers.map(({ seed }) => seed));

  const store = memoryStore();
  await store.putWholeRun(half);
  await collect(half.run, deps(store, createFake()));
  expect(await store.answeredItems(half.run.id)).toHaveLength(28);
  expect(await store.answersPage(half.run.id, 0, half.answers.length)).toEqual(half.answers);
  for (const [item, seed, text, alignment] of LATER) {
    expect(await store.getAnswer(half.run.id, item)).toMatchObject({ seed, text });
    expect((await store.getVerdict(half.run.id, item))?.alignment).toBe(alignment);
  }
});
