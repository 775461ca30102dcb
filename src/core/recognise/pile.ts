import type { BinaryFile } from '../engine.ts';
import { AppError, toAppError } from '../errors.ts';
import { utf8 } from '../mlc/json.ts';
import { contentOf, type Content } from './content.ts';
import { folderOf, localName, safePath } from './paths.ts';
import type { DroppedFile } from './types.ts';

/** A file of the drop with its place and what its first bytes say. */
export interface Placed {
  readonly path: string;
  readonly folder: string;
  readonly name: string;
  readonly file: BinaryFile;
  readonly content: Content;
}

/** A drop of more files is no model; they are named as not looked at. */
const MAX_FILES = 20_000;
const READ_AT_ONCE = 16;
/** `checkpoint-9` before `checkpoint-10`. */
const natural = new Intl.Collator('en', { numeric: true });

/** The files of a drop, and which of them were found to belong to something. */
export class Pile {
  readonly files: readonly Placed[];
  readonly #byPath: ReadonlyMap<string, Placed>;
  readonly #used = new Set<string>();
  readonly #unused: Map<string, string>;

  private constructor(files: readonly Placed[], refused: ReadonlyMap<string, string>) {
    this.files = files;
    this.#byPath = new Map(files.map((file) => [file.path, file]));
    this.#unused = new Map(refused);
  }

  static async of(dropped: readonly DroppedFile[]): Promise<Pile> {
    const refused = new Map<string, string>();
    const placed = new Map<string, Placed>();
    const lane = async (from: number): Promise<void> => {
      for (let at = from; at < Math.min(dropped.length, MAX_FILES); at += READ_AT_ONCE) {
        const given = dropped[at];
        if (given !== undefined) await place(given, placed, refused);
      }
    };
    await Promise.all(Array.from({ length: READ_AT_ONCE }, (_, at) => lane(at)));
    for (const { path } of dropped.slice(MAX_FILES))
      refused.set(path, `Not looked at: a drop may have ${MAX_FILES} files.`);
    // In the order of their paths, whatever order they were read in.
    const files = [...placed.values()].sort((a, b) => natural.compare(a.path, b.path));
    return new Pile(files, refused);
  }

  get(path: string): Placed | undefined {
    return this.#byPath.get(path);
  }

  in(folder: string, name: string): Placed | undefined {
    return this.get(folder === '' ? name : `${folder}/${name}`);
  }

  use(files: readonly Placed[]): void {
    for (const { path } of files) this.#used.add(path);
  }

  refuse({ path }: Placed, why: string): void {
    this.#unused.set(path, why);
  }

  /** What belongs to nothing, with the reason. */
  unused(): readonly { readonly path: string; readonly why: string }[] {
    const left = this.files.filter(({ path }) => !this.#used.has(path) && !this.#unused.has(path));
    const all = new Map([...this.#unused, ...left.map((file) => [file.path, whyOf(file)] as const)]);
    return [...all].filter(([path]) => !this.#used.has(path)).map(([path, why]) => ({ path, why }));
  }
}

async function place(
  { path: given, file }: DroppedFile,
  placed: Map<string, Placed>,
  refused: Map<string, string>,
): Promise<void> {
  const path = safePath(given);
  // What was handed in is found again by its path, so one that would have to be changed is refused too.
  if (path !== given) {
    refused.set(given, 'Its path is not one within the folder.');
    return;
  }
  if (placed.has(path)) {
    refused.set(path, 'There are two files of this path.');
    return;
  }
  try {
    const content = await contentOf(file);
    placed.set(path, { path, folder: folderOf(path), name: localName(path), file, content });
  } catch (thrown) {
    refused.set(path, `It cannot be read: ${toAppError(thrown).message}.`);
  }
}

/** Why a file belongs to nothing. */
function whyOf({ content, name }: Placed): string {
  const suffix = /\.[^.]*$/.exec(name)?.[0].toLowerCase() ?? '';
  switch (content) {
    case 'empty':
      return 'It is empty.';
    case 'gguf-big-endian':
      return 'A GGUF file with its numbers the wrong way round (big-endian); one in little-endian is needed.';
    case 'zip':
      return suffix === '.gguf' || suffix === '.safetensors'
        ? `It is named ${suffix}, but it is a zip archive: unpack it first.`
        : 'Not needed.';
    case 'wasm':
      return 'A model library that fits no model of this drop.';
    case 'gguf':
    case 'safetensors':
    case 'pickle':
    case 'json':
    case 'other':
      return ['.gguf', '.safetensors'].includes(suffix)
        ? `It is named ${suffix}, but its content is something else or damaged.`
        : 'Not needed.';
  }
}

/** A small text file; rejects with `invalid-file` where it is larger than `limit` or not UTF-8. */
export async function readText({ name, file }: Placed, limit: number): Promise<string> {
  if (file.size > limit)
    throw new AppError('invalid-file', `${name}: expected at most ${limit} bytes, got ${file.size}`);
  return utf8(new Uint8Array(await file.arrayBuffer()), name);
}
