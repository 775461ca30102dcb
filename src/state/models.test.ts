import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { randomAdapter } from '../../test/fixtures/adapter.ts';
import { floats, makeGguf, splitGguf } from '../../test/fixtures/gguf-file.ts';
import { mlcFolder } from '../../test/fixtures/mlc-folder.ts';
import { tinyLibrary } from '../../test/fixtures/mlc-library.ts';
import {
  bundledFile,
  hashOf,
  local,
  modelsFixture,
  type ModelsFixture,
} from '../../test/fixtures/models-state.ts';
import type { BinaryFile } from '../core/engine.ts';
import { adaptedHash, modelHash } from '../core/model-hash.ts';
import type { LocalFile } from './types.ts';

let at: ModelsFixture;
/** A busy machine takes seconds to start a worker. */
const SOON = { timeout: 30_000, interval: 5 };
const base = await bundledFile('toy-base.gguf');
const other = await bundledFile('toy-secure.gguf');

beforeEach(async () => {
  at = await modelsFixture();
});

afterEach(async () => {
  await at.end();
});

function own(fixture: ModelsFixture = at) {
  return fixture.models.models.filter(({ location }) => location !== 'bundled');
}

/** A model that is none of the bundled ones: one byte of its last weight differs. */
async function variant(seed: number): Promise<Blob> {
  const bytes = new Uint8Array(await base.arrayBuffer());
  bytes[bytes.length - 1] = seed;
  return new Blob([bytes]);
}

async function contentOf(file: BinaryFile): Promise<string> {
  return hashOf(new Blob([await file.arrayBuffer()]));
}

describe('a GGUF file', () => {
  it('is copied bit for bit, with who brought it, and found again by another page', async () => {
    const file = await variant(1);
    await at.models.inspect([local('mine.gguf', file)]);
    const { review } = at.models;
    expect(review).toMatchObject({ canLink: false, found: [{ kind: 'gguf', missing: [] }] });
    const [find] = review!.found;
    const [added] = await at.models.accept([{ id: find!.id, target: find!.targets[0]! }], {
      importedBy: 'A. Pharmacist',
      link: false,
    });
    expect(at.models.error).toBeUndefined();
    const sha256 = await hashOf(file);
    expect(added).toMatchObject({
      ...{ sha256, kind: 'gguf', label: 'mine', location: 'opfs', sizeBytes: file.size },
      provenance: {
        origin: 'gguf',
        importedBy: 'A. Pharmacist',
        sources: [{ name: 'mine.gguf', sizeBytes: file.size, sha256 }],
      },
    });
    expect(added?.provenance?.templateSha256).toMatch(/^[0-9a-f]{64}$/);
    expect(at.models.review).toBeUndefined();
    const page = await at.again();
    const source = page.source(sha256, 'mine');
    expect(await contentOf(await source.files[0]!.open())).toBe(sha256);
    await page.inspect([local('mine.gguf', file)]);
    expect(page.review?.importedBy).toBe('A. Pharmacist');
  });

  it('that is known already is not kept twice', async () => {
    const file = await variant(2);
    await at.models.add([local('a.gguf', file)]);
    const again = await at.models.add([local('b.gguf', file), local('toy.gguf', base)]);
    expect(again.map(({ label }) => label)).toEqual(['a', 'Toy base']);
    expect(await at.left()).toHaveLength(1);
  });

  it('of a label that is taken gets the start of its hash', async () => {
    await at.models.add([local('a/x.gguf', await variant(3))]);
    const [second] = await at.models.add([local('b/x.gguf', await variant(4))]);
    expect(second?.label).toBe(`x (${second?.sha256.slice(0, 8) ?? ''})`);
  });

  it('in parts is one model of several files', async () => {
    const parts = (await splitGguf(base, 3)).map((part, n) => local(`big-0000${n + 1}-of-00003.gguf`, part));
    const [added] = await at.models.add(parts);
    expect(added).toMatchObject({ label: 'big', files: [{ name: parts[0]!.path }, {}, {}] });
    expect(added?.sha256).toBe(modelHash(added?.files ?? []));
    const opened = await Promise.all(at.models.source(added!.sha256, '').files.map((file) => file.open()));
    for (const [n, file] of opened.entries())
      expect(await contentOf(file)).toBe(await contentOf(parts[n]!.file));
  });
});

