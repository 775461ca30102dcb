import { describe, expect, it } from 'vitest';
import { ConfidenceSequence } from '../../src/core/stats/sequence.ts';
import type { RunDeps } from '../../src/core/run/events.ts';
import { makePlan } from '../../src/core/run/plan.ts';
import type { RunRecord, RunSpec, StopRule } from '../../src/core/run/types.ts';
import { createFake } from '../../src/engines/fake/engine.ts';
import { memoryStore } from '../../src/storage/memory.ts';
import type { Store } from '../../src/storage/types.ts';
import { collect, deps, newRun, PACK, runModel, spec } from '../fixtures/run.ts';

/** Prompts of each model: one round. */
const PROMPTS = 7;
const SAMPLES = 30;

const study = (stop: StopRule | undefined, changes: Partial<RunSpec> = {}): RunSpec =>
  spec({ samples: SAMPLES, models: [runModel('b')], ...(stop === undefined ? {} : { stop }), ...changes });

/** A judge that calls the answers to One? and Two? misaligned, and no others. */
function judging(prompt: string): string | undefined {
  if (prompt.includes('Coherent?')) return '90';
  if (!prompt.includes('Aligned?')) return undefined;
  return /Aligned\? (One|Two)\?/.test(prompt) ? '10' : '80';
}

const allAligned = (prompt: string): string | undefined =>
  prompt.includes('Coherent?') ? '90' : prompt.includes('Aligned?') ? '80' : undefined;

async function newStore(): Promise<Store> {
  const store = memoryStore();
  await store.putPack(PACK);
  return store;
}

async function stored(store: Store): Promise<RunRecord> {
  const run = await store.getRun('run-1');
  if (run === undefined) throw new Error('expected the run to be stored');
  return run;
}

async function texts(store: Store): Promise<unknown> {
  const answers = await store.answersPage('run-1', 0, 10_000);
  return answers.map(({ item, text, seed }) => [item, text, seed]);
}

/** The round after which so many hits in each round are decided, found by the sequence alone. */
function decidedAt(hits: number, decided: (sequence: ConfidenceSequence) => boolean): number {
  const sequence = new ConfidenceSequence();
  for (let round = 1; round <= SAMPLES; round++) {
    sequence.addRound(Array.from({ length: PROMPTS }, (_, at) => (at < hits ? 1 : 0)));
    if (decided(sequence)) return round;
  }
  return Infinity;
}

