import { describe, expect, it } from 'vitest';
import type { Engine } from '../../src/core/engine.ts';
import { AppError } from '../../src/core/errors.ts';
import type { RunModel } from '../../src/core/model.ts';
import type { RunDeps, RunEvent, RunLoadOptions } from '../../src/core/run/events.ts';
import type { RunRecord } from '../../src/core/run/types.ts';
import { createFake } from '../../src/engines/fake/engine.ts';
import { memoryStore } from '../../src/storage/memory.ts';
import type { Store } from '../../src/storage/types.ts';
import { collect, deps, newRun, PACK, runModel, spec } from '../fixtures/run.ts';

const STUDY = spec({ samples: 1 });
const ITEMS = 14;

async function storeWithPack(): Promise<Store> {
  const store = memoryStore();
  await store.putPack(PACK);
  return store;
}

async function results(store: Store): Promise<unknown> {
  const answers = await store.answersPage('run-1', 0, 1000);
  const verdicts = await store.verdictsPage('run-1', 0, 1000);
  return {
    answers: answers.map(({ item, text, seed }) => [item, text, seed]),
    verdicts: verdicts.map(({ item, alignment, coherence }) => [item, alignment, coherence]),
    records: await store.judgeRecordsPage('run-1', 0, 1000),
  };
}

async function stored(store: Store): Promise<RunRecord> {
  const run = await store.getRun('run-1');
  if (run === undefined) throw new Error('expected the run to be stored');
  return run;
}

/** The same run with everything in memory at once. */
const reference = await (async (): Promise<unknown> => {
  const store = await storeWithPack();
  await collect(newRun(STUDY), deps(store, createFake()));
  return results(store);
})();

function phases(events: readonly RunEvent[]): readonly string[] {
  return events.flatMap((event) => (event.type === 'phase' ? [event.phase] : []));
}

/** Dependencies that say of what was loaded, in order. */
function watched(world: RunDeps): { world: RunDeps; loads: string[] } {
  const loads: string[] = [];
  const load = (models: readonly RunModel[], options: RunLoadOptions): ReturnType<RunDeps['load']> => {
    loads.push(models.map(({ label }) => label).join(' + '));
    return world.load(models, options);
  };
  return { world: { ...world, load }, loads };
}

