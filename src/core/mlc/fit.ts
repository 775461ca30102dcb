import { AppError } from '../errors.ts';
import type { LibraryMetadata, LibraryParameter } from './metadata.ts';
import type { WeightRecord, Weights } from './weights.ts';

/** One side of the comparison and what it is called in messages. */
export interface Side<T> {
  readonly file: string;
  readonly content: T;
}

/** Differences told one by one; the rest is a number. */
const TOLD = 3;

function typeOf({ dtype, shape }: LibraryParameter | WeightRecord): string {
  return `${dtype} [${shape.join(', ')}]`;
}

/** A named length (`vocab_size`) is what the first tensor that has it says; the same name elsewhere must agree. */
function sameShape(
  wanted: LibraryParameter['shape'],
  got: readonly number[],
  named: Map<string, number>,
): boolean {
  if (wanted.length !== got.length) return false;
  return wanted.every((length, at) => {
    const actual = got[at];
    if (actual === undefined || typeof length === 'number') return length === actual;
    const known = named.get(length) ?? actual;
    named.set(length, known);
    return known === actual;
  });
}

function differences(
  { file: library, content: { params } }: Side<LibraryMetadata>,
  { file: weights, content: { shards } }: Side<Weights>,
  named: Map<string, number>,
): readonly string[] {
  const records = new Map(shards.flatMap(({ records }) => records.map((record) => [record.name, record])));
  const wanted = new Set(params.map(({ name }) => name));
  const wrong = params.flatMap((param) => {
    const record = records.get(param.name);
    if (record === undefined) return `${param.name} is in ${library}, but not in ${weights}`;
    if (record.dtype === param.dtype && sameShape(param.shape, record.shape, named)) return [];
    return `${param.name} is ${typeOf(param)} in ${library}, but ${typeOf(record)} in ${weights}`;
  });
  const extra = [...records.keys()].filter((name) => !wanted.has(name));
  return [...wrong, ...extra.map((name) => `${name} is in ${weights}, but not in ${library}`)];
}

/**
 * Whether weights are those that a model library was compiled for: the same tensors with the same shapes and types. Gives the
 * lengths that the library leaves to the weights, by name; throws `model-unsupported` naming both sides and how they differ.
 */
export function checkFit(
  library: Side<LibraryMetadata>,
  weights: Side<Weights>,
): ReadonlyMap<string, number> {
  const named = new Map<string, number>();
  const found = differences(library, weights, named);
  if (found.length === 0) return named;
  const more = found.length > TOLD ? `; and ${found.length - TOLD} more` : '';
  const { modelType, quantization } = library.content;
  throw new AppError(
    'model-unsupported',
    `the model library ${library.file} (${modelType}, ${quantization}) does not fit the weights of ${weights.file}: ` +
      `${found.length} of ${library.content.params.length} parameters differ: ${found.slice(0, TOLD).join('; ')}${more}`,
  );
}
