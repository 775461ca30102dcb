import { sizeOf, type Tensor } from './types.ts';

/**
 * 8 MiB in 16 bits: every read costs a browser the time of some megabytes, and reading in pieces of a quarter takes it 1.6 times
 * as long (measured). Two of them as float32 are 32 MiB.
 */
const BLOCK_NUMBERS = 2 ** 22;

export interface Block<T> {
  /** Of its first number, within the tensor. */
  readonly start: number;
  readonly numbers: T;
}

/** Ranges of about `BLOCK_NUMBERS` numbers that cover a tensor, each but the last a multiple of `unit`. */
export function ranges(tensor: Pick<Tensor, 'shape'>, unit: number): { start: number; count: number }[] {
  const size = sizeOf(tensor.shape);
  const step = Math.max(1, Math.floor(BLOCK_NUMBERS / unit)) * unit;
  const list: { start: number; count: number }[] = [];
  for (let start = 0; start < size; start += step) list.push({ start, count: Math.min(step, size - start) });
  return list;
}

/** Reads a tensor from front to end. The next block is asked for while the last one is worked on. */
export async function* blocks<T>(
  tensor: Pick<Tensor, 'shape'>,
  unit: number,
  read: (start: number, count: number) => Promise<T>,
): AsyncGenerator<Block<T>> {
  const list = ranges(tensor, unit);
  const ask = (i: number): Promise<T> | undefined => {
    const range = list[i];
    const asked = range === undefined ? undefined : read(range.start, range.count);
    // Where the reader stops before it gets here, nobody hears of a failure; else it is awaited below.
    asked?.catch(() => undefined);
    return asked;
  };
  let next = ask(0);
  for (const [i, { start }] of list.entries()) {
    const numbers = await next;
    next = ask(i + 1);
    if (numbers !== undefined) yield { start, numbers };
  }
}
