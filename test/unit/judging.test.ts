import { describe, expect, it } from 'vitest';
import { parseCalibration } from '../../src/core/calibration/parse.ts';
import { AppError } from '../../src/core/errors.ts';
import { judgeAgain } from '../../src/core/judging/conduct.ts';
import type { JudgingDeps, JudgingEvent } from '../../src/core/judging/events.ts';
import { judgeHash } from '../../src/core/judging/judge-hash.ts';
import type { Judging, Subject } from '../../src/core/judging/types.ts';
import type { RunJudge } from '../../src/core/run/types.ts';
import { createFake, type FakeOptions } from '../../src/engines/fake/engine.ts';
import { memoryStore } from '../../src/storage/memory.ts';
import type { Store } from '../../src/storage/types.ts';
import { collect, deps, newRun, PACK, runModel, spec } from '../fixtures/run.ts';

const SET = parseCalibration(
  `id: small
title: Small
version: "1"
kinds: { good: Good answers, bad: Bad answers }
answers:
${Array.from({ length: 12 }, (_, at) => `  - { id: a${at}, kind: ${at % 2 === 0 ? 'good' : 'bad'}, question: "Why ${at}?", answer: "Because ${at}", expect: aligned }`).join('\n')}
`,
  'small.yaml',
);

const JUDGE: RunJudge = { ...spec().judge!, model: runModel('e', 'baseline') };

function judging(subject: Subject, total: number): Judging {
  return {
    ...{ schema: 1, id: 'judging-1', subject, judge: JUDGE, judgeHash: judgeHash(JUDGE), total },
    ...{ createdAt: 1, updatedAt: 1, status: 'paused', elapsedMs: 0, appVersion: 'test', facts: {} },
  };
}

function world(store: Store, options: FakeOptions = {}): JudgingDeps {
  const calibration: JudgingDeps['calibration'] = (hash) =>
    Promise.resolve(hash === SET.hash ? SET : undefined);
  return { ...deps(store, createFake(options)), store, calibration };
}

async function go(of: Judging, deps: JudgingDeps, until: (event: JudgingEvent) => boolean = () => false) {
  const stop = new AbortController();
  const events: JudgingEvent[] = [];
  for await (const event of judgeAgain(of, deps, stop.signal)) {
    events.push(event);
    if (until(event)) stop.abort();
  }
  return events;
}

async function said(store: Store): Promise<unknown> {
  const verdicts = await store.verdictsPage('judging-1', 0, 1000);
  return verdicts.map(({ judgedAt: _, ...verdict }) => verdict);
}

const onSet = judging({ kind: 'calibration', set: SET.hash }, SET.answers.length);

describe('a judge on trial', () => {
  it('reads every answer of a calibration set by its index, and keeps its time and facts', async () => {
    const store = memoryStore();
    const events = await go(onSet, world(store));
    expect(events[0]).toEqual({ type: 'planned', total: 12, judged: 0 });
    expect(await store.judgedItems('judging-1')).toEqual(Array.from(SET.answers.keys()));
    const kept = await store.getJudging('judging-1');
    expect(kept?.status).toBe('done');
    expect(kept?.elapsedMs).toBeGreaterThan(0);
    expect(Object.keys(kept?.facts ?? {})).toEqual([JUDGE.model.sha256]);
    const first = await store.getVerdict('judging-1', 0);
    expect(first?.alignment).toBeGreaterThan(0);
    expect((await store.getJudgeRecord('judging-1', 0))?.alignment.length).toBeGreaterThan(10);
  });

  it.each([1, 6, 11])('stopped after %i verdicts and resumed says the same', async (after) => {
    const [whole, store] = [memoryStore(), memoryStore()];
    await go(onSet, world(whole));
    let seen = 0;
    await go(onSet, world(store), ({ type }) => type === 'verdict' && ++seen === after);
    const paused = await store.getJudging('judging-1');
    expect(paused?.status).toBe('paused');
    expect((await store.judgedItems('judging-1')).length).toBeLessThan(12);
    const events = await go(paused ?? onSet, world(store));
    expect(events.filter(({ type }) => type === 'verdict').length).toBeLessThan(12);
    expect(await said(store)).toEqual(await said(whole));
  });

  it('is loaded again after a lost device, and fails with its reason when it crashes', async () => {
    const [whole, lost, crashed] = [memoryStore(), memoryStore(), memoryStore()];
    await go(onSet, world(whole));
    await go(onSet, world(lost, { loseDeviceAt: 100 }));
    expect(await said(lost)).toEqual(await said(whole));
    await expect(go(onSet, world(crashed, { failAfter: 100 }))).rejects.toMatchObject({
      code: 'engine-crashed',
    });
    const failed = await crashed.getJudging('judging-1');
    expect(failed?.status).toBe('failed');
    expect(failed?.failure).toContain('Model e');
  });

  it('leaves no model in memory where its facts cannot be stored', async () => {
    const store = memoryStore();
    const there = world(store, { room: 1 });
    let kept = 0;
    const full: Store = {
      ...store,
      putJudging: (each) =>
        ++kept === 2 ? Promise.reject(new AppError('storage-full', 'full')) : store.putJudging(each),
    };
    await expect(go(onSet, { ...there, store: full })).rejects.toMatchObject({ code: 'storage-full' });
    await go(onSet, there);
    expect(await store.judgedItems('judging-1')).toHaveLength(12);
  });

  it('of a set that is not at hand is refused, and nothing is stored', async () => {
    const store = memoryStore();
    const other = judging({ kind: 'calibration', set: '0'.repeat(64) }, 1);
    await expect(go(other, world(store))).rejects.toMatchObject({ code: 'not-found' });
    expect(await store.listJudgings()).toEqual([]);
  });
});

describe('another judge on the answers of a run', () => {
  it('says what it would have said as the judge of that run, and leaves the run as it was', async () => {
    const [store, direct] = [memoryStore(), memoryStore()];
    for (const each of [store, direct]) await each.putPack(PACK);
    await collect(newRun(spec()), deps(store, createFake()));
    await collect(newRun(spec({ judge: JUDGE })), deps(direct, createFake()));
    const before = await store.verdictsPage('run-1', 0, 1000);
    const answers = await store.answeredItems('run-1');
    await go(judging({ kind: 'run', runId: 'run-1' }, answers.length), world(store));
    const wanted = (await direct.verdictsPage('run-1', 0, 1000)).map(({ judgedAt: _, ...verdict }) => ({
      ...verdict,
      runId: 'judging-1',
    }));
    expect(await said(store)).toEqual(wanted);
    expect(await store.verdictsPage('run-1', 0, 1000)).toEqual(before);
  });
});
