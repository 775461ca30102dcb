import { Slicer } from './slices.ts';

/** A file and its place under what was dropped or picked, with `/`; in a folder it begins with the folder's name. */
export interface PlacedFile {
  readonly path: string;
  readonly file: File;
}

export interface Dropped {
  readonly files: readonly PlacedFile[];
  /** The folder, where exactly one was dropped or picked and the browser gives a handle to it. */
  readonly folder?: FileSystemDirectoryHandle;
}

/** Told now and then how many files were found so far. */
export type OnCount = (files: number) => void;

/** A whole disk, dropped by mistake, has millions; walking through it could not be stopped. */
const MOST_FILES = 50_000;

interface Collected {
  readonly files: PlacedFile[];
  readonly most: number;
  readonly slicer: Slicer;
  readonly oncount: OnCount;
}

/** The part of a drop that is read: a DataTransfer fits. */
export interface Drop {
  readonly items: Iterable<DropItem>;
}

type DropItem = Pick<DataTransferItem, 'kind' | 'getAsFile' | 'webkitGetAsEntry' | 'getAsFileSystemHandle'>;

declare global {
  interface DataTransferItem {
    /** Chromium; absent elsewhere. */
    getAsFileSystemHandle?(): Promise<FileSystemHandle | null>;
  }
  interface Window {
    /** Chromium; absent elsewhere. */
    showDirectoryPicker?(options: { readonly mode: 'read' }): Promise<FileSystemDirectoryHandle>;
  }
}

/** Files such as `.DS_Store` and folders such as `.git` and `.cache` are nobody's model. */
function isHidden(path: string): boolean {
  return path.split('/').some((part) => part.startsWith('.'));
}

function collector(oncount: OnCount, most: number): Collected {
  return { files: [], most, slicer: new Slicer(), oncount };
}

/** The browser's reason does not say which file it is about. */
function unread(path: string): (cause: unknown) => never {
  return (cause) => {
    throw new Error(`${path}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  };
}

async function keep({ files, most, slicer, oncount }: Collected, placed: PlacedFile): Promise<void> {
  if (files.length === most)
    throw new Error(`expected at most ${most} files, found more. Choose the folder of the model itself.`);
  files.push(placed);
  if (!slicer.due()) return;
  oncount(files.length);
  await slicer.rest();
}

function isFolder(handle: FileSystemHandle | null): handle is FileSystemDirectoryHandle {
  return handle instanceof FileSystemDirectoryHandle;
}

async function walkHandle(folder: FileSystemDirectoryHandle, path: string, into: Collected): Promise<void> {
  for await (const handle of folder.values()) {
    if (isHidden(handle.name)) continue;
    const place = `${path}/${handle.name}`;
    if (isFolder(handle)) await walkHandle(handle, place, into);
    else if (handle instanceof FileSystemFileHandle)
      await keep(into, { path: place, file: await handle.getFile().catch(unread(place)) });
  }
}

function isFolderEntry(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function isFileEntry(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

/** A reader gives a hundred entries at a time, and an empty list at the end. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (some.length === 0) return all;
    all.push(...some);
  }
}

async function walkEntry(entry: FileSystemEntry, path: string, into: Collected): Promise<void> {
  if (isFolderEntry(entry)) {
    for (const each of await entriesOf(entry).catch(unread(path)))
      if (!isHidden(each.name)) await walkEntry(each, `${path}/${each.name}`, into);
  } else if (isFileEntry(entry)) {
    const file = await new Promise<File>((resolve, reject) => {
      entry.file(resolve, reject);
    }).catch(unread(path));
    await keep(into, { path, file });
  }
}

interface Item {
  readonly entry: FileSystemEntry | null;
  readonly handle: Promise<FileSystemHandle | null>;
  readonly file: File | null;
}

/** All that an item can give, asked for at once: after the drop event it gives nothing any more. */
function itemOf(item: DropItem): Item {
  const entry = item.webkitGetAsEntry();
  const folder = entry?.isDirectory === true;
  const handle = folder ? item.getAsFileSystemHandle?.().catch(() => null) : undefined;
  return { entry, handle: handle ?? Promise.resolve(null), file: folder ? null : item.getAsFile() };
}

/**
 * The files of a drop, those in folders too. Call it within the drop event. Rejects where something cannot be read, with its
 * path and the browser's reason, and where there are more than `most` files.
 */
export async function readDrop(drop: Drop, oncount: OnCount, most = MOST_FILES): Promise<Dropped> {
  const items = [...drop.items].filter(({ kind }) => kind === 'file').map(itemOf);
  const into = collector(oncount, most);
  const folders: FileSystemDirectoryHandle[] = [];
  for (const { entry, handle, file } of items) {
    const known = await handle;
    if (isFolder(known)) {
      folders.push(known);
      await walkHandle(known, known.name, into);
    } else if (file !== null) await keep(into, { path: file.name, file });
    else if (entry !== null) await walkEntry(entry, entry.name, into);
  }
  const [folder] = folders;
  return folder !== undefined && items.length === 1 ? { files: into.files, folder } : { files: into.files };
}

/** The files of a folder that was picked through a handle; rejects as `readDrop` does. */
export async function readFolder(
  folder: FileSystemDirectoryHandle,
  oncount: OnCount,
  most = MOST_FILES,
): Promise<Dropped> {
  const into = collector(oncount, most);
  await walkHandle(folder, folder.name, into);
  return { files: into.files, folder };
}

/** The files of a file input, whether it picks files or a folder. */
export function readInput(list: FileList | null): Dropped {
  const files = [...(list ?? [])].map((file) => ({
    path: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath,
    file,
  }));
  return { files: files.filter(({ path, file }) => path === file.name || !isHidden(path)) };
}
