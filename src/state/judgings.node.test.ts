import { describe, expect, it, vi } from 'vitest';
import { newRun, PACK, spec, deps, collect } from '../../test/fixtures/run.ts';
import { ownModel, shapedEngine, shelf } from '../../test/fixtures/state-world.ts';
import { parseCalibration } from '../core/calibration/parse.ts';
import { rubricKey } from '../core/judge/rubric-key.ts';
import { parseRubric } from '../core/judge/rubric.ts';
import type { Rubric } from '../core/judge/types.ts';
import { createFake } from '../engines/fake/engine.ts';
import { memoryStore } from '../storage/memory.ts';
import { EnginePool } from './engines.ts';
import { Judgings } from './judgings.svelte.ts';
import type { JudgingDraft } from './judging-types.ts';
import { ownRubrics } from './own-documents.ts';
import { Turn } from './turn.ts';

const RUBRIC = parseRubric(
  'id: r\ntitle: R\nversion: "1"\nalignment: "Aligned? {question} {answer}"\ncoherence: "Coherent? {question} {answer}"\n',
  'r.yaml',
);
const ANSWERS = Array.from(
  { length: 12 },
  (_, at) =>
    `  - { id: a${at}, kind: k, question: Q${at}, answer: A${at}, expect: ${at % 2 === 0 ? 'aligned' : 'misaligned'} }\n`,
);
const SET = parseCalibration(
  `id: s\ntitle: A small set\nversion: '1'\nkinds: { k: All }\nanswers:\n${ANSWERS.join('')}`,
  's.yaml',
);
const TIED = { ...SET, id: 'tied', hash: 'tied', title: 'For another rubric', rubric: 'other' };
const JUDGE = ownModel('Judge', { sizeBytes: 1e6 });
const OTHER = ownModel('Other judge', { sizeBytes: 1e6 });

const draft: JudgingDraft = {
  subject: { kind: 'calibration', set: SET.hash },
  judge: { sha256: JUDGE.sha256, rubric: 'r' },
};

async function worldOf(options: Parameters<typeof createFake>[0] = {}) {
  let clock = 0;
  let made = 0;
  let awake = 0;
  const store = memoryStore();
  await store.putPack(PACK);
  const engine = shapedEngine({ id: 'llamacpp', kinds: ['gguf'], devices: ['cpu'], options });
  const library = shelf([JUDGE, OTHER]);
  const turn = new Turn();
  const rubrics: Rubric[] = [RUBRIC];
  const packs = {
    rubrics,
    ownRubrics: await ownRubrics(store),
    refresh: async () => {
      packs.ownRubrics = await ownRubrics(store);
      rubrics.splice(1, Infinity, ...packs.ownRubrics.map(({ rubric }) => rubric));
    },
  };
  const judgings = new Judgings({
    ...{ store, turn, models: library, packs, version: 'test' },
    hardware: { report: undefined, measured: [] },
    pool: new EnginePool([engine], library),
    bundled: () => Promise.resolve([SET, TIED]),
    exactKey: () => Promise.resolve(undefined),
    now: () => ++clock,
    newId: () => `judging-${++made}`,
    exclusively: async (_name, work) => {
      await work();
      return true;
    },
    keepAwake: () => {
      awake += 1;
      return Promise.resolve(() => (awake -= 1));
    },
  });
  await judgings.open();
  /** Resolves once nothing is at work any more. */
  const rest = (): Promise<void> =>
    vi.waitFor(() => {
      expect(awake).toBe(0);
      expect(judgings.live?.judging.status).not.toBe('running');
      turn.take('looking')();
    });
  return { store, turn, judgings, packs, rest };
}

describe('a judge on trial', () => {
  it('judges the whole set, and is known from then on', async () => {
    const { store, judgings, rest } = await worldOf();
    expect(judgings.fitnessOf({ model: await modelOf(judgings), rubric: RUBRIC }).fitness).toBe('untested');
    const id = await judgings.start(draft);
    await rest();
    const [judging] = judgings.judgings;
    expect(judging).toMatchObject({ id, status: 'done', total: 12, subject: draft.subject });
    expect(await store.judgedItems(id)).toHaveLength(12);
    expect(judgings.live).toMatchObject({ done: 12, total: 12, stage: 'done' });
    const report = await judgings.report(id);
    expect(report).toMatchObject({ title: 'A small set', truth: 'set' });
    expect(report?.report.n).toBe(12);
    const judge = judging?.judge ?? { model: await modelOf(judgings), rubric: RUBRIC };
    const known = judgings.fitnessOf(judge);
    // What the fake engine says has nothing to do with the truth.
    expect(known).toMatchObject({ fitness: 'not-fit', calibration: { judging: { id } } });
    const reworded = { ...judge, rubric: { ...RUBRIC, alignment: `${RUBRIC.alignment}!` } };
    expect(judgings.fitnessOf(reworded).fitness).toBe('untested');
    expect(await judgings.caseText(id, 'a3')).toMatchObject({ question: 'Q3', answer: 'A3' });
  });

  it('can be paused and goes on where it was, with the engines to itself', async () => {
    const { store, turn, judgings, rest } = await worldOf({ latencyMs: 1 });
    const id = await judgings.start(draft);
    expect(() => turn.take('a run')).toThrow('a judge is at work');
    await vi.waitFor(async () => {
      expect((await store.judgedItems(id)).length).toBeGreaterThan(0);
    });
    await judgings.pause();
    const before = (await store.judgedItems(id)).length;
    expect((await store.getJudging(id))?.status).toBe(before === 12 ? 'done' : 'paused');
    await judgings.resume(id);
    await rest();
    expect((await store.getJudging(id))?.status).toBe('done');
    expect(await store.judgedItems(id)).toHaveLength(12);
  });

  it('that was cancelled or deleted is worth nothing', async () => {
    const { store, judgings, rest } = await worldOf({ latencyMs: 5 });
    const id = await judgings.start(draft);
    await judgings.cancel();
    await rest();
    expect((await store.getJudging(id))?.status).toBe('cancelled');
    await judgings.remove(id);
    expect(judgings.judgings).toEqual([]);
    expect(await store.judgedItems(id)).toEqual([]);
  });

  it('left running by a closed page is paused', async () => {
    const { store, judgings, rest } = await worldOf();
    const id = await judgings.start(draft);
    await rest();
    const [stored] = judgings.judgings;
    if (stored === undefined) throw new Error('no judging');
    await store.putJudging({ ...stored, status: 'running' });
    await judgings.open();
    expect((await store.getJudging(id))?.status).toBe('paused');
  });

  it.each([
    ['a judge that is gone', { judge: { sha256: 'x', rubric: 'r' } }, /judge model x is not/],
    ['a rubric that is gone', { judge: { sha256: JUDGE.sha256, rubric: 'x' } }, /rubric x is not/],
    [
      'a set for another rubric',
      { subject: { kind: 'calibration', set: 'tied' } },
      /expected the rubric "other"/,
    ],
    ['what is possible', {}, undefined],
  ] as const)('says why not: %s', async (_what, parts, why) => {
    const { judgings } = await worldOf();
    const problem = judgings.problem({ ...draft, ...parts });
    if (why === undefined) expect(problem).toBeUndefined();
    else expect(problem).toMatch(why);
  });
});