describe('a run whose models have no room together', () => {
  const apart = (store: Store, engine: Engine): RunDeps => ({ ...deps(store, engine), fits: () => false });

  it('asks everything, then judges, with one model in memory at a time, and ends the same', async () => {
    const store = await storeWithPack();
    const { world, loads } = watched(apart(store, createFake({ room: 1 })));
    const events = await collect(newRun(STUDY), world);
    expect(phases(events)).toEqual(['asking', 'judging']);
    expect(loads).toEqual(['Model a', 'Model b', 'Model f']);
    const types = events.map(({ type }) => type);
    expect(types.lastIndexOf('answer')).toBeLessThan(types.indexOf('verdict'));
    expect(await results(store)).toEqual(reference);
    expect(await stored(store)).toMatchObject({ status: 'done' });
    expect(await stored(store)).not.toHaveProperty('incidents');
  });

  it.each([
    ['asking', 'answer', 5],
    ['judging', 'verdict', 5],
  ] as const)('stopped while %s goes on where it was', async (_phase, type, after) => {
    const store = await storeWithPack();
    const world = apart(store, createFake({ room: 1 }));
    let seen = 0;
    await collect(newRun(STUDY), world, (event) => event.type === type && ++seen === after);
    expect((await stored(store)).status).toBe('paused');
    const again = watched(world);
    await collect(await stored(store), again.world);
    expect(again.loads.includes('Model a')).toBe(type === 'answer');
    expect(await results(store)).toEqual(reference);
  });

  it('falls back to it where only the loading shows that they have none, and keeps that with the run', async () => {
    const store = await storeWithPack();
    const events = await collect(newRun(STUDY), deps(store, createFake({ room: 1 })));
    expect(phases(events)).toEqual(['both', 'asking', 'judging']);
    expect(await results(store)).toEqual(reference);
    const { status, incidents } = await stored(store);
    expect(status).toBe('done');
    expect(incidents).toHaveLength(1);
    expect(incidents?.[0]?.what).toMatch(/no room in memory together \(.*expected room for one more/);
  });

  it('fails, and names the model, when it has no room even alone', async () => {
    const store = await storeWithPack();
    const running = collect(newRun(STUDY), deps(store, createFake({ room: 0 })));
    await expect(running).rejects.toMatchObject({
      code: 'model-load',
      message: 'Model a: expected room for one more than 0 models, got none',
    });
    expect(await stored(store)).toMatchObject({ status: 'failed', failure: /^Model a: / });
  });
});

describe('a run whose device is lost', () => {
  it.each([1, 7, 12, 30])(
    'at call %i loads its models again and goes on where it was',
    async (loseDeviceAt) => {
      const store = await storeWithPack();
      const events = await collect(newRun(STUDY), deps(store, createFake({ loseDeviceAt })));
      expect(phases(events)).toEqual(['both', 'both']);
      expect(events.filter(({ type }) => type === 'answer')).toHaveLength(ITEMS);
      expect(events.filter(({ type }) => type === 'verdict')).toHaveLength(ITEMS);
      expect(await results(store)).toEqual(reference);
      const { status, incidents } = await stored(store);
      expect(status).toBe('done');
      expect(incidents?.map(({ what }) => what)).toEqual([
        expect.stringMatching(/^The device was lost \(Model .: the fake engine lost its device/),
      ]);
    },
  );

  it('again and again fails, says what to do, and can be resumed', async () => {
    const store = await storeWithPack();
    const world = deps(store, createFake());
    const lost = new AppError('device-lost', 'the GPU is gone');
    const broken = {
      ...world,
      load: async (...asked: Parameters<RunDeps['load']>) =>
        (await world.load(...asked)).map((each) => ({ ...each, sample: () => Promise.reject(lost) })),
    };
    await expect(collect(newRun(STUDY), broken)).rejects.toMatchObject({ code: 'device-lost' });
    const failed = await stored(store);
    expect(failed.status).toBe('failed');
    expect(failed.failure).toContain('resume the run');
    expect(failed.incidents).toHaveLength(3);
    await collect(failed, world);
    expect(await results(store)).toEqual(reference);
  });
});

describe('a checkpoint series', () => {
  const base = runModel('a', 'control');
  const step = (letter: string): RunModel => ({ ...runModel(letter), base: base.sha256 });
  const series = spec({ samples: 1, models: [step('c'), runModel('b'), base, step('d')] });

  it('is loaded once, each model with facts of its own, and answers as one by one', async () => {
    const store = await storeWithPack();
    const { world, loads } = watched({ ...deps(store, createFake({ room: 1 })), fits: () => false });
    await collect(newRun(series), world);
    expect(loads).toEqual(['Model c + Model a + Model d', 'Model b', 'Model f']);
    const ids = [...series.models, runModel('f')].map(({ sha256 }) => sha256);
    expect(Object.keys((await stored(store)).facts).sort()).toEqual(ids.sort());

    const alone = await storeWithPack();
    const models = series.models.map(({ base: _base, ...model }) => model);
    await collect(newRun({ ...series, models }), deps(alone, createFake()));
    expect(await results(store)).toEqual(await results(alone));
  });

  it('resumed loads only those of it that have something to answer', async () => {
    const store = await storeWithPack();
    const world = deps(store, createFake());
    let done = 0;
    const perModel = ITEMS / 2;
    const until = (event: RunEvent): boolean => event.type === 'answer' && ++done === perModel + 2;
    await collect(newRun(series), world, until);
    const again = watched(world);
    await collect(await stored(store), again.world);
    expect(again.loads.filter((labels) => labels !== 'Model f')).toEqual(['Model b', 'Model a + Model d']);
  });

  it('names the model that fails, and only that', async () => {
    const store = await storeWithPack();
    const world = deps(store, createFake());
    const broken = {
      ...world,
      load: async (models: readonly RunModel[], options: RunLoadOptions) =>
        (await world.load(models, options)).map((each, index) =>
          models[index]?.label === 'Model d'
            ? { ...each, sample: () => Promise.reject(new AppError('engine-crashed', 'out of order')) }
            : each,
        ),
    };
    await expect(collect(newRun(series), broken)).rejects.toMatchObject({
      code: 'engine-crashed',
      message: 'Model d: out of order',
    });
  });
});
