import { afterEach, expect, test, vi } from 'vitest';
import { readDrop, readFolder, type Drop } from './dropped.ts';

declare global {
  interface FileSystemEntry {
    /** Chromium; absent from the DOM library. */
    remove(done: () => void, failed: (error: DOMException) => void): void;
  }
  interface Window {
    /** Chromium's sandboxed file system: the one way to real entries without a hand on a mouse. */
    webkitRequestFileSystem(
      type: number,
      size: number,
      done: (system: FileSystem) => void,
      failed: (error: DOMException) => void,
    ): void;
  }
}

const root = await navigator.storage.getDirectory();

afterEach(async () => {
  for await (const name of root.keys()) await root.removeEntry(name, { recursive: true });
});

async function put(folder: FileSystemDirectoryHandle, path: string): Promise<void> {
  const parts = path.split('/');
  let at = folder;
  for (const part of parts.slice(0, -1)) at = await at.getDirectoryHandle(part, { create: true });
  await at.getFileHandle(parts.at(-1) ?? '', { create: true });
}

function newEntry(): Promise<FileSystemDirectoryEntry> {
  return new Promise((resolve, reject) => {
    window.webkitRequestFileSystem(
      0,
      1e6,
      ({ root: top }) => {
        top.getDirectory(
          `drop-${crypto.randomUUID()}`,
          { create: true },
          (entry) => {
            if ('createReader' in entry && isFolder(entry)) resolve(entry);
          },
          reject,
        );
      },
      reject,
    );
  });
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function newFile(folder: FileSystemDirectoryEntry, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    folder.getFile(
      name,
      { create: true },
      () => {
        resolve();
      },
      reject,
    );
  });
}

function dropOf(...items: readonly Partial<ItemOf>[]): Drop {
  return {
    items: items.map((parts) => ({
      kind: 'file',
      getAsFile: () => null,
      webkitGetAsEntry: () => null,
      ...parts,
    })),
  };
}
type ItemOf = Drop['items'] extends Iterable<infer Item> ? Item : never;

const pathsOf = ({ files }: { readonly files: readonly { readonly path: string }[] }): readonly string[] =>
  files.map(({ path }) => path).sort();

test('a folder is walked by its handle: places with its name, no hidden files, and the handle', async () => {
  const folder = await root.getDirectoryHandle('qwen', { create: true });
  for (const path of ['config.json', 'checkpoint-10/adapter_config.json', '.git/HEAD', '.DS_Store', 'a/.b/c'])
    await put(folder, path);
  const read = await readFolder(folder, vi.fn());
  expect(pathsOf(read)).toEqual(['qwen/checkpoint-10/adapter_config.json', 'qwen/config.json']);
  expect(read.folder).toBe(folder);
});

test('one dropped folder gives its handle, two give none; plain files come along', async () => {
  const [one, two] = await Promise.all(
    ['one', 'two'].map((name) => root.getDirectoryHandle(name, { create: true })),
  );
  const entry = await newEntry();
  if (one === undefined || two === undefined) throw new Error('expected two folders');
  await Promise.all([put(one, 'a.bin'), put(two, 'b.bin')]);
  const asItem = (handle: FileSystemDirectoryHandle): Partial<ItemOf> => ({
    webkitGetAsEntry: () => entry,
    getAsFileSystemHandle: () => Promise.resolve(handle),
  });
  const plain = { getAsFile: () => new File(['x'], 'c.gguf') };
  const alone = await readDrop(dropOf(asItem(one)), vi.fn());
  expect(pathsOf(alone)).toEqual(['one/a.bin']);
  expect(alone.folder).toBe(one);
  const both = await readDrop(dropOf(asItem(one), asItem(two), plain), vi.fn());
  expect(pathsOf(both)).toEqual(['c.gguf', 'one/a.bin', 'two/b.bin']);
  expect(both.folder).toBeUndefined();
});

test('a text that is dropped with files is left alone', async () => {
  const drop = dropOf({ kind: 'string' }, { getAsFile: () => new File(['x'], 'a.gguf') });
  expect(pathsOf(await readDrop(drop, vi.fn()))).toEqual(['a.gguf']);
});

test('without handles, a folder of more files than one reading gives is read whole', async () => {
  const entry = await newEntry();
  await Promise.all(Array.from({ length: 230 }, (_, at) => newFile(entry, `shard_${at}.bin`)));
  await newFile(entry, '.hidden');
  const read = await readDrop(dropOf({ webkitGetAsEntry: () => entry }), vi.fn());
  expect(read.files).toHaveLength(230);
  expect(read.files[0]?.path).toMatch(new RegExp(`^${entry.name}/shard_\\d+\\.bin$`));
  expect(read.folder).toBeUndefined();
});

test('a file that cannot be read is named, whichever way it came', async () => {
  const folder = await root.getDirectoryHandle('linked', { create: true });
  await put(folder, 'deep/model.safetensors');
  const reason = 'A requested file could not be found';
  const handle = await (await folder.getDirectoryHandle('deep')).getFileHandle('model.safetensors');
  const getFile = vi.spyOn(FileSystemFileHandle.prototype, 'getFile');
  getFile.mockRejectedValueOnce(new DOMException(reason, 'NotFoundError'));
  await expect(readFolder(folder, vi.fn())).rejects.toThrow(`linked/deep/${handle.name}: ${reason}`);
  getFile.mockRestore();

  const gone = await new Promise<FileSystemEntry>((resolve, reject) => {
    newEntry().then((entry) => {
      entry.getFile('gone.bin', { create: true }, resolve, reject);
    }, reject);
  });
  await new Promise<void>((resolve, reject) => {
    gone.remove(resolve, reject);
  });
  const read = readDrop(dropOf({ webkitGetAsEntry: () => gone }), vi.fn());
  await expect(read).rejects.toThrow(/^gone\.bin: ./);
});

test('a folder of far too many files is given up, with what to do, whichever way it came', async () => {
  const folder = await root.getDirectoryHandle('disk', { create: true });
  for (const path of ['a', 'b/c', 'd/e/f']) await put(folder, path);
  const entry = await newEntry();
  await Promise.all(['a', 'b', 'c'].map((name) => newFile(entry, name)));
  const told = 'expected at most 2 files, found more. Choose the folder of the model itself.';
  await expect(readFolder(folder, vi.fn(), 2)).rejects.toThrow(told);
  await expect(readDrop(dropOf({ webkitGetAsEntry: () => entry }), vi.fn(), 2)).rejects.toThrow(told);
  await expect(readFolder(folder, vi.fn(), 3)).resolves.toBeDefined();
});
