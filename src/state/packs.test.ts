import { expect, test } from 'vitest';
import { newRun, PACK, spec } from '../../test/fixtures/run.ts';
import { readPack } from '../core/pack/parse.ts';
import { memoryStore } from '../storage/memory.ts';
import { Packs } from './packs.svelte.ts';

test('a pack that stored runs need is removed only after them, and the words say so', async () => {
  const store = memoryStore();
  await store.putPack(PACK);
  for (const id of ['run-1', 'run-2']) await store.putRun(newRun(spec({ packs: [PACK.hash] }), id));
  const packs = new Packs(store, { pack: (source, file) => Promise.resolve(readPack(source, file)) });
  await packs.refresh();
  await packs.remove(PACK.hash);
  expect(packs.error?.message).toBe(
    `“${PACK.title}” stays: 2 stored runs need it. Delete those runs on the Results screen first.`,
  );
  await store.deleteRun('run-1');
  await packs.remove(PACK.hash);
  expect(packs.error?.message).toContain('1 stored run needs it. Delete that run');
  expect(await store.listPacks()).toHaveLength(1);

  packs.dismissError();
  await store.deleteRun('run-2');
  await packs.remove(PACK.hash);
  expect(packs.error).toBeUndefined();
  expect([packs.packs, await store.listPacks()]).toEqual([[], []]);
});