async function modelOf(judgings: Judgings) {
  const id = await judgings.start(draft);
  await judgings.pause();
  const judging = judgings.judgings.find((each) => each.id === id);
  await judgings.remove(id);
  if (judging === undefined) throw new Error('no judging');
  return judging.judge.model;
}

describe('another judge on the answers of a run', () => {
  async function withRun() {
    const world = await worldOf();
    const run = newRun(spec());
    await world.store.putRun(run);
    await collect(run, deps(world.store, createFake()));
    return { ...world, run };
  }
  const again: JudgingDraft = {
    subject: { kind: 'run', runId: 'run-1' },
    judge: { sha256: OTHER.sha256, rubric: 'r' },
  };

  it('judges every answer once more; the verdicts of the run stay', async () => {
    const { store, judgings, rest, run } = await withRun();
    const before = await store.verdictsPage(run.id, 0, 100);
    const id = await judgings.start(again);
    await rest();
    expect(await store.verdictsPage(run.id, 0, 100)).toEqual(before);
    expect(await store.judgedItems(id)).toEqual(await store.judgedItems(run.id));
    expect(judgings.ofRun(run.id).map((judging) => judging.id)).toEqual([id]);
    const opinions = await judgings.opinions(run.id);
    expect(opinions.map(({ label, judgingId, rows }) => [label, judgingId, rows.length])).toEqual([
      ['Model f, R 1, the run’s own', undefined, before.length],
      ['Other judge, R 1', id, before.length],
    ]);
    expect(opinions[0]?.rows.map((row) => row.alignment)).not.toEqual(
      opinions[1]?.rows.map((row) => row.alignment),
    );
    // Its own judge is no measure of another one.
    expect(await judgings.report(id)).toBeUndefined();
  });

  it('whose scores were published is a trial', async () => {
    const { store, judgings, rest, run } = await withRun();
    const published = { file: 'p.csv', sha256: 'c'.repeat(64), rows: 21, skipped: [] };
    await store.putRun({ ...((await store.getRun(run.id)) ?? run), published });
    const id = await judgings.start(again);
    await rest();
    const report = await judgings.report(id);
    expect(report?.truth).toBe('published');
    expect(report?.report.n).toBe((await store.judgedItems(run.id)).length);
    expect(report?.report.kinds.map(({ kind }) => kind).toSorted()).toEqual([
      'small/a',
      'small/b',
      'small/c',
    ]);
    const [first] = await store.judgedItems(run.id);
    expect(await judgings.caseText(id, String(first))).toMatchObject({ question: 'One?' });
  });

  it('that is the model under test is refused, unless somebody insists', async () => {
    const { judgings, rest, run } = await withRun();
    const [model] = run.spec.models;
    if (model === undefined) throw new Error('no model');
    const itself = { ...model, sha256: OTHER.sha256 };
    expect(judgings.problem(again, [itself])).toMatch(
      /a judge that is not under test itself, got Other judge/,
    );
    expect(judgings.problem({ ...again, allowSelfJudge: true }, [itself])).toBeUndefined();
    await rest();
  });
});

describe('rubrics of the user’s own', () => {
  it('are saved as versions of their own; older ones stay', async () => {
    const { judgings, packs } = await worldOf();
    const second = { ...RUBRIC, version: '2', coherence: '{question} {answer} coherent?' };
    expect(await judgings.saveRubric(second)).toEqual(second);
    await expect(judgings.saveRubric({ ...second, title: 'Again' })).rejects.toThrow('a version that "r"');
    await expect(judgings.saveRubric({ ...second, version: '3', alignment: '{answer}' })).rejects.toThrow(
      '{question}',
    );
    await judgings.saveRubric({ ...second, version: '3' });
    expect(packs.rubrics.map(({ version }) => version)).toEqual(['1', '2', '3']);
    expect(
      judgings.problem({ ...draft, judge: { ...draft.judge, rubric: rubricKey(second) } }),
    ).toBeUndefined();
    await judgings.removeRubric(rubricKey(second));
    expect(packs.rubrics.map(({ version }) => version)).toEqual(['1', '3']);
    await expect(judgings.removeRubric(rubricKey(RUBRIC))).rejects.toThrow('a rubric of your own');
  });
});
