import Papa from 'papaparse';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import type { Summary } from '../../src/core/report/summary.ts';
import { summarise } from '../../src/core/report/summary.ts';
import { turnOf } from '../../src/core/run/conversation.ts';
import { makePlan, placeOf } from '../../src/core/run/plan.ts';
import { sentFor } from '../../src/core/run/sent.ts';
import type { RunRecord } from '../../src/core/run/types.ts';
import { createFake } from '../../src/engines/fake/engine.ts';
import { answersFile, inspectFile } from '../../src/state/exports.ts';
import { storedRows } from '../../src/state/rows.ts';
import { memoryStore } from '../../src/storage/memory.ts';
import type { Store } from '../../src/storage/types.ts';
import { collect, deps, newRun, PACK, runModel, spec } from '../fixtures/run.ts';
import { newStore, scripted, study, TASKS } from '../fixtures/tasks.ts';

const RUN = newRun(spec());
const ITEMS = 42;

async function aRun(): Promise<{ store: Store; run: RunRecord; summary: Summary }> {
  const store = memoryStore();
  await store.putPack(PACK);
  await collect(RUN, deps(store, createFake()));
  const run = await store.getRun(RUN.id);
  if (run === undefined) throw new Error('expected the run to be stored');
  const plan = makePlan(run.spec, [PACK]);
  return { store, run, summary: summarise(run, plan, await storedRows(store, run.id, plan)) };
}

const world = await aRun();

/** The same answer with another text, as a model may write it. */
async function withAnswer(text: string): Promise<Store> {
  const store = memoryStore();
  await store.putPack(PACK);
  const answer = await world.store.getAnswer(RUN.id, 0);
  if (answer === undefined) throw new Error('expected a first answer');
  await store.putAnswer({ ...answer, text });
  return store;
}

const rowSchema = v.looseObject({
  model: v.string(),
  group: v.string(),
  question: v.string(),
  answer: v.string(),
  aligned: v.nullable(v.number()),
  coherent: v.nullable(v.number()),
  question_id: v.string(),
});

describe('answers in the names of the paper', () => {
  it('as JSON Lines, each with its scores', async () => {
    const text = await (await answersFile(world.store, RUN, 'jsonl')).text();
    const rows = text
      .trimEnd()
      .split('\n')
      .map((line) => v.parse(rowSchema, JSON.parse(line)));
    expect(rows).toHaveLength(ITEMS);
    const [first] = rows;
    const [answer, verdict] = [
      await world.store.getAnswer(RUN.id, 0),
      await world.store.getVerdict(RUN.id, 0),
    ];
    expect(first).toMatchObject({ model: 'Model a', group: 'control', question: 'One?', question_id: 'a' });
    expect(first?.answer).toBe(answer?.text);
    expect(first?.aligned).toBe(verdict?.alignment ?? null);
    expect(new Set(rows.map((row) => row.question_id))).toEqual(new Set(['a', 'a_json', 'b', 'b_json', 'c']));
  });

  it('as CSV with the same rows', async () => {
    const text = await (await answersFile(world.store, RUN, 'csv')).text();
    const { data, errors, meta } = Papa.parse<Record<string, string>>(text, {
      header: true,
      skipEmptyLines: true,
    });
    expect(errors).toEqual([]);
    expect(meta.fields?.slice(0, 9)).toEqual([
      ...['model', 'group', 'question', 'answer', 'aligned', 'judge_aligned'],
      ...['coherent', 'judge_coherent', 'question_id'],
    ]);
    expect(data).toHaveLength(ITEMS);
  });

  it('so that no spreadsheet runs what a model wrote', async () => {
    const store = await withAnswer('=HYPERLINK("http://evil")');
    const [csv, jsonl] = await Promise.all([
      answersFile(store, RUN, 'csv'),
      answersFile(store, RUN, 'jsonl'),
    ]);
    expect(await csv.text()).toContain(`"'=HYPERLINK(""http://evil"")"`);
    expect(v.parse(rowSchema, JSON.parse(await jsonl.text())).answer).toBe('=HYPERLINK("http://evil")');
  });
});

