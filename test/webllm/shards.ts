import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';

/**
 * Weights of an MLC folder for the reference: its own reader and its own dequantiser, so that a mistake in src/core cannot hide in
 * both halves of the comparison.
 */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** Writes row `row` into `out` (`columns` numbers). */
  readonly row: (row: number, out: Float64Array) => void;
}

const recordSchema = v.object({
  name: v.string(),
  shape: v.array(v.number()),
  dtype: v.string(),
  format: v.string(),
  nbytes: v.number(),
  byteOffset: v.number(),
});
const indexSchema = v.object({
  records: v.array(v.object({ dataPath: v.string(), records: v.array(recordSchema) })),
});

interface Stored {
  readonly shape: readonly number[];
  readonly kind: string;
  readonly view: DataView;
}

/** IEEE 754 binary16: sign, 5 bits of exponent with bias 15, 10 bits of fraction. */
function half(bits: number): number {
  const sign = bits >> 15 === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 31;
  const fraction = (bits & 1023) / 1024;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15));
}

function readers({ kind, view }: Stored, name: string): (index: number) => number {
  if (kind === 'float32/raw') return (index) => view.getFloat32(index * 4, true);
  if (kind === 'float16/raw') return (index) => half(view.getUint16(index * 2, true));
  if (kind === 'float32/f32-to-bf16' || kind === 'bfloat16/raw') {
    const word = new DataView(new ArrayBuffer(4));
    return (index) => {
      word.setUint32(0, view.getUint16(index * 2, true) * 65536);
      return word.getFloat32(0);
    };
  }
  throw new Error(`${name}: expected float32, float16 or bfloat16, got ${kind}`);
}

export class Shards {
  readonly #stored = new Map<string, Stored>();

  static async open(folder: string): Promise<Shards> {
    const text = await readFile(path.join(folder, 'tensor-cache.json'), 'utf8').catch(() =>
      readFile(path.join(folder, 'ndarray-cache.json'), 'utf8'),
    );
    const shards = new Shards();
    for (const { dataPath, records } of v.parse(indexSchema, JSON.parse(text)).records) {
      const bytes = await readFile(path.join(folder, dataPath));
      for (const { name, shape, dtype, format, nbytes, byteOffset } of records) {
        const view = new DataView(bytes.buffer, bytes.byteOffset + byteOffset, nbytes);
        shards.#stored.set(name, { shape, kind: `${dtype}/${format}`, view });
      }
    }
    return shards;
  }

  has(name: string): boolean {
    return this.#stored.has(name);
  }

  #get(name: string): Stored {
    const stored = this.#stored.get(name);
    if (stored === undefined) throw new Error(`expected the tensor ${name}, found none`);
    return stored;
  }

  vector(name: string): Float64Array {
    const stored = this.#get(name);
    const read = readers(stored, name);
    return Float64Array.from({ length: stored.shape[0] ?? 0 }, (_, index) => read(index));
  }

  /** A linear layer's weights `[out, in]`, plain or in groups of 4-bit levels. */
  matrix(name: string): Matrix {
    if (this.has(`${name}.q_weight`)) return this.#grouped(name);
    const stored = this.#get(`${name}.weight`);
    const read = readers(stored, name);
    const [rows = 0, columns = 0] = stored.shape;
    return {
      rows,
      columns,
      row: (row, out) => {
        for (let column = 0; column < columns; column++) out[column] = read(row * columns + column);
      },
    };
  }

  /** Groups of 32 along the inputs: eight levels to a word, lowest bits first; a weight is (level - 7) times its group's scale. */
  #grouped(name: string): Matrix {
    const { view, shape } = this.#get(`${name}.q_weight`);
    const scales = this.#get(`${name}.q_scale`);
    const scale = readers(scales, name);
    const [rows = 0, words = 0] = shape;
    const groups = scales.shape[1] ?? 0;
    if (words !== groups * 4)
      throw new Error(`${name}: expected 4 words to a group, got ${words} words for ${groups} groups`);
    return {
      rows,
      columns: words * 8,
      row: (row, out) => {
        for (let word = 0; word < words; word++) {
          const levels = view.getUint32((row * words + word) * 4, true);
          const factor = scale(row * groups + Math.floor(word / 4));
          for (let at = 0; at < 8; at++) out[word * 8 + at] = (((levels >>> (4 * at)) & 15) - 7) * factor;
        }
      },
    };
  }
}
