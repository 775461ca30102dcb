import { uniform } from '../tensors/testing.ts';

const BLOCK = 32;

/**
 * For tests: 4096 blocks of 32 numbers, of which the first 64 are what quantisers get wrong: zeros, minus zeros, equal magnitudes
 * of both signs, numbers on the ties between integers, subnormal and tiny numbers, one large among small. Another language makes
 * the same: see `uniform`.
 */
export function edgeCases(): Float32Array<ArrayBuffer> {
  const numbers = uniform(4096 * BLOCK, 7);
  const block = (at: number, value: (i: number) => number): void => {
    for (let i = 0; i < BLOCK; i++) numbers[at * BLOCK + i] = value(i);
  };
  block(0, () => 0);
  block(1, () => -0);
  block(2, (i) => (i % 2 === 0 ? 1 : -1));
  block(3, (i) => (i % 2 === 0 ? -1 : 1));
  block(4, (i) => (i === 0 ? 127 : i - 16.5)); // ties of Q8_0
  block(5, (i) => (i === 0 ? -8 : (i - 16) / 2)); // ties of Q4_0
  block(6, (i) => (i === 0 ? 8 : (i - 16) / 2));
  block(7, (i) => (i === 0 ? 7 : (i - 16) / 2)); // ties of MLC
  block(8, (i) => (i + 1) * 2 ** -149);
  block(9, (i) => (i + 1) * 2 ** -131);
  block(10, (i) => (i - 16) * 2 ** -126);
  block(11, (i) => (i - 16) * 2 ** -24); // float16's subnormals
  block(12, (i) => (i - 16) * 2 ** -28);
  block(13, (i) => (i === 31 ? -60000 : i / 32));
  block(14, (i) => (i === 5 ? 65504 : 1e-6));
  block(15, (i) => (i === 9 ? 2 ** -149 : 0));
  for (let at = 16; at < 64; at++) block(at, (i) => (numbers[at * BLOCK + i] ?? 0) * 2 ** (8 - at));
  return numbers;
}
