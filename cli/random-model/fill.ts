import { AppError } from '../../src/core/errors.ts';
import { ELEMENT_BYTES, type ElementType } from '../../src/core/mlc/metadata.ts';
import { Random } from '../../src/core/random.ts';
import { f32ToBf16, f32ToF16 } from '../../src/core/tensors/numbers.ts';

/** A tensor to be made; every length is known. */
export interface Blank {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: ElementType;
}

/** Numbers made at once. */
const BLOCK = 1 << 20;
/** Standard deviation of the logits that the output layer gives of a normalised state. */
const LOGIT_DEVIATION = 2;
/** Of an even choice among -7 to 7 with one more chance for 0: sqrt(2 (1 + 4 + ... + 49) / 16). */
const LEVEL_DEVIATION = Math.sqrt(280 / 16);
const GROUP = 32;

function isTable(name: string): boolean {
  return /embed|embd|wte|wpe|lm_head/.test(name);
}

/** Such that a layer's outputs are about as large as its inputs, and logits spread as LOGIT_DEVIATION says. */
function weightDeviation(name: string, inputs: number): number {
  return (isTable(name) ? LOGIT_DEVIATION : 1) / Math.sqrt(inputs);
}

/** Eight 4-bit levels, lowest bits first. The format uses 0 to 14 around a zero of 7, so 15 becomes 7. */
function levels(random: Random): number {
  const word = random.word();
  const fifteens = word & (word >>> 1) & (word >>> 2) & (word >>> 3) & 0x11111111;
  return (word - (fifteens << 3)) >>> 0;
}

function numbersOf({ name, shape }: Blank, random: Random): () => number {
  const inputs = shape.at(-1) ?? 1;
  if (name.endsWith('.q_scale')) {
    const typical = weightDeviation(name, inputs * GROUP) / LEVEL_DEVIATION;
    return () => typical * (0.5 + random.unit());
  }
  if (name.endsWith('bias')) return () => random.spread(0.1);
  if (shape.length === 1) return () => 1 + random.spread(0.1);
  const deviation = weightDeviation(name, inputs);
  return () => random.spread(deviation);
}

function encoded(values: Float32Array<ArrayBuffer>, blank: Blank): Uint8Array<ArrayBuffer> {
  if (blank.dtype === 'float32') return new Uint8Array(values.buffer);
  if (blank.dtype === 'float16') return new Uint8Array(f32ToF16(values).buffer);
  if (blank.dtype === 'bfloat16') return new Uint8Array(f32ToBf16(values).buffer);
  throw new AppError(
    'model-unsupported',
    `${blank.name}: expected weights of float32, float16 or bfloat16, or 4-bit groups, got ${blank.dtype}`,
  );
}

export function bytesOf({ shape, dtype }: Blank): number {
  return shape.reduce((product, length) => product * length, ELEMENT_BYTES[dtype]);
}

/** The bytes of a random tensor, block by block; they depend on the seed and the name only, not on what was made before. */
export function* filled(blank: Blank, seed: number): Generator<Uint8Array<ArrayBuffer>> {
  const { name, shape, dtype } = blank;
  const random = new Random(seed, name);
  const packed = name.endsWith('.q_weight') && dtype === 'uint32';
  const next = numbersOf(blank, random);
  const total = shape.reduce((product, length) => product * length, 1);
  for (let start = 0; start < total; start += BLOCK) {
    const count = Math.min(BLOCK, total - start);
    if (packed) {
      const words = new Uint32Array(count);
      for (let i = 0; i < count; i++) words[i] = levels(random);
      yield new Uint8Array(words.buffer);
    } else {
      const values = new Float32Array(count);
      for (let i = 0; i < count; i++) values[i] = next();
      yield encoded(values, blank);
    }
  }
}
