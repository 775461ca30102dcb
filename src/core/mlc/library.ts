import type { BinaryFile } from '../engine.ts';
import { AppError } from '../errors.ts';
import { invalid } from './json.ts';
import { readMetadata, type LibraryMetadata } from './metadata.ts';
import { wasmImports, type WasmImport } from './wasm.ts';

/**
 * Which runtime a library was compiled for. The functions of the runtime that it calls changed names and calling convention after
 * the libraries of v0_2_48, so neither runtime runs the other's.
 */
export type Generation = 'v0_2_48' | 'newer';

/** What each generation imports from its runtime. */
const MARKS: readonly { readonly prefix: string; readonly generation: Generation }[] = [
  { prefix: 'TVMWasmPackedCFunc', generation: 'v0_2_48' },
  { prefix: 'TVMFFIWasmSafeCall', generation: 'newer' },
];

/** A model library (`.wasm`): the compiled half of a model in MLC's format. */
export interface Library {
  readonly generation: Generation;
  readonly metadata: LibraryMetadata;
}

/** Known libraries have 3 to 9 MB. */
const MAX_LIBRARY_BYTES = 64 * 1024 * 1024;

function generationOf(imports: readonly WasmImport[], file: string): Generation {
  const found = MARKS.filter(({ prefix }) => imports.some(({ name }) => name.startsWith(prefix)));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only.generation;
  const expected = MARKS.map(({ prefix }) => `${prefix}*`).join(' or ');
  const names = imports.map(({ module, name }) => `${module}.${name}`);
  const got = names.length === 0 ? 'no import' : names.slice(0, 8).join(', ');
  const more = names.length > 8 ? ` and ${names.length - 8} more` : '';
  throw new AppError(
    'model-unsupported',
    `${file}: expected a model library that imports one of ${expected}, got one that imports ${got}${more}`,
    { place: { file } },
  );
}

/** Reads a model library without running it; throws `invalid-file` or `model-unsupported`. `file` is its name in messages. */
export function readLibrary(bytes: Uint8Array, file: string): Library {
  const imports = wasmImports(bytes, file);
  return { generation: generationOf(imports, file), metadata: readMetadata(bytes, file) };
}

/** The same of a file. */
export async function openLibrary(binary: BinaryFile, file: string): Promise<Library> {
  if (binary.size > MAX_LIBRARY_BYTES)
    throw invalid(file, `expected a model library of at most ${MAX_LIBRARY_BYTES} bytes, got ${binary.size}`);
  return readLibrary(new Uint8Array(await binary.arrayBuffer()), file);
}