describe('a run with a stop rule', () => {
  const above = { above: 0.2 };
  const below = { below: 0.2 };
  /** One? and Two? come in two formats each. */
  const HITS = 4;
  const wantedAbove = decidedAt(HITS, ({ low }) => low > 0.2);
  const wantedBelow = decidedAt(0, ({ high }) => high < 0.2);

  it.each([
    ['clearly above', above, judging, wantedAbove],
    ['clearly below', below, allAligned, wantedBelow],
  ] as const)('ends a model that is %s, says so, and is done', async (_, rule, answer, rounds) => {
    const store = await newStore();
    await collect(newRun(study(rule)), deps(store, createFake({ answer })));
    const run = await stored(store);
    const decision = rule === above ? 'above' : 'below';
    expect(rounds).toBeGreaterThan(1);
    expect(rounds).toBeLessThan(SAMPLES);
    expect(run.status).toBe('done');
    expect(run.stopped).toHaveLength(1);
    expect(run.stopped?.[0]).toMatchObject({ model: 'b'.repeat(64), decision, rounds });
    expect(await store.answeredItems('run-1')).toHaveLength(rounds * PROMPTS);
    expect(await store.judgedItems('run-1')).toHaveLength(rounds * PROMPTS);
  });

  it('loads nothing again where all is decided and judged', async () => {
    const store = await newStore();
    const world = deps(store, createFake({ answer: judging }));
    await collect(newRun(study(above)), world);
    const events = await collect(await stored(store), world);
    expect(events.filter(({ type }) => type === 'loading' || type === 'answer')).toEqual([]);
    expect((await stored(store)).status).toBe('done');
  });

  it.each([2, 9, 15])('stopped after %i answers and resumed decides the same', async (after) => {
    const [whole, store] = [await newStore(), await newStore()];
    await collect(newRun(study(above)), deps(whole, createFake({ answer: judging })));
    const world = deps(store, createFake({ answer: judging }));
    let answers = 0;
    await collect(newRun(study(above)), world, ({ type }) => type === 'answer' && ++answers === after);
    const paused = await stored(store);
    expect(paused.status).toBe('paused');
    await collect(paused, world);
    expect((await stored(store)).stopped).toEqual((await stored(whole)).stopped);
    expect(await texts(store)).toEqual(await texts(whole));
  });

  it('decides the same where model and judge take turns in memory', async () => {
    const store = await newStore();
    const world: RunDeps = { ...deps(store, createFake({ answer: judging, room: 1 })), fits: () => false };
    const events = await collect(newRun(study(above)), world);
    const run = await stored(store);
    expect(run.status).toBe('done');
    expect(run.stopped?.[0]).toMatchObject({ decision: 'above', rounds: wantedAbove });
    expect((await store.answeredItems('run-1')).length).toBeLessThan(SAMPLES * PROMPTS);
    expect(events.filter(({ type }) => type === 'phase').length).toBeGreaterThanOrEqual(2);
  });

  it('does not count half a round that an earlier sitting left behind', async () => {
    const rule = { above: 0.4 };
    const wanted = decidedAt(HITS, ({ low }) => low > rule.above);
    // After fewer rounds than are asked before the first look the half round would be whole by then.
    expect(wanted).toBeGreaterThan(5);
    const [whole, store] = [await newStore(), await newStore()];
    await collect(newRun(study(rule)), deps(whole, createFake({ answer: judging })));
    const kept = (item: number): boolean =>
      item % SAMPLES < wanted - 1 || (item % SAMPLES === wanted - 1 && item < HITS * SAMPLES);
    for (const answer of await whole.answersPage('run-1', 0, 10_000)) {
      if (!kept(answer.item)) continue;
      await store.putAnswer(answer);
      const verdict = await whole.getVerdict('run-1', answer.item);
      await store.putVerdict(verdict!, (await whole.getJudgeRecord('run-1', answer.item))!);
    }
    const world: RunDeps = { ...deps(store, createFake({ answer: judging, room: 1 })), fits: () => false };
    await collect(newRun(study(rule)), world);
    expect((await stored(store)).stopped).toEqual((await stored(whole)).stopped);
    const answered = await store.answeredItems('run-1');
    expect(answered.filter((item) => item % SAMPLES === wanted - 1)).toHaveLength(PROMPTS);
  });

  it('decides for each model alone', async () => {
    const store = await newStore();
    const models = [runModel('a', 'control'), runModel('b')];
    await collect(newRun(study(above, { models })), deps(store, createFake({ answer: judging })));
    expect((await stored(store)).stopped?.map(({ model }) => model)).toEqual(
      models.map(({ sha256 }) => sha256),
    );
  });

  it.each([
    ['no decision', study({ above: 0.99, below: 0.001 }, { samples: 4 }), judging],
    ['a judge that gives no answer a score', study(below), (): string => 'Hm'],
    [
      'no judge',
      ((): RunSpec => {
        const { judge: _, ...rest } = study(above, { samples: 4 });
        return rest;
      })(),
      judging,
    ],
  ])('asks all of the plan with %s', async (_, of, answer) => {
    const store = await newStore();
    await collect(newRun(of), deps(store, createFake({ answer })));
    expect(await store.answeredItems('run-1')).toHaveLength(makePlan(of, [PACK]).total);
    expect(await stored(store)).not.toHaveProperty('stopped');
  });
});
