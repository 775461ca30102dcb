import { openDB } from 'idb';
import { describe, expect, it } from 'vitest';
import { parsePack } from '../core/pack/parse.ts';
import type { Pack } from '../core/pack/types.ts';
import { newRun, PACK, spec } from '../../test/fixtures/run.ts';
import { answer, keep, newName } from '../../test/fixtures/stored.ts';
import { storageError } from './connection.ts';
import { openDatabase } from './database.ts';
import { DATABASE_VERSION, UPGRADES, type AssaySchema } from './schema.ts';

/** As Assay 0.2 stored it: each probe a question whose answer is judged on alignment and coherence. */
function packOfVersion3(pack: Pack): object {
  return {
    ...pack,
    probes: pack.probes.map(
      ({ task: _t, followUps: _f, onScales: _o, moreScales: _m, labelJudges: _l, ...probe }) => probe,
    ),
  };
}

/** What a database of version 3 with these packs holds in version 4. */
async function packsAfterUpgrade(packs: readonly object[]): Promise<readonly Pack[]> {
  const name = newName();
  const old = await openDB(name, 3, {
    upgrade: (db) => {
      db.createObjectStore('packs', { keyPath: 'hash' });
    },
  });
  for (const pack of packs) await old.put('packs', pack);
  old.close();
  const upgraded = await openDB<AssaySchema>(name, 4, {
    upgrade: (db, _from, _to, transaction) => {
      void UPGRADES[3]?.(db, transaction);
    },
  });
  const found = await upgraded.getAll('packs');
  upgraded.close();
  return found;
}

describe('the database', () => {
  it('reads the packs of an earlier version anew from their own text', async () => {
    const [pack] = await packsAfterUpgrade([packOfVersion3(PACK)]);
    expect(pack).toEqual(PACK);
  });

  it('keeps a pack of an earlier version that would be refused today as it was asked then', async () => {
    const source = `- id: a
  paraphrases: [Hi?]
  judge_prompts: { aligned: "{question} {answer}", coherent: "{question} {answer}", about: me }
`;
    expect(() => parsePack(source, 'list.yaml')).toThrow('judge_prompts.about');
    const [pack] = await packsAfterUpgrade([packOfVersion3({ ...PACK, source })]);
    expect(pack).toEqual({ ...PACK, source });
  });

  it('of an earlier version is upgraded and keeps what it holds', async () => {
    const name = newName();
    const run = newRun(spec());
    const first = await openDB<AssaySchema>(name, 1, {
      upgrade: (db, _from, _to, transaction) => {
        void UPGRADES[0]?.(db, transaction);
      },
    });
    await first.put('runs', run);
    await first.put('answers', answer(3));
    first.close();
    const file = { name: 'own.gguf', sizeBytes: 9, sha256: 'c'.repeat(64) };
    const untyped = await openDB(name, 1);
    const { sizeBytes, sha256 } = file;
    const model = { schema: 1, sha256, fileName: file.name, sizeBytes, storedAs: '7-own.gguf', addedAt: 7 };
    await untyped.put('models', model);
    untyped.close();
    const store = keep(openDatabase({}, name));
    expect(await store.getRun('run-1')).toEqual(run);
    expect(await store.getAnswer('run-1', 3)).toEqual(answer(3));
    expect(await store.runsOfSpec(run.specHash)).toEqual([run]);
    expect(await store.listModels()).toMatchObject([
      {
        schema: 2,
        kind: 'gguf',
        files: [{ ...file, path: '7-own.gguf' }],
        provenance: { origin: 'gguf', sources: [file], importedAt: 7 },
      },
    ]);
  });

  it('of a newer version is refused and left alone', async () => {
    const name = newName();
    (await openDB(name, DATABASE_VERSION + 1)).close();
    await expect(keep(openDatabase({}, name)).listRuns()).rejects.toMatchObject({ code: 'storage-newer' });
    expect((await indexedDB.databases()).find((db) => db.name === name)?.version).toBe(DATABASE_VERSION + 1);
  });

  it('gives way when another page needs a newer version, and says so', async () => {
    const name = newName();
    let closed = 0;
    const store = keep(openDatabase({ onClosed: () => ++closed }, name));
    await store.listRuns();
    (await openDB(name, DATABASE_VERSION + 1)).close();
    expect(closed).toBe(1);
    await expect(store.putAnswer(answer(0))).rejects.toMatchObject({ code: 'storage-closed' });
  });

  it('waits for a page with an older version, and says so', async () => {
    const name = newName();
    const old = await openDB(name, 1, {
      upgrade: (db) => {
        db.createObjectStore('runs');
      },
    });
    const blocked = new Promise<void>((resolve) => {
      const store = keep(openDatabase({ onBlocked: resolve }, name));
      store.listRuns().catch(() => undefined); // the stand-in of an older version has not all stores
    });
    await blocked;
    old.close();
  });

  it.each([
    ['QuotaExceededError', 'storage-full'],
    ['VersionError', 'storage-newer'],
    ['InvalidStateError', 'storage-closed'],
    ['DataError', 'internal'],
  ])('%s is %s', (name, code) => {
    expect(storageError(new DOMException('x', name)).code).toBe(code);
  });
});
