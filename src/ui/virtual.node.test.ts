import { describe, expect, it } from 'vitest';
import {
  MAX_HEIGHT,
  elementHeight,
  lastOffset,
  offsetAt,
  offsetToShow,
  rowAfterKey,
  rowsInView,
  scrollAt,
  scrolled,
} from './virtual.ts';

const small = { count: 1000, rowHeight: 40, viewHeight: 400 };
const large = { count: 1_000_000, rowHeight: 40, viewHeight: 400 };

describe('a list that fits', () => {
  it('is as high as its rows, and its scroll bar is exact', () => {
    expect(elementHeight(small)).toBe(40_000);
    expect(offsetAt(small, 1234)).toBe(1234);
    expect(scrolled(small, { scrollTop: 0, offset: 0 }, 777)).toEqual({ scrollTop: 777, offset: 777 });
  });

  it.each([
    [0, 0, 16],
    [400, 4, 26],
    [39_600, 984, 1000],
  ])('at offset %d draws rows %d to %d', (offset, first, last) => {
    expect(rowsInView(small, offset)).toEqual({ first, last });
  });

  it('draws nothing when empty, and scrolls nowhere', () => {
    const empty = { ...small, count: 0 };
    expect(rowsInView(empty, 0)).toEqual({ first: 0, last: 0 });
    expect(lastOffset(empty)).toBe(0);
    expect(rowAfterKey(empty, 0, 'ArrowDown')).toBeUndefined();
  });
});

describe('a list of a million rows', () => {
  it('stays under the highest element of every browser', () => {
    expect(elementHeight(large)).toBe(MAX_HEIGHT);
  });

  it('reaches the first and the last row exactly', () => {
    const end = MAX_HEIGHT - large.viewHeight;
    expect(offsetAt(large, 0)).toBe(0);
    expect(offsetAt(large, 50)).toBe(50);
    expect(offsetAt(large, end)).toBe(lastOffset(large));
    expect(offsetAt(large, end - 50)).toBe(lastOffset(large) - 50);
    expect(rowsInView(large, offsetAt(large, end)).last).toBe(1_000_000);
  });

  it.each([0, 999_999, 1_000_001, 20_000_000, 38_999_000, 39_999_600])(
    'finds offset %d again from its scroll bar',
    (offset) => {
      expect(offsetAt(large, scrollAt(large, offset))).toBeCloseTo(offset, 3);
    },
  );

  it('rises without a jump from one end to the other', () => {
    let before = -1;
    for (let scroll = 0; scroll <= MAX_HEIGHT; scroll += 9_973) {
      const offset = offsetAt(large, scroll);
      expect(offset).toBeGreaterThanOrEqual(before);
      before = offset;
    }
  });

  it('moves by just as much as the wheel did, in the middle too', () => {
    const middle = { scrollTop: 5_000_000, offset: offsetAt(large, 5_000_000) };
    expect(scrolled(large, middle, 5_000_100).offset).toBe(middle.offset + 100);
    expect(scrolled(large, middle, 4_999_900).offset).toBe(middle.offset - 100);
  });

  it('follows the bar when it is dragged, and at the ends', () => {
    const middle = { scrollTop: 5_000_000, offset: offsetAt(large, 5_000_000) };
    expect(scrolled(large, middle, 7_000_000).offset).toBe(offsetAt(large, 7_000_000));
    expect(scrolled(large, { scrollTop: 30, offset: 4000 }, 0).offset).toBe(0);
  });
});

describe('keys', () => {
  it.each([
    ['ArrowDown', 500, 501],
    ['ArrowUp', 500, 499],
    ['PageDown', 500, 509],
    ['PageUp', 500, 491],
    ['Home', 500, 0],
    ['End', 500, 999],
    ['ArrowUp', 0, 0],
    ['PageDown', 998, 999],
  ])('%s from row %d goes to row %d', (key, from, to) => {
    expect(rowAfterKey(small, from, key)).toBe(to);
  });

  it('leaves other keys alone', () => {
    expect(rowAfterKey(small, 5, 'a')).toBeUndefined();
  });

  it.each([
    [0, 5, 0],
    [0, 20, 440],
    [1000, 3, 120],
    [0, 999, 39_600],
  ])('from offset %d, row %d is shown at offset %d', (offset, index, expected) => {
    expect(offsetToShow(small, offset, index)).toBe(expected);
  });
});
