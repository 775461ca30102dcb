import { toAppError } from '../errors.ts';
import { openLibrary, type Library } from '../mlc/library.ts';
import { ELEMENT_BYTES, type Dimension, type LibraryMetadata } from '../mlc/metadata.ts';
import type { Pile, Placed } from './pile.ts';

/** A model library of the drop; it may lie in any folder. */
export interface DroppedLibrary {
  readonly placed: Placed;
  readonly library: Library;
}

/** More than this would hold the survey up; nobody needs so many at once. */
const MAX_LIBRARIES = 50;

/** Every `.wasm` that is a model library; one that is none is refused with the reason. */
export async function findLibraries(pile: Pile): Promise<readonly DroppedLibrary[]> {
  const found: DroppedLibrary[] = [];
  const modules = pile.files.filter(({ content }) => content === 'wasm');
  for (const placed of modules.slice(0, MAX_LIBRARIES)) {
    try {
      found.push({ placed, library: await openLibrary(placed.file, placed.name) });
    } catch (thrown) {
      pile.refuse(placed, `${toAppError(thrown).message}.`);
    }
  }
  for (const placed of modules.slice(MAX_LIBRARIES)) {
    pile.refuse(placed, `Not looked at: a drop may have ${MAX_LIBRARIES} model libraries.`);
  }
  return found;
}

/** Numbers per token in the key-value cache; undefined where the library keeps none. */
export function cacheWidthOf({ kvCache }: LibraryMetadata): number | undefined {
  return kvCache === undefined ? undefined : 2 * kvCache.layers * kvCache.kvHeads * kvCache.headDim;
}

/** `q4f16_1` computes in 16-bit floats, `q4f32_1` in 32-bit ones. */
export function needsF16({ quantization }: LibraryMetadata): boolean {
  return quantization.includes('f16');
}

/** Bytes of the parameters; `lengths` gives the lengths that the library leaves open. */
export function parameterBytes({ params }: LibraryMetadata, lengths: (name: string) => number): number {
  const lengthOf = (dimension: Dimension): number =>
    typeof dimension === 'number' ? dimension : lengths(dimension);
  return params.reduce(
    (sum, { shape, dtype }) =>
      sum + shape.reduce<number>((product, dimension) => product * lengthOf(dimension), ELEMENT_BYTES[dtype]),
    0,
  );
}

export const NEEDS_F16 =
  'It computes in 16-bit floats: it runs only where the graphics processor offers them (shader-f16).';
