import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { randomAdapter } from '../../test/fixtures/adapter.ts';
import {
  bundledFile,
  hashOf,
  local,
  modelsFixture,
  type ModelsFixture,
} from '../../test/fixtures/models-state.ts';
import { mlcFolder } from '../../test/fixtures/mlc-folder.ts';
import { tinyLibrary } from '../../test/fixtures/mlc-library.ts';
import type { ModelFile } from '../core/engine.ts';

let at: ModelsFixture;
const toy = await bundledFile('toy-base.gguf');

beforeEach(async () => {
  at = await modelsFixture();
});

afterEach(async () => {
  await at.end();
});

function own() {
  return at.models.models.filter(({ location }) => location !== 'bundled');
}

/** A model that is none of the bundled ones: one byte of its last weight differs. */
async function variant(seed: number): Promise<Blob> {
  const bytes = new Uint8Array(await toy.arrayBuffer());
  bytes[bytes.length - 1] = seed;
  return new Blob([bytes]);
}

async function contentOf(file: ModelFile | undefined): Promise<string> {
  return hashOf(new Blob([await (await file!.open()).arrayBuffer()]));
}

describe('two pages', () => {
  it('that add the same model keep one copy, which both can read', async () => {
    const page = await at.again();
    const file = await variant(20);
    const [first] = await at.models.add([local('first.gguf', file)]);
    const [second] = await page.add([local('second.gguf', file)]);
    expect(second).toEqual(first);
    expect(await at.left()).toHaveLength(1);
    for (const models of [at.models, page, await at.again()]) {
      const [stored] = models.source(first!.sha256, '').files;
      expect(await contentOf(stored)).toBe(first!.sha256);
    }
  });

  it('of which one deletes a model leave the other able to add it again', async () => {
    const file = await variant(21);
    const [added] = await at.models.add([local('mine.gguf', file)]);
    const page = await at.again();
    await page.remove(added!.sha256);
    const [again] = await at.models.add([local('mine.gguf', file)]);
    expect(own()).toHaveLength(1);
    const [stored] = at.models.source(again!.sha256, '').files;
    expect(await contentOf(stored)).toBe(added!.sha256);
  });

  it('of which one deletes a base while the other puts an adapter on it leave no adapter without a base', async () => {
    const file = await variant(22);
    const [base] = await at.models.add([local('base.gguf', file)]);
    const adapter = await randomAdapter(file, { seed: 3 });
    await at.models.inspect([local('tuned.gguf', adapter.file)]);
    const [find] = at.models.review!.found;
    const on = find!.bases.find((one) => one.kind === 'model' && one.sha256 === base!.sha256);
    await at.store.deleteModel(base!.sha256); // its files are still there, as while another page is at it
    expect(
      await at.models.accept([{ id: find!.id, target: find!.targets[0]!, base: on! }], { link: false }),
    ).toEqual([]);
    expect(at.models.error).toMatchObject({ code: 'not-found' });
    expect(own()).toEqual([]);
  });

  it('of which one put an adapter on a base since keep the other from deleting that base', async () => {
    const file = await variant(25);
    const [base] = await at.models.add([local('base.gguf', file)]);
    const page = await at.again();
    const adapter = await randomAdapter(file, { seed: 4 });
    await page.inspect([local('tuned.gguf', adapter.file)]);
    const [find] = page.review!.found;
    const on = find!.bases.find((one) => one.kind === 'model' && one.sha256 === base!.sha256);
    await page.accept([{ id: find!.id, target: find!.targets[0]!, base: on! }], { link: false });
    await at.models.remove(base!.sha256);
    expect(at.models.error?.message).toBe('base is the base of tuned; delete those first');
    expect(own().map(({ label }) => label)).toEqual(['base', 'tuned']);
  });
});

it('a folder that no model is read from any more is not kept in reach', async () => {
  const folder = await at.root.getDirectoryHandle('mlc', { create: true });
  const files = [
    ...mlcFolder().map(({ path, bytes }) => local(`mlc/${path}`, bytes)),
    local('mlc/l.wasm', tinyLibrary()),
  ];
  await at.models.inspect(files, folder);
  const [find] = at.models.review!.found;
  const [added] = await at.models.accept([{ id: find!.id, target: find!.targets[0]! }], { link: true });
  await at.store.putHandle('left-over', folder);
  await at.again();
  expect(await at.store.handleKeys()).toEqual([added!.handle]);
});

describe('what goes wrong beside an import', () => {
  it('in keeping the name of who imports is told, and nothing is added', async () => {
    await at.models.inspect([local('a.gguf', await variant(23))]);
    const [find] = at.models.review!.found;
    at.store.putSetting = () => Promise.reject(new Error('the disk is gone'));
    const options = { importedBy: 'A. Pharmacist', link: false };
    expect(await at.models.accept([{ id: find!.id, target: find!.targets[0]! }], options)).toEqual([]);
    expect(at.models.error?.message).toBe('the disk is gone');
    expect(await at.left()).toEqual([]);
  });

  it('in tidying up is told, and the models are there all the same', async () => {
    const [added] = await at.models.add([local('a.gguf', await variant(24))]);
    const page = await at.again({
      root: () => Promise.reject(new DOMException('no storage', 'SecurityError')),
    });
    expect(page.find(added!.sha256)).toBeDefined();
    expect(page.error?.message).toBe('no storage');
  });
});