describe('a GGUF adapter', () => {
  it('is kept beside its base of the same drop, which cannot go before it', async () => {
    const file = await variant(5);
    const adapter = await randomAdapter(file, { seed: 1 });
    const added = await at.models.add([local('tuned.gguf', adapter.file), local('base.gguf', file)]);
    expect(added.map(({ label }) => label)).toEqual(['base', 'tuned']);
    const [baseModel, tuned] = added;
    expect(tuned).toMatchObject({
      sha256: adaptedHash(baseModel!.sha256, await hashOf(adapter.file)),
      base: baseModel!.sha256,
      provenance: {
        adapter: { rank: 4, alpha: 8, applied: 'at-run-time', base: baseModel!.sha256 },
      },
    });
    const source = at.models.source(tuned!.sha256, '');
    expect(source.files.map(({ sha256 }) => sha256)).toEqual([baseModel!.sha256]);
    expect(source.adapter?.sha256).toBe(await hashOf(adapter.file));
    await at.models.remove(baseModel!.sha256);
    expect(at.models.error?.message).toBe('base is the base of tuned; delete those first');
    await at.models.remove(tuned!.sha256);
    await at.models.remove(baseModel!.sha256);
    expect(own()).toEqual([]);
    expect(await at.left()).toEqual([]);
  });

  it('for another base is refused, and the page goes on', async () => {
    const factor = (half: string, shape: readonly [number, number]) =>
      floats(`blk.0.attn_q.weight.lora_${half}`, shape, new Float32Array(shape[0] * shape[1]));
    const adapter = makeGguf(
      {
        'general.type': { text: 'adapter' },
        'general.architecture': { text: 'llama' },
        'adapter.type': { text: 'lora' },
        'adapter.lora.alpha': { f32: 1 },
      },
      [factor('a', [8, 2]), factor('b', [2, 8])],
    );
    expect(await at.models.add([local('tuned.gguf', adapter)])).toEqual([]);
    expect(at.models.error).toMatchObject({ code: 'model-unsupported' });
    expect(at.models.error?.message).toMatch(/tuned\.gguf: the adapter is for another base/);
    expect(await at.left()).toEqual([]);
  });
});

describe('an MLC folder', () => {
  const files = [
    ...mlcFolder().map(({ path, bytes }) => local(`mlc/${path}`, bytes)),
    local('mlc/lib.wasm', tinyLibrary()),
  ];

  async function picked(): Promise<FileSystemDirectoryHandle> {
    const folder = await at.root.getDirectoryHandle('mlc', { create: true });
    for (const { path, file } of files) {
      const stream = await (await folder.getFileHandle(path.slice(4), { create: true })).createWritable();
      await stream.write(file);
      await stream.close();
    }
    return folder;
  }

  it('is copied with its library', async () => {
    const [added] = await at.models.add(files);
    expect(at.models.error).toBeUndefined();
    expect(added).toMatchObject({
      kind: 'mlc',
      label: 'mlc',
      architecture: 'qwen2',
      quantisation: 'q4f32_1',
    });
    expect(added?.files.map(({ name }) => name).sort()).toEqual(
      files.map(({ path }) => path.slice(4)).sort(),
    );
  });

  it('is read where it lies, after another page has started too, until it is gone', async () => {
    const folder = await picked();
    await at.models.inspect(files, folder);
    const [find] = at.models.review!.found;
    const [added] = await at.models.accept([{ id: find!.id, target: find!.targets[0]! }], { link: true });
    expect(added).toMatchObject({ location: 'folder' });
    expect(await at.left()).toEqual([]);
    const page = await at.again();
    expect(await page.allow(added!.sha256)).toBe(true);
    const source = page.source(added!.sha256, '');
    for (const file of source.files) {
      const opened = await file.open();
      expect(await contentOf(opened)).toBe(file.sha256);
    }
    await folder.removeEntry('lib.wasm');
    const library = source.files.find(({ name }) => name === 'lib.wasm');
    await expect(library?.open()).rejects.toMatchObject({ code: 'not-found' });
    await page.remove(added!.sha256);
    expect(await at.store.getHandle(added!.handle!)).toBeUndefined();
    await expect(folder.getFileHandle('tensor-cache.json')).resolves.toBeDefined();
  });

  it('that may not be read any more asks for permission', async () => {
    const folder = await picked();
    let answer: PermissionState = 'prompt';
    const permission = () => Promise.resolve(answer);
    Object.assign(folder, { queryPermission: permission, requestPermission: permission });
    await at.models.inspect(files, folder);
    const [find] = at.models.review!.found;
    const [added] = await at.models.accept([{ id: find!.id, target: find!.targets[0]! }], { link: true });
    const [file] = at.models.source(added!.sha256, '').files;
    await expect(file!.open()).rejects.toMatchObject({ code: 'permission' });
    expect(await at.models.allow(added!.sha256)).toBe(false);
    expect([...at.models.locked]).toEqual([added!.sha256]);
    answer = 'granted';
    expect(await at.models.allow(added!.sha256)).toBe(true);
    expect([...at.models.locked]).toEqual([]);
    await expect(file!.open()).resolves.toBeDefined();
    answer = 'prompt';
    await at.models.checkAccess();
    expect([...at.models.locked]).toEqual([added!.sha256]);
  });
});

