import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.ts';
import type { Engine, LoadedModel } from '../../src/core/engine.ts';
import { readRunFile, runFilePieces, type RunPart } from '../../src/core/formats/run-file.ts';
import type { RunModel } from '../../src/core/model.ts';
import type { RunDeps, RunLoadOptions } from '../../src/core/run/events.ts';
import { makePlan, seedOf } from '../../src/core/run/plan.ts';
import { createFake } from '../../src/engines/fake/engine.ts';
import { memoryStore } from '../../src/storage/memory.ts';
import type { Store } from '../../src/storage/types.ts';
import { collect, deps, newRun, PACK, spec } from '../fixtures/run.ts';

const ITEMS = 2 * (2 * 2 + 2 + 1) * 3;

async function storeWithPack(): Promise<Store> {
  const store = memoryStore();
  await store.putPack(PACK);
  return store;
}

/** Everything about a run's results that must not depend on how it was got: no clock. */
async function results(store: Store, runId = 'run-1'): Promise<unknown> {
  const answers = await store.answersPage(runId, 0, 1000);
  const verdicts = await store.verdictsPage(runId, 0, 1000);
  return {
    answers: answers.map(({ item, text, seed, tokens, finish }) => [item, text, seed, tokens, finish]),
    verdicts: verdicts.map(({ item, alignment, coherence, alignmentMass }) => [
      item,
      alignment,
      coherence,
      alignmentMass,
    ]),
    records: await store.judgeRecordsPage(runId, 0, 1000),
  };
}

async function complete(engine: Engine = createFake(), batch?: number): Promise<Store> {
  const store = await storeWithPack();
  await collect(newRun(spec()), deps(store, engine, batch));
  return store;
}

describe('the plan', () => {
  const plan = makePlan(spec(), [PACK]);

  it('is models x probes x wordings x formats x samples, less what a probe is not asked in', () => {
    expect(plan.items).toBe(ITEMS);
    expect(plan.groups.filter(({ probeId }) => probeId === 'c').map(({ format }) => format.id)).toEqual([
      'free',
      'free',
    ]);
  });

  it('gives every answer a seed of its own that follows from the run’s seed', () => {
    const seeds = Array.from({ length: plan.items }, (_, item) => seedOf(plan, item));
    expect(new Set(seeds).size).toBe(ITEMS);
    const again = makePlan(spec(), [PACK]);
    expect(Array.from({ length: again.items }, (_, item) => seedOf(again, item))).toEqual(seeds);
    expect(seedOf(makePlan(spec({ seed: 8 }), [PACK]), 0)).not.toBe(seeds[0]);
  });

  it('keeps the seeds of a model when others are added, and of a sample when more are drawn', () => {
    const [, second] = spec().models;
    if (second === undefined) throw new Error('expected two models');
    const alone = makePlan(spec({ models: [second], samples: 5 }), [PACK]);
    expect(seedOf(alone, 0)).toBe(seedOf(plan, plan.items / 2));
  });
});

