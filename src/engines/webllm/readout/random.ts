/**
 * A uniform number in [0, 1), a multiple of 2^-24 so that a 32-bit float holds it: a function of the seed (unsigned, 32 bits) and of
 * the step alone. So what a sample draws never depends on what else is drawn. Each word goes twice through MurmurHash3's finaliser,
 * which spreads every bit of its input over its output.
 */
export function uniform(seed: number, step: number): number {
  const word = mix(mix(seed + 0x9e3779b9) ^ mix(Math.imul(step + 1, 0x85ebca77)));
  return (word >>> 8) / 2 ** 24;
}

function mix(value: number): number {
  let h = value >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
