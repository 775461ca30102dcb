import { invalid, utf8 } from './json.ts';

export interface WasmImport {
  readonly module: string;
  readonly name: string;
}

/** The numbers of the sections that matter here. */
const CUSTOM_SECTION = 0;
const IMPORT_SECTION = 2;
/** A model library imports 13 functions; a damaged count has more. */
const MAX_IMPORTS = 100_000;

/** Reads the little-endian base-128 numbers and the texts of a WebAssembly module (core specification 2.0, chapter 5). */
class Cursor {
  at: number;
  readonly #bytes: Uint8Array;
  readonly #end: number;
  readonly #file: string;

  constructor(bytes: Uint8Array, at: number, end: number, file: string) {
    this.#bytes = bytes;
    this.at = at;
    this.#end = end;
    this.#file = file;
  }

  get done(): boolean {
    return this.at >= this.#end;
  }

  byte(): number {
    const value = this.at < this.#end ? this.#bytes[this.at] : undefined;
    if (value === undefined) {
      throw invalid(this.#file, `the WebAssembly module ends at byte ${this.#end} in the middle of a value`);
    }
    this.at += 1;
    return value;
  }

  /** An unsigned LEB128 number of at most `bits` bits. */
  unsigned(bits: 32 | 64 = 32): number {
    let value = 0;
    for (let shift = 0; shift < bits; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw invalid(
      this.#file,
      `expected a number of at most ${bits} bits at byte ${this.at}, got a longer one`,
    );
  }

  /** Moves on by `length` bytes and says where they began. */
  skip(length: number): number {
    const start = this.at;
    if (length > this.#end - start) {
      throw invalid(
        this.#file,
        `the WebAssembly module says ${length} bytes at byte ${start}, but ${this.#end - start} are left: it is cut short or damaged`,
      );
    }
    this.at = start + length;
    return start;
  }

  text(): string {
    const length = this.unsigned();
    const start = this.skip(length);
    return utf8(this.#bytes.subarray(start, start + length), this.#file);
  }
}

function checkMagic(bytes: Uint8Array, file: string): void {
  const head = [...bytes.subarray(0, 8)];
  const expected = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  if (expected.every((byte, at) => head[at] === byte)) return;
  const got = head.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  throw invalid(
    file,
    `expected a WebAssembly module (00 61 73 6d, version 1), got ${got === '' ? 'an empty file' : got}`,
  );
}

/** Limits of a table or memory: a flag byte (1: has a maximum, 4: 64-bit), a minimum, perhaps a maximum. */
function skipLimits(cursor: Cursor): void {
  const flags = cursor.byte();
  cursor.unsigned(64);
  if ((flags & 1) === 1) cursor.unsigned(64);
}

function skipDescription(cursor: Cursor, file: string): void {
  const kind = cursor.byte();
  if (kind === 0) {
    cursor.unsigned(); // function: its type
  } else if (kind === 1) {
    cursor.byte(); // table: type of its elements
    skipLimits(cursor);
  } else if (kind === 2) {
    skipLimits(cursor);
  } else if (kind === 3) {
    cursor.skip(2); // global: type, mutability
  } else if (kind === 4) {
    cursor.byte(); // tag: attribute, type
    cursor.unsigned();
  } else {
    throw invalid(file, `expected an import of kind 0 to 4 at byte ${cursor.at - 1}, got ${kind}`);
  }
}

function readImports(cursor: Cursor, file: string): readonly WasmImport[] {
  const count = cursor.unsigned();
  if (count > MAX_IMPORTS)
    throw invalid(file, `expected at most ${MAX_IMPORTS} imports, got ${count}: the file is damaged`);
  const imports: WasmImport[] = [];
  while (imports.length < count) {
    const module = cursor.text();
    const name = cursor.text();
    skipDescription(cursor, file);
    imports.push({ module, name });
  }
  if (!cursor.done)
    throw invalid(file, `${count} imports end at byte ${cursor.at}, before their section does`);
  return imports;
}

/**
 * What a WebAssembly module asks for, without compiling it. Every section's length is followed to the end of the file, so that
 * a file cut short is noticed. Throws AppError `invalid-file`.
 */
export function wasmImports(bytes: Uint8Array, file: string): readonly WasmImport[] {
  checkMagic(bytes, file);
  const cursor = new Cursor(bytes, 8, bytes.length, file);
  let imports: readonly WasmImport[] = [];
  while (!cursor.done) {
    const id = cursor.byte();
    const length = cursor.unsigned();
    const start = cursor.skip(length);
    if (id === IMPORT_SECTION) imports = readImports(new Cursor(bytes, start, start + length, file), file);
    else if (id !== CUSTOM_SECTION && id > 13)
      throw invalid(file, `expected a section of number 0 to 13 before byte ${start}, got ${id}`);
  }
  return imports;
}
