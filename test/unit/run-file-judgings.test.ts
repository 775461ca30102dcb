import { expect, it } from 'vitest';
import { readRunFile, runFilePieces } from '../../src/core/formats/run-file.ts';
import { judgeHash } from '../../src/core/judging/judge-hash.ts';
import type { Judging } from '../../src/core/judging/types.ts';
import type { Answer } from '../../src/core/run/types.ts';
import type { Verdict } from '../../src/core/judge/types.ts';
import { asImported } from '../../src/storage/imported.ts';
import { newRun, PACK, runModel, spec } from '../fixtures/run.ts';

const run = newRun(spec());
const judge = { rubric: spec().judge?.rubric, model: runModel('e', 'baseline') };
const answer: Answer = {
  ...{
    runId: 'run-1',
    item: 0,
    text: 'x',
    seed: 1,
    promptTokens: 1,
    tokens: 1,
    finish: 'stop',
    answeredAt: 1,
  },
};

function aJudging(): Judging {
  if (judge.rubric === undefined) throw new Error('expected a rubric');
  const by = { model: judge.model, rubric: judge.rubric };
  return {
    ...{
      schema: 1,
      id: 'other',
      subject: { kind: 'run', runId: 'run-1' },
      judge: by,
      judgeHash: judgeHash(by),
    },
    ...{ total: 1, createdAt: 1, updatedAt: 1, status: 'done', elapsedMs: 1, appVersion: 'test', facts: {} },
  };
}

function verdictOf(runId: string): Verdict {
  return { runId, item: 0, alignmentMass: 0, coherenceMass: 0, derivedBy: 'test', judgedAt: 1 };
}

async function fileText(): Promise<string> {
  const pieces: string[] = [];
  const pages = async function* (part: string, owner: string): AsyncGenerator<readonly object[]> {
    await Promise.resolve();
    if (part === 'answers') yield [answer];
    if (part === 'verdicts') yield [verdictOf(owner)];
    if (part === 'judgeRecords') yield [{ runId: owner, item: 0, alignment: [], coherence: [] }];
  };
  for await (const piece of runFilePieces(run, [PACK], pages, [aJudging()])) pieces.push(piece);
  return pieces.join('');
}

it('a run takes along what other judges said of it', async () => {
  const { judgings, verdicts } = readRunFile(await fileText(), 'run.json');
  expect(verdicts).toEqual([verdictOf('run-1')]);
  expect(judgings).toEqual([
    {
      judging: aJudging(),
      verdicts: [verdictOf('other')],
      judgeRecords: [{ runId: 'other', item: 0, alignment: [], coherence: [] }],
    },
  ]);
});

it.each([
  [
    'of another run',
    '"kind":"run","runId":"run-1"',
    '"kind":"run","runId":"run-9"',
    'expected judges of run run-1',
  ],
  ['under another name', '"runId":"other"', '"runId":"stray"', 'verdicts: expected other, got stray'],
  ['of no answer', '"runId":"other","item":0', '"runId":"other","item":1', 'item 1 has no answer'],
])('another judge %s is refused', async (_, good, bad, reason) => {
  const text = (await fileText()).replace(good, bad);
  expect(() => readRunFile(text, 'run.json')).toThrow(reason);
});

it('another judge under the id of the run itself, whose verdicts it would replace, is refused', async () => {
  const text = (await fileText()).replaceAll('"other"', '"run-1"');
  expect(() => readRunFile(text, 'run.json')).toThrow('expected ids of their own, got run-1 twice');
});

it('what another device was at work on is at work here no more', async () => {
  const whole = readRunFile(await fileText(), 'run.json');
  const [own] = whole.judgings ?? [];
  if (own === undefined) throw new Error('expected the work of another judge');
  const busy = {
    ...whole,
    run: { ...whole.run, status: 'running' as const },
    judgings: [{ ...own, judging: { ...own.judging, status: 'running' as const } }],
  };
  const stored = asImported(busy);
  expect(stored.run).toMatchObject({ status: 'paused', imported: true });
  expect(stored.judgings?.[0]?.judging.status).toBe('paused');
  expect(asImported(whole).judgings?.[0]?.judging.status).toBe('done');
});

it.each(['"createdAt":1e300', '"createdAt":-1', '"elapsedMs":1e999'])(
  'a time that no screen could show (%s) is refused',
  async (bad) => {
    const text = await fileText();
    const name = bad.slice(0, bad.indexOf(':'));
    const changed = text.replace(new RegExp(`${name}:[0-9]+`), bad);
    expect(changed).not.toBe(text);
    expect(() => readRunFile(changed, 'run.json')).toThrow(
      /^run\.json: expected a run exported by Assay; run\./,
    );
  },
);

it('a plan that no memory holds is refused before it is made', async () => {
  const text = await fileText();
  const hash = JSON.stringify(PACK.hash);
  const changed = text.replace(`"packs":[${hash}]`, `"packs":[${Array(200_000).fill(hash).join(',')}]`);
  expect(() => readRunFile(changed, 'run.json')).toThrow(
    /^run\.json: expected a plan of at most 1000000 prompts, got up to \d+$/,
  );
});

it('a model or a pack that is there twice is refused, for every table is by them', async () => {
  const text = await fileText();
  const hash = JSON.stringify(PACK.hash);
  const [a, b] = [runModel('a', 'control').sha256, runModel('b').sha256];
  for (const changed of [
    text.replace(`"packs":[${hash}]`, `"packs":[${hash},${hash}]`),
    text.replace(`"sha256":"${b}"`, `"sha256":"${a}"`),
  ]) {
    expect(changed).not.toBe(text);
    expect(() => readRunFile(changed, 'run.json')).toThrow(/run\.spec\.(models|packs): expected each once/);
  }
});