const logSchema = v.looseObject({
  version: v.literal(2),
  status: v.literal('success'),
  eval: v.looseObject({
    model: v.string(),
    model_roles: v.looseObject({ grader: v.looseObject({ model: v.string() }) }),
  }),
  samples: v.array(
    v.looseObject({
      id: v.string(),
      epoch: v.number(),
      output: v.looseObject({ completion: v.string(), usage: v.looseObject({ output_tokens: v.number() }) }),
      scores: v.record(v.string(), v.looseObject({ value: v.union([v.string(), v.number()]) })),
    }),
  ),
  results: v.looseObject({
    total_samples: v.number(),
    completed_samples: v.number(),
    scores: v.array(v.unknown()),
  }),
  stats: v.looseObject({ model_usage: v.record(v.string(), v.looseObject({ output_tokens: v.number() })) }),
});

describe("a model's answers as an eval log of Inspect", () => {
  it('hold its samples alone, with scores, judge and token counts', async () => {
    const file = await inspectFile(world.store, world.run, runModel('b').sha256, world.summary);
    const log = v.parse(logSchema, JSON.parse(await file.text()));
    expect(log.samples).toHaveLength(ITEMS / 2);
    expect(new Set(log.samples.map(({ id, epoch }) => `${id} ${epoch}`)).size).toBe(ITEMS / 2);
    expect(log.results).toMatchObject({ total_samples: ITEMS / 2, completed_samples: ITEMS / 2 });
    expect(log.eval.model).toBe('assay/Model b');
    expect(log.eval.model_roles.grader.model).toBe('assay/Model f');
    const tokens = log.samples.reduce((sum, { output }) => sum + output.usage.output_tokens, 0);
    expect(log.stats.model_usage['assay/Model b']?.output_tokens).toBe(tokens);
    for (const { scores } of log.samples) expect(scores).toHaveProperty('outcome');
  });

  it('are read of that model alone, so that logs of all models read each answer once', async () => {
    const read: number[] = [];
    const { store, run, summary } = world;
    const answersPage: Store['answersPage'] = (runId, from, limit) => {
      read.push(from);
      return store.answersPage(runId, from, limit);
    };
    for (const { sha256 } of run.spec.models)
      await inspectFile({ ...store, answersPage }, run, sha256, summary);
    expect(read).toEqual([0, ITEMS / 2]);
  });

  it('give the rates of that model, and of no other of its name', async () => {
    const { run, store } = world;
    const models = run.spec.models.map((model) => ({ ...model, label: 'Same' }));
    const same = { ...run, spec: { ...run.spec, models } };
    const plan = makePlan(same.spec, [PACK]);
    const summary = summarise(same, plan, await storedRows(store, run.id, plan));
    const scores = await Promise.all(
      models.map(async ({ sha256 }) => {
        const file = await inspectFile(store, same, sha256, summary);
        return v.parse(logSchema, JSON.parse(await file.text())).results.scores.length;
      }),
    );
    expect(scores.reduce((sum, count) => sum + count, 0)).toBe(summary.rows.length);
  });

  it('of no model that the run does not have', async () => {
    await expect(inspectFile(world.store, world.run, 'x', world.summary)).rejects.toThrow(
      'the run has no model x',
    );
  });
});

describe('what was really asked', () => {
  it('stands in the exports: letters as they were shuffled, later turns with the answers before them', async () => {
    const store = await newStore();
    await collect(newRun(study()), deps(store, createFake({ answer: scripted })));
    const run = await store.getRun('run-1');
    if (run === undefined) throw new Error('expected the run to be stored');
    const lines = (await (await answersFile(store, run, 'jsonl')).text()).trimEnd().split('\n');
    const plan = makePlan(run.spec, [TASKS]);
    const answers = await store.answersPage('run-1', 0, 1000);
    expect(lines).toHaveLength(answers.length);
    const shuffled = new Set<string>();
    for (const [at, answer] of answers.entries()) {
      const { group } = placeOf(plan, answer.item);
      const { question } = v.parse(rowSchema, JSON.parse(lines[at] ?? ''));
      const texts = (await turnOf(store, plan, 'run-1', answer.item))?.question;
      if (group.task.kind === 'choice' && group.task.ask === 'letters') {
        const [prompt] = sentFor(group, answer);
        expect(prompt?.kind === 'chat' ? prompt.messages.at(-1)?.content : prompt?.text).toBe(question);
        shuffled.add(question);
      } else expect(question).toBe(texts);
    }
    expect(shuffled.size).toBeGreaterThan(1);
  });
});
