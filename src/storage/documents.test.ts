import { expect, test } from 'vitest';
import { documentsInWorker } from './documents.ts';

test('a worker reads texts and files; an error keeps its code and its place', async () => {
  const documents = documentsInWorker('9.9.9');
  const { pack } = await documents.pack('- {id: a, paraphrases: [Hi?]}\n', 'list.yaml');
  expect(pack.id).toBe('list');
  await expect(documents.pack('- {id: a}\n', 'list.yaml')).rejects.toMatchObject({
    ...{ name: 'AppError', code: 'invalid-pack' },
    place: { file: 'list.yaml', line: 1, path: '[0]' },
  });
  const table = new File(['question,answer,aligned,coherent\nWhy?,So,1,99\n'], 'm-base.csv');
  const found = await documents.inspect(table);
  expect(found).toMatchObject({
    ...{ kind: 'run', title: 'm-base', answers: 1, question: 'Why?' },
    judged: { models: [{ label: 'm-base', role: 'baseline', answers: 1 }] },
  });
  await expect(documents.copy(pack, { taken: ['list-copy'] })).resolves.toMatch(/\nid: list-copy-2\n/);
  documents.stop();
});

test('what is being read is given up on request; the next call starts anew', async () => {
  const documents = documentsInWorker('9.9.9');
  const many = Array.from({ length: 20_000 }, (_, at) => `- {id: q${at}, paraphrases: [x]}\n`).join('');
  const reading = documents.pack(many, 'many.yaml');
  documents.stop();
  await expect(reading).rejects.toMatchObject({ code: 'aborted' });
  const { pack } = await documents.pack('- {id: a, paraphrases: [Hi?]}\n', 'list.yaml');
  expect(pack.probes).toHaveLength(1);
  documents.stop();
});
