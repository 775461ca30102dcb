import { toAppError } from '../core/errors.ts';

/** Where models lie in the origin's private file system: a folder each. */
const MODELS = 'models';
/** A worker that was ended lets go of its file a moment later. */
const TRIES = 100;
const PAUSE_MS = 20;

/** Runs `work` while no other page of this origin does so under this name; resolves with false where one does. */
export type Exclusively = (name: string, work: () => Promise<void>) => Promise<boolean>;

/** The folders of models. An import holds a lock on its own, so that no other page takes it for a left-over. */
export class ModelFolders {
  readonly #root: () => Promise<FileSystemDirectoryHandle>;
  readonly #exclusively: Exclusively;

  constructor(root: () => Promise<FileSystemDirectoryHandle>, exclusively: Exclusively) {
    this.#root = root;
    this.#exclusively = exclusively;
  }

  async file(path: string): Promise<File> {
    return (await fileAt(await this.#models(), path)).getFile();
  }

  /** Gives `work` a new folder, and removes it again when `work` rejects. */
  async withNew<T>(id: string, work: (folder: FileSystemDirectoryHandle) => Promise<T>): Promise<T> {
    let result: { readonly value: T } | undefined;
    await this.#exclusively(lockOf(id), async () => {
      const models = await this.#models();
      try {
        result = { value: await work(await models.getDirectoryHandle(id, { create: true })) };
      } catch (thrown) {
        // Why the work failed is what the user can act on; what cannot be removed now goes when the app starts again.
        await removeEntry(models, id).catch(() => undefined);
        throw thrown;
      }
    });
    if (result === undefined) throw toAppError(`the folder ${id} is in use by another page`);
    return result.value;
  }

  /** Removes the folder (or, of Assay 0.1, the file) that a stored path lies in; what is gone already is fine. */
  async remove(path: string): Promise<void> {
    await removeEntry(await this.#models(), entryOf(path));
  }

  /** Removes what no record names and no page is writing: what an interrupted import has left. */
  async tidy(paths: () => Promise<readonly string[]>): Promise<void> {
    const models = await this.#models();
    for await (const name of models.keys()) {
      await this.#exclusively(lockOf(name), async () => {
        // Asked anew under the lock: an import may have ended since the last look.
        if (!(await paths()).map(entryOf).includes(name)) await removeEntry(models, name);
      });
    }
  }

  async #models(): Promise<FileSystemDirectoryHandle> {
    return (await this.#root()).getDirectoryHandle(MODELS, { create: true });
  }
}

function lockOf(entry: string): string {
  return `assay-model-${entry}`;
}

function entryOf(path: string): string {
  return path.split('/')[0] ?? path;
}

/** The file at a path of names under a folder; rejects with the browser's NotFoundError. */
export async function fileAt(root: FileSystemDirectoryHandle, path: string): Promise<FileSystemFileHandle> {
  const parts = path.split('/');
  let folder = root;
  for (const part of parts.slice(0, -1)) folder = await folder.getDirectoryHandle(part);
  return folder.getFileHandle(parts.at(-1) ?? '');
}

async function removeEntry(folder: FileSystemDirectoryHandle, name: string): Promise<void> {
  for (let left = TRIES; ; left--) {
    try {
      await folder.removeEntry(name, { recursive: true });
      return;
    } catch (thrown) {
      const why = thrown instanceof DOMException ? thrown.name : '';
      if (why === 'NotFoundError') return;
      if (why !== 'NoModificationAllowedError' || left === 0) throw thrown;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
