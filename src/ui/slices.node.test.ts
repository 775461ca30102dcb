import { describe, expect, it } from 'vitest';
import { Slicer, eachSliced } from './slices.ts';

describe('Slicer', () => {
  it('is due once its budget is used, and starts afresh after a rest', async () => {
    let now = 0;
    let pauses = 0;
    const slicer = new Slicer(
      10,
      () => now,
      () => {
        pauses += 1;
        return Promise.resolve();
      },
    );
    now = 9;
    expect(slicer.due()).toBe(false);
    now = 10;
    expect(slicer.due()).toBe(true);
    await slicer.rest();
    expect(pauses).toBe(1);
    expect(slicer.due()).toBe(false);
  });
});

describe('eachSliced', () => {
  it('visits everything once, in order, and pauses between slices', async () => {
    let now = 0;
    let pauses = 0;
    const pause = (): Promise<void> => {
      pauses += 1;
      return Promise.resolve();
    };
    const slicer = new Slicer(5, () => (now += 1), pause);
    const seen: number[] = [];
    const items = Array.from({ length: 100 }, (_, index) => index);
    await eachSliced(items, (item, index) => seen.push(item + index), slicer, 10);
    expect(seen).toEqual(items.map((item) => 2 * item));
    expect(pauses).toBeGreaterThan(0);
  });
});