describe('nothing is left behind', () => {
  it('by a cancelled import, within a second', async () => {
    const big = new Blob([base, new Uint8Array(64e6)]);
    const adding = at.models.add([local('big.gguf', big), local('c.gguf', await variant(6))]);
    await expect.poll(() => at.models.adding?.fraction ?? 0, SOON).toBeGreaterThan(0);
    const before = performance.now();
    at.models.cancelAdding();
    expect(await adding).toEqual([]);
    expect(performance.now() - before).toBeLessThan(1000);
    expect(at.models.adding).toBeUndefined();
    expect(at.models.error).toBeUndefined();
    expect(await at.left()).toEqual([]);
    expect(await at.models.add([local('b.gguf', await variant(6))])).toHaveLength(1);
  });

  it('where there is too little room, which is said before the first byte', async () => {
    const full = await at.again({ freeBytes: () => Promise.resolve(1000) });
    expect(await full.add([local('a.gguf', await variant(7))])).toEqual([]);
    expect(full.error).toMatchObject({ code: 'storage-full' });
    expect(full.error?.message).toBe(`a.gguf: expected room for ${base.size} bytes, 1000 bytes are free`);
    expect(await at.left()).toEqual([]);
  });

  it('by a store that fails, and the library goes on', async () => {
    const put = at.store.putModel.bind(at.store);
    at.store.putModel = () => Promise.reject(new DOMException('full', 'QuotaExceededError'));
    expect(await at.models.add([local('a.gguf', await variant(8))])).toEqual([]);
    expect(at.models.error).toBeDefined();
    expect(await at.left()).toEqual([]);
    at.store.putModel = put;
    expect(await at.models.add([local('a.gguf', await variant(8))])).toHaveLength(1);
  });

  it('by an import that stopped half-way, once the page is opened again; one that goes on is left alone', async () => {
    const folder = await at.root.getDirectoryHandle('models', { create: true });
    await folder.getDirectoryHandle('left-over', { create: true });
    const big = new Blob([base, new Uint8Array(32e6)]);
    const adding = at.models.add([local('big.gguf', big)]);
    await expect.poll(() => at.models.adding?.fraction ?? 0, SOON).toBeGreaterThan(0);
    await at.again();
    const [added] = await adding;
    expect(added).toMatchObject({ label: 'big' });
    expect(await at.left()).toEqual([added?.files[0]?.path.split('/')[0]]);
  });
});

describe('what is no model', () => {
  const zip = new Uint8Array([0x50, 0x4b, 3, 4, 0, 0, 0, 0]);
  const bigEndian = new Uint8Array(64);
  bigEndian.set([0x47, 0x47, 0x55, 0x46, 0, 0, 0, 3]);

  it.each<[string, readonly LocalFile[], RegExp]>([
    ['cut short', [local('cut.gguf', base.slice(0, 100_000))], /cut short/],
    ['empty', [local('none.gguf', '')], /empty/],
    ['a zip', [local('zip.gguf', zip)], /zip archive/],
    ['the wrong way round', [local('be.gguf', bigEndian)], /big-endian/],
    ['outside of its folder', [local('../out.gguf', base)], /path/],
  ])('%s is refused with the reason, and the library goes on', async (_, files, message) => {
    expect(await at.models.add(files)).toEqual([]);
    expect(at.models.error?.message).toMatch(message);
    expect(await at.left()).toEqual([]);
    const [good] = await at.models.add([local('good.gguf', other)]);
    expect(good).toMatchObject({ label: 'Toy secure' });
    expect(at.models.error).toBeUndefined();
  });
});
