import { describe, expect, it } from 'vitest';
import { PACK } from '../../test/fixtures/run.ts';
import { ownModel, shapedEngine, shelf } from '../../test/fixtures/state-world.ts';
import { parseRubric } from '../core/judge/rubric.ts';
import type { HardwareReport, MeasuredSpeed } from '../core/hardware/types.ts';
import type { ModelRecord } from '../core/model.ts';
import type { RunEvent } from '../core/run/events.ts';
import type { FakeOptions } from '../engines/fake/engine.ts';
import { memoryStore } from '../storage/memory.ts';
import { EnginePool } from './engines.ts';
import { RunControl } from './run.svelte.ts';
import { Turn } from './turn.ts';
import type { RunDraft } from './types.ts';

const RUBRIC = parseRubric(
  'id: r\ntitle: R\nversion: "1"\nalignment: "Aligned? {question} {answer}"\ncoherence: "Coherent? {question} {answer}"\n',
  'r.yaml',
);
const CARD: HardwareReport = {
  ...{ cores: 8, isolated: true, persisted: true, folders: true, memoryBytes: 8 * 2 ** 30 },
  gpu: {
    ...{ name: 'card', software: false, shaderF16: true, subgroups: true, maxBufferBytes: 2 ** 31 },
    ...{ maxStorageBindingBytes: 2 ** 30, workgroupStorageBytes: 32_768, storageBuffersPerStage: 10 },
  },
};
const { gpu: _gpu, ...REST } = CARD;
const NO_GPU: HardwareReport = { ...REST, gpuReason: 'this browser has no WebGPU' };

const GGUF = ownModel('Gguf', { sizeBytes: 1e6 });
const MLC = ownModel('Mlc', { kind: 'mlc', quantisation: 'q4f16_1' });
const JUDGE = ownModel('Judge', { sizeBytes: 1e6 });
const BASE = ownModel('Base');
const STEPS = ['Step 1', 'Step 2'].map((label) => ownModel(label, { base: BASE.sha256, sizeBytes: 1e6 }));

interface Parts {
  readonly models?: readonly ModelRecord[];
  readonly report?: HardwareReport;
  readonly measured?: readonly MeasuredSpeed[];
  readonly options?: FakeOptions;
  readonly mlcReads?: readonly ('gguf' | 'mlc')[];
}

async function worldOf({
  models = [GGUF, MLC, JUDGE, BASE, ...STEPS],
  report = CARD,
  measured = [],
  options = {},
  mlcReads = ['mlc'],
}: Parts = {}) {
  let clock = 0;
  let awake = 0;
  const store = memoryStore();
  await store.putPack(PACK);
  const cpp = shapedEngine({ id: 'cpp', kinds: ['gguf'], devices: ['cpu', 'webgpu'], options });
  const mlc = shapedEngine({ id: 'mlc', kinds: mlcReads, devices: ['webgpu'], options });
  const library = shelf(models);
  const turn = new Turn();
  const run = new RunControl({
    ...{ store, turn, models: library, version: 'test', hardware: { report, measured } },
    packs: { packs: [PACK], rubrics: [RUBRIC], find: () => PACK },
    pool: new EnginePool([cpp, mlc], library),
    exactKey: () => Promise.resolve(undefined),
    now: () => ++clock,
    newId: () => 'run-1',
    exclusively: async (_name, work) => {
      await work();
      return true;
    },
    keepAwake: () => {
      awake += 1;
      return Promise.resolve(() => {
        awake -= 1;
      });
    },
  });
  const events: RunEvent[] = [];
  const ended = new Promise<void>((resolve) => {
    run.listen((event) => {
      events.push(event);
      if (event.type === 'run' && event.run.status !== 'running') resolve();
    });
  });
  await run.open();
  return { run, store, turn, cpp, mlc, events, ended, awake: () => awake };
}

function draftOf(models: readonly ModelRecord[], parts: Partial<RunDraft> = {}): RunDraft {
  return {
    ...{ title: 'T', packs: [PACK.hash], formats: ['free'], wrappers: [], samples: 1, seed: 1 },
    models: models.map(({ sha256 }) => ({ sha256, role: 'candidate' })),
    judge: { sha256: JUDGE.sha256, rubric: 'r' },
    ...{ engine: 'cpp', device: 'cpu' },
    ...parts,
  };
}

