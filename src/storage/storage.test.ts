import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../core/run/types.ts';
import { newRun, PACK, spec } from '../../test/fixtures/run.ts';
import { aJudging, answer, judged, keep, newDatabase } from '../../test/fixtures/stored.ts';
import { aModel } from '../../test/fixtures/study.ts';
import { memoryStore } from './memory.ts';

describe.each([
  ['IndexedDB', newDatabase],
  ['memory', () => keep(memoryStore())],
])('%s', (_, open) => {
  it('lists models in the order in which they were added', async () => {
    const store = open();
    const [first, second] = [aModel('z', { addedAt: 1 }), aModel('a', { addedAt: 2 })];
    await store.putModel(second);
    await store.putModel(first);
    expect(await store.listModels()).toEqual([first, second]);
  });

  it('gives back what was put, and undefined for what was not', async () => {
    const store = open();
    const run = newRun(spec());
    await store.putRun(run);
    await store.putPack(PACK);
    await store.putAnswer(answer(0));
    await store.putVerdict(...judged(0));
    await store.putSetting('theme', 'dark');
    expect(await store.getRun('run-1')).toEqual(run);
    expect(await store.getPack(PACK.hash)).toEqual(PACK);
    expect(await store.getAnswer('run-1', 0)).toEqual(answer(0));
    expect(await store.getVerdict('run-1', 0)).toEqual(judged(0)[0]);
    expect(await store.getJudgeRecord('run-1', 0)).toEqual(judged(0)[1]);
    expect(await store.getSetting('theme')).toBe('dark');
    expect(await store.getRun('run-2')).toBeUndefined();
    expect(await store.getAnswer('run-1', 1)).toBeUndefined();
  });

  it('keeps handles of folders until they are deleted', async () => {
    const store = open();
    const folder = await navigator.storage.getDirectory();
    for (const key of ['b', 'a']) await store.putHandle(key, folder);
    expect([...(await store.handleKeys())].sort()).toEqual(['a', 'b']);
    await store.deleteHandle('b');
    expect(await store.handleKeys()).toEqual(['a']);
    expect(await (await store.getHandle('a'))?.isSameEntry(folder)).toBe(true);
    expect(await store.getHandle('b')).toBeUndefined();
  });

  it('pages through the items of one run in order', async () => {
    const store = open();
    for (const item of [11, 2, 30, 7]) await store.putAnswer(answer(item));
    await store.putAnswer(answer(5, 'run-2'));
    expect(await store.answeredItems('run-1')).toEqual([2, 7, 11, 30]);
    expect((await store.answersPage('run-1', 3, 2)).map(({ item }) => item)).toEqual([7, 11]);
    expect(await store.answersPage('run-1', 31, 2)).toEqual([]);
  });

  it('lists runs newest first, and those of one study', async () => {
    const store = open();
    const older = newRun(spec(), 'older');
    const newer: RunRecord = { ...newRun(spec({ seed: 9 }), 'newer'), createdAt: 2 };
    await store.putRun(older);
    await store.putRun(newer);
    expect((await store.listRuns()).map(({ id }) => id)).toEqual(['newer', 'older']);
    expect(await store.runsOfSpec(older.specHash)).toEqual([older]);
  });

  it('deletes a run with all that belongs to it, and nothing else', async () => {
    const store = open();
    for (const id of ['run-1', 'run-2']) {
      await store.putRun(newRun(spec(), id));
      await store.putAnswer(answer(0, id));
      await store.putVerdict(...judged(0, id));
    }
    await store.deleteRun('run-1');
    expect(await store.getRun('run-1')).toBeUndefined();
    expect(await store.answeredItems('run-1')).toEqual([]);
    expect(await store.judgedItems('run-1')).toEqual([]);
    expect(await store.getJudgeRecord('run-1', 0)).toBeUndefined();
    expect(await store.judgedItems('run-2')).toEqual([0]);
  });

  it('keeps what other judges say of a run, and forgets it with the run', async () => {
    const store = open();
    await store.putRun(newRun(spec()));
    await store.putJudging(aJudging('j1', 1));
    await store.putJudging(aJudging('j2', 2));
    await store.putVerdict(...judged(0, 'j1'));
    await store.putVerdict(...judged(0, 'j2'));
    expect((await store.listJudgings()).map(({ id }) => id)).toEqual(['j2', 'j1']);
    await store.deleteJudging('j2');
    expect(await store.judgedItems('j2')).toEqual([]);
    expect(await store.judgedItems('j1')).toEqual([0]);
    await store.deleteRun('run-1');
    expect(await store.getJudging('j1')).toBeUndefined();
    expect(await store.getJudgeRecord('j1', 0)).toBeUndefined();
  });

  it('keeps documents in the order in which they came', async () => {
    const store = open();
    const document = { kind: 'rubric', file: 'r.yaml', source: 'id: r' } as const;
    await store.putDocument({ ...document, hash: 'b', addedAt: 2 });
    await store.putDocument({ ...document, hash: 'a', addedAt: 1 });
    expect((await store.listDocuments()).map(({ hash }) => hash)).toEqual(['a', 'b']);
    await store.deleteDocument('a');
    expect(await store.listDocuments()).toHaveLength(1);
  });

  it('takes a whole run with its other judges', async () => {
    const store = open();
    const [verdict, record] = judged(0);
    const [other, otherRecord] = judged(0, 'j1');
    const whole = { run: newRun(spec()), packs: [PACK], answers: [answer(0)], verdicts: [verdict] };
    const judgings = [{ judging: aJudging('j1', 1), verdicts: [other], judgeRecords: [otherRecord] }];
    await store.putWholeRun({ ...whole, judgeRecords: [record], judgings });
    expect(await store.getJudging('j1')).toEqual(aJudging('j1', 1));
    expect(await store.getVerdict('j1', 0)).toEqual(other);
  });

  it('lets no run of a file take the place of what other judges said, or of another run', async () => {
    const store = open();
    const [verdict] = judged(0);
    const whole = { run: newRun(spec()), packs: [PACK], answers: [answer(0)], verdicts: [verdict] };
    const work = (id: string) => ({
      judging: aJudging(id, 1),
      verdicts: [judged(0, id)[0]],
      judgeRecords: [],
    });
    await store.putWholeRun({ ...whole, judgeRecords: [] });
    await store.putJudging(aJudging('j1', 1));
    for (const id of ['run-1', 'j1']) {
      const other = { ...whole, run: newRun(spec(), 'run-2'), verdicts: [], answers: [], judgeRecords: [] };
      const put = store.putWholeRun({ ...other, judgings: [work(id)] });
      await expect(put).rejects.toMatchObject({ code: 'invalid-file' });
      await expect(store.putWholeRun({ ...other, run: newRun(spec(), id) })).rejects.toThrow(id);
    }
    expect(await store.getRun('run-2')).toBeUndefined();
    expect(await store.getVerdict('run-1', 0)).toEqual(verdict);
  });

  it('takes a whole run once; a second time changes nothing', async () => {
    const store = open();
    const [verdict, record] = judged(0);
    const parts = { run: newRun(spec()), packs: [PACK], answers: [answer(0)], verdicts: [verdict] };
    const whole = { ...parts, judgeRecords: [record] };
    await store.putWholeRun(whole);
    const again = store.putWholeRun({ ...whole, answers: [{ ...answer(0), text: 'other' }, answer(1)] });
    await expect(again).rejects.toMatchObject({ code: 'invalid-file' });
    expect(await store.answersPage('run-1', 0, 9)).toEqual([answer(0)]);
  });
});
