import { expect, test, vi } from 'vitest';
import { emptyStore, intakeOver, JUDGED, LIST } from '../../test/fixtures/intake.ts';
import { AppError } from '../core/errors.ts';

test('a calibration set and a rubric become documents', async () => {
  const store = emptyStore();
  const intake = intakeOver(store);
  const set =
    'id: s\ntitle: S\nversion: "1"\nkinds: {k: K}\nanswers:\n  - {id: a, kind: k, question: q, answer: a, expect: refusal}\n';
  const rubric =
    'id: r\ntitle: R\nversion: "1"\nalignment: "{question} {answer}"\ncoherence: "{question} {answer}"\n';
  await intake.inspect([new File([set], 's.yaml'), new File([rubric], 'r.yaml')]);
  const kept = await intake.accept(intake.review?.map(({ key }) => key) ?? []);
  expect(kept.map(({ kind, title }) => [kind, title])).toEqual([
    ['calibration', 'S'],
    ['rubric', 'R'],
  ]);
  expect((await store.listDocuments()).map(({ kind, file }) => [kind, file])).toEqual([
    ['calibration', 's.yaml'],
    ['rubric', 'r.yaml'],
  ]);
  await intake.inspect([new File([rubric], 'again.yaml')]);
  expect(intake.review?.map((each) => each.found && each.standing)).toEqual(['there']);
});

test('what fails to be stored stays with its error; nothing else is lost', async () => {
  const store = {
    ...emptyStore(),
    putWholeRun: vi.fn(() => Promise.reject(new AppError('storage-full', 'no room'))),
  };
  const intake = intakeOver(store);
  await intake.inspect([new File([JUDGED], 'm.csv'), new File([LIST], 'mine.yaml')]);
  const kept = await intake.accept(intake.review?.map(({ key }) => key) ?? []);
  expect(kept.map(({ kind }) => kind)).toEqual(['pack']);
  expect(intake.review?.map((each) => each.found === undefined && each.error.code)).toEqual(['storage-full']);
});

test('a file of 2 GB is refused before it is read', async () => {
  const file = new File(['x'], 'huge.csv');
  Object.defineProperty(file, 'size', { value: 2e9 });
  const read = vi.spyOn(file, 'arrayBuffer');
  const intake = intakeOver(emptyStore());
  await intake.inspect([file]);
  const [review] = intake.review ?? [];
  expect(review?.found === undefined ? review?.error.message : '').toBe(
    'huge.csv: expected at most 5 MB for questions, calibration sets and rubrics, 200 MB for judged answers, 400 MB for a run, got 2000 MB',
  );
  expect(read).not.toHaveBeenCalled();
});

test('a text becomes a pack once; a copy has an id that no pack has', async () => {
  const store = emptyStore();
  const intake = intakeOver(store);
  const pack = await intake.save(LIST, 'mine.yaml');
  expect((await store.listPacks()).map(({ hash }) => hash)).toEqual([pack.hash]);
  const known = intakeOver(store, [pack]);
  await expect(known.save(LIST, 'mine.yaml')).rejects.toThrow('expected a pack that is not here yet');
  await expect(known.copyOf({ ...pack, id: 'mine' })).resolves.toMatch(
    /^# Copied from “mine”, version 1, SHA-256 [0-9a-f]{64}\nid: mine-copy\n/,
  );
  await expect(known.check('- id: a\n', 'mine.yaml')).rejects.toMatchObject({
    code: 'invalid-pack',
    place: { file: 'mine.yaml', line: 1, path: '[0]' },
  });
});

test('100 MB of YAML are refused before they are read, by a name that is one line of plain text', async () => {
  const file = new File(['x'], 'a\n\u202eb.yaml');
  Object.defineProperty(file, 'size', { value: 1e8 });
  const read = vi.spyOn(file, 'arrayBuffer');
  const intake = intakeOver(emptyStore());
  await intake.inspect([file, new File([JUDGED], 'c\u2028\u0000d.csv')]);
  const [refused, kept] = intake.review ?? [];
  expect(refused?.found === undefined ? refused?.error.message : '').toMatch(
    /^a\ufffd\ufffdb\.yaml: expected at most 5 MB for questions.*, got 100 MB$/,
  );
  expect(read).not.toHaveBeenCalled();
  expect(kept?.found?.kind === 'run' ? kept.found.judged?.models[0]?.label : '').toBe('c\ufffd\ufffdd');
});

test('what cannot be told to others is an error, and the next drop is taken', async () => {
  const intake = intakeOver(emptyStore(), [], () =>
    Promise.reject(new AppError('storage-closed', 'the database is closed')),
  );
  await intake.inspect([new File([LIST], 'mine.yaml')]);
  const kept = await intake.accept(intake.review?.map(({ key }) => key) ?? []);
  expect(kept).toHaveLength(1);
  expect(intake.error?.code).toBe('storage-closed');
  expect([intake.busy, intake.review]).toEqual([undefined, undefined]);
  await intake.inspect([new File([JUDGED], 'm.csv')]);
  expect([intake.error, intake.review?.length]).toEqual([undefined, 1]);
});