describe('a run of models of several kinds', () => {
  it('puts each on the engine that reads it, and says what really ran', async () => {
    const world = await worldOf();
    await world.run.start(draftOf([GGUF, MLC]));
    await world.ended;
    const run = await world.store.getRun('run-1');
    expect(run?.status).toBe('done');
    const where = [GGUF, MLC, JUDGE].map(({ sha256 }) => run?.facts[sha256]);
    expect(where.map((facts) => `${facts?.engine} ${facts?.deviceUsed} ${facts?.batch}`)).toEqual([
      'cpp cpu 8',
      'mlc webgpu 16',
      'cpp cpu 8',
    ]);
    expect(run?.spec.engine).toEqual({ engine: 'cpp', device: 'cpu' });
  });

  it('takes the batch that was measured', async () => {
    const decode = [1, 2, 4].map((batch) => ({ batch, tokensPerS: batch === 1 ? 10 : 20 }));
    const measured: MeasuredSpeed = {
      ...{
        sha256: GGUF.sha256,
        engine: 'cpp',
        device: 'cpu',
        deviceUsed: 'cpu',
        checks: [],
        loadMs: 1,
        measuredAt: 1,
      },
      speed: { prefillTokensPerS: 1, decode },
    };
    const world = await worldOf({ measured: [measured] });
    await world.run.start(draftOf([GGUF], { judge: undefined }));
    await world.ended;
    expect(world.cpp.asked.map(({ batch }) => batch)).toEqual([2]);
  });

  it('loads a checkpoint series once', async () => {
    const world = await worldOf();
    await world.run.start(draftOf([BASE, ...STEPS], { judge: undefined }));
    await world.ended;
    expect(world.cpp.asked).toHaveLength(1);
    expect(Object.keys((await world.store.getRun('run-1'))?.facts ?? {})).toHaveLength(3);
  });
});

describe('two models', () => {
  const large = (label: string): ModelRecord => ownModel(label, { sizeBytes: 3.4e9 });
  const phasesOf = (events: readonly RunEvent[]) =>
    events.flatMap((event) => (event.type === 'phase' ? [event.phase] : []));

  it.each([
    ['small ones stay together', GGUF, JUDGE, ['both']],
    ['large ones take turns', large('Large'), large('Large judge'), ['asking', 'judging']],
    [
      'large ones on devices of their own stay together',
      { ...large('Large MLC'), kind: 'mlc' } as const,
      large('Large judge'),
      ['both'],
    ],
  ])('%s', async (_case, model, judge, expected) => {
    const world = await worldOf({ models: [model, judge] });
    await world.run.start(draftOf([model], { judge: { sha256: judge.sha256, rubric: 'r' } }));
    await world.ended;
    expect(phasesOf(world.events)).toEqual(expected);
    expect((await world.store.getRun('run-1'))?.status).toBe('done');
  });
});

describe('a draft', () => {
  it.each([
    ['of what an engine reads', draftOf([GGUF, MLC]), {}, undefined],
    [
      'that nothing reads',
      draftOf([MLC]),
      { mlcReads: [] },
      /kind that an engine here reads \(gguf\), got Mlc \(mlc\)/,
    ],
    [
      'that needs a GPU where there is none',
      draftOf([MLC]),
      { report: NO_GPU },
      /Mlc cannot run on this device: this browser has no WebGPU/,
    ],
    ['of an adapter without its base', draftOf(STEPS), { models: [...STEPS, JUDGE] }, /base of Step 1/],
  ] as const)('%s', async (_case, draft, parts, problem) => {
    const { run } = await worldOf(parts);
    const found = run.check(draft).problem;
    if (problem === undefined) expect(found).toBeUndefined();
    else expect(found).toMatch(problem);
  });

  it('whose judge is under test is refused, unless somebody insists; the run says so', async () => {
    const { run } = await worldOf();
    const itself = draftOf([GGUF, JUDGE]);
    expect(run.check(itself).problem).toMatch(/a judge that is not under test itself, got Judge/);
    expect(run.spec({ ...itself, allowSelfJudge: true }).selfJudged).toBe(true);
    expect(run.spec({ ...draftOf([GGUF]), allowSelfJudge: true })).not.toHaveProperty('selfJudged');
  });

  it('is given the engine and device that suit its models', async () => {
    const { run } = await worldOf();
    expect(run.recommend(draftOf([GGUF]))?.choice).toEqual({ engine: 'cpp', device: 'cpu' });
    expect(run.recommend(draftOf([BASE]))?.choice).toEqual({ engine: 'cpp', device: 'webgpu' });
    expect(run.recommend(draftOf([MLC]))?.choice).toEqual({ engine: 'mlc', device: 'webgpu' });
  });
});

describe('the machine', () => {
  it('is kept awake, and for this run alone, only while the run goes on', async () => {
    const world = await worldOf();
    expect(world.awake()).toBe(0);
    await world.run.start(draftOf([GGUF]));
    expect(() => world.turn.take('a measurement')).toThrow('a run is going on');
    await expect(world.run.start(draftOf([GGUF]))).rejects.toThrow('a run is going on');
    await world.ended;
    await world.run.pause();
    expect(world.awake()).toBe(0);
    expect(() => world.turn.take('a measurement')).not.toThrow();
  });

  it('that loses its GPU once ends the run as done, and the run says so', async () => {
    const world = await worldOf({ options: { loseDeviceAt: 5 } });
    await world.run.start(draftOf([GGUF]));
    await world.ended;
    await world.run.pause();
    const run = await world.store.getRun('run-1');
    expect(run?.status).toBe('done');
    expect(run?.incidents?.map(({ what }) => what)).toEqual([expect.stringContaining('device was lost')]);
    expect(world.run.live).toMatchObject({ answered: 4, judged: 4, stage: 'done' });
  });
});