describe('a run', () => {
  it('stores every answer and verdict before it tells of it', async () => {
    const store = await storeWithPack();
    const events = await collect(newRun(spec()), deps(store, createFake()));
    const types = events.map(({ type }) => type);
    expect(types[0]).toBe('planned');
    expect(types.filter((type) => type === 'answer')).toHaveLength(ITEMS);
    expect(types.filter((type) => type === 'verdict')).toHaveLength(ITEMS);
    expect(await store.answeredItems('run-1')).toHaveLength(ITEMS);
    expect(await store.judgedItems('run-1')).toHaveLength(ITEMS);
    const run = await store.getRun('run-1');
    expect(run?.status).toBe('done');
    expect(Object.keys(run?.facts ?? {})).toHaveLength(3);
    expect(run?.elapsedMs).toBeGreaterThan(0);
  });

  it('gives the same answers alone and in a batch', async () => {
    expect(await results(await complete(createFake(), 1))).toEqual(
      await results(await complete(createFake(), 8)),
    );
  });

  it.each([1, 5, 20, 41, ITEMS])(
    'stopped after %i answers and resumed equals an uninterrupted one',
    async (after) => {
      const store = await storeWithPack();
      const world = deps(store, createFake());
      let answers = 0;
      await collect(newRun(spec()), world, ({ type }) => type === 'answer' && ++answers === after);
      const stopped = await store.getRun('run-1');
      if (stopped === undefined) throw new Error('expected the run to be stored');
      if (after < ITEMS) expect(stopped.status).toBe('paused');
      expect((await store.answeredItems('run-1')).length).toBeGreaterThanOrEqual(after);
      await collect(stopped, world);
      expect(await results(store)).toEqual(await results(await complete()));
      expect((await store.getRun('run-1'))?.status).toBe('done');
    },
  );

  it('whose engine crashes fails with the reason, keeps what it has, and goes on with another', async () => {
    const store = await storeWithPack();
    const failing = collect(newRun(spec()), deps(store, createFake({ failAfter: 6 })));
    await expect(failing).rejects.toMatchObject({ code: 'engine-crashed' });
    const failed = await store.getRun('run-1');
    expect(failed?.status).toBe('failed');
    expect(failed?.failure).not.toBe('');
    if (failed === undefined) throw new Error('expected the run to be stored');
    await collect(failed, deps(store, createFake()));
    expect(await store.getRun('run-1')).not.toHaveProperty('failure');
    expect(await results(store)).toEqual(await results(await complete()));
  });

  it('whose disk is full stops with that reason and loses nothing that was stored', async () => {
    const store = await storeWithPack();
    let room = 9;
    const full: Store = {
      ...store,
      putAnswer: (answer) =>
        room-- > 0 ? store.putAnswer(answer) : Promise.reject(new AppError('storage-full', 'no room')),
    };
    await expect(collect(newRun(spec()), deps(full, createFake()))).rejects.toMatchObject({
      code: 'storage-full',
    });
    expect(await store.answeredItems('run-1')).toHaveLength(9);
    const stopped = await store.getRun('run-1');
    if (stopped === undefined) throw new Error('expected the run to be stored');
    await collect(stopped, deps(store, createFake()));
    expect(await results(store)).toEqual(await results(await complete()));
  });

  it('stops at a question too long for the model, and names it', async () => {
    const store = await storeWithPack();
    const world = deps(store, createFake());
    const short = {
      ...world,
      load: (models: readonly RunModel[], options: RunLoadOptions) => tooShort(world, models, options),
    };
    await expect(collect(newRun(spec()), short)).rejects.toMatchObject({
      code: 'context-overflow',
      message: 'probe "a" (small), Free text: expected at most 8 tokens, got 22',
    });
  });

  it('without a judge stores answers only', async () => {
    const { judge: _judge, ...unjudged } = spec();
    const store = await storeWithPack();
    await collect(newRun(unjudged), deps(store, createFake()));
    expect(await store.answeredItems('run-1')).toHaveLength(ITEMS);
    expect(await store.judgedItems('run-1')).toHaveLength(0);
  });

  it('asks a judge whose tokenizer spells digits', async () => {
    const store = await complete(createFake({ vocabulary: 'digits' }));
    const [verdict] = await store.verdictsPage('run-1', 0, 1);
    expect(verdict?.alignmentMass).toBeGreaterThan(0);
    expect(await store.judgedItems('run-1')).toHaveLength(ITEMS);
  });
});

/** The fake model, with a context that no question fits. */
async function tooShort(
  world: RunDeps,
  models: readonly RunModel[],
  options: RunLoadOptions,
): Promise<readonly LoadedModel[]> {
  const overflow = new AppError('context-overflow', 'expected at most 8 tokens, got 22');
  const loaded = await world.load(models, options);
  return loaded.map((each) => ({ ...each, sample: () => Promise.reject(overflow) }));
}

describe('a run as a file', () => {
  async function text(store: Store): Promise<string> {
    const run = await store.getRun('run-1');
    if (run === undefined) throw new Error('expected the run to be stored');
    const page = (part: RunPart, from: number, limit: number): Promise<readonly object[]> => {
      if (part === 'answers') return store.answersPage('run-1', from, limit);
      if (part === 'verdicts') return store.verdictsPage('run-1', from, limit);
      return store.judgeRecordsPage('run-1', from, limit);
    };
    const pieces: string[] = [];
    for await (const piece of runFilePieces(run, [PACK], async function* (part) {
      yield await page(part, 0, 10);
      yield await page(part, 10, 1000);
    })) {
      pieces.push(piece);
    }
    return pieces.join('');
  }

  it('comes back exactly', async () => {
    const exported = await text(await complete());
    const other = memoryStore();
    await other.putWholeRun(readRunFile(exported, 'run.json'));
    expect(await text(other)).toBe(exported);
  });

  it.each([
    ['half a file', (file: string) => file.slice(0, file.length / 2), 'expected a run exported by Assay'],
    ['another format', () => '{"format":"other"}', 'format'],
    ['a wrong type', (file: string) => file.replace('"samples":3', '"samples":"3"'), 'run.spec.samples'],
    [
      'an item outside the plan',
      (file: string) => file.replace('"item":0,', '"item":99999,'),
      'got item 99999',
    ],
    ['an item twice', (file: string) => file.replace('"item":1,', '"item":0,'), 'item 0 stands twice'],
    [
      'another run’s answer',
      (file: string) => file.replace('"runId":"run-1"', '"runId":"run-2"'),
      'got run-2',
    ],
    ['a changed pack', (file: string) => file.replace('Three?', 'Thirty?'), 'expected the pack with hash'],
    [
      'a prototype trick',
      (file: string) => file.replace('"run":{', '"run":{"__proto__":{"x":1},'),
      '__proto__',
    ],
  ])('%s is refused with a reason', async (_, damage, reason) => {
    const file = damage(await text(await complete()));
    expect(() => readRunFile(file, 'run.json')).toThrow(reason);
    expect(() => readRunFile(file, 'run.json')).toThrow(AppError);
  });
});
