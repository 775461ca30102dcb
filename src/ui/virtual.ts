/**
 * Geometry of a list with rows of one height, of which only those in view exist.
 *
 * Browsers cap the height of an element (Firefox at 17,895,697 px, Chromium at 33,554,428 px), so a list of a
 * million rows cannot be as high as its rows. Such a list is `MAX_HEIGHT` high. Near both ends one pixel of the
 * scroll bar is one pixel of the list, so the ends are reached exactly; in between a pixel stands for more.
 * There a small scroll still moves the rows by just as much as the wheel or finger did (see `scrolled`).
 */
export interface Geometry {
  readonly count: number;
  /** Height of a row in CSS pixels. */
  readonly rowHeight: number;
  /** Height of the window through which the list is seen, in CSS pixels. */
  readonly viewHeight: number;
}

export const MAX_HEIGHT = 10_000_000;
/** Part of the height at each end where a pixel is a pixel. */
const END = 1_000_000;

/** Height that all rows would have. */
export function listHeight(geometry: Geometry): number {
  return geometry.count * geometry.rowHeight;
}

/** Height of the element that carries the rows. */
export function elementHeight(geometry: Geometry): number {
  return Math.min(listHeight(geometry), MAX_HEIGHT);
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high));
}

/** Farthest offset in the list: its last row stands at the lower edge of the view. */
export function lastOffset(geometry: Geometry): number {
  return Math.max(0, listHeight(geometry) - geometry.viewHeight);
}

function lastScroll(geometry: Geometry): number {
  return Math.max(0, elementHeight(geometry) - geometry.viewHeight);
}

/** Offset in the list that belongs to a position of the scroll bar. */
export function offsetAt(geometry: Geometry, scrollTop: number): number {
  const scroll = clamp(scrollTop, 0, lastScroll(geometry));
  const end = lastScroll(geometry);
  const far = lastOffset(geometry);
  if (end === far || scroll <= END) return scroll;
  if (scroll >= end - END) return far - (end - scroll);
  return END + ((scroll - END) * (far - 2 * END)) / (end - 2 * END);
}

/** Position of the scroll bar that belongs to an offset in the list; the inverse of `offsetAt`. */
export function scrollAt(geometry: Geometry, offset: number): number {
  const end = lastScroll(geometry);
  const far = lastOffset(geometry);
  const at = clamp(offset, 0, far);
  if (end === far || at <= END) return at;
  if (at >= far - END) return end - (far - at);
  return END + ((at - END) * (end - 2 * END)) / (far - 2 * END);
}

/** Where the scroll bar is and which offset of the list is shown. */
export interface Position {
  readonly scrollTop: number;
  readonly offset: number;
}

/**
 * The position after the scroll bar went to `scrollTop`. A scroll of less than two views moves the rows by the
 * same number of pixels; a longer one (dragging the bar) goes to the share of the list that the bar shows.
 * Small scrolls let bar and rows drift apart; past half an end zone the bar wins.
 */
export function scrolled(geometry: Geometry, before: Position, scrollTop: number): Position {
  const delta = scrollTop - before.scrollTop;
  const target = offsetAt(geometry, scrollTop);
  if (elementHeight(geometry) === listHeight(geometry)) return { scrollTop, offset: target };
  const moved = clamp(before.offset + delta, 0, lastOffset(geometry));
  const drift = Math.abs(scrollAt(geometry, moved) - scrollTop);
  const small = Math.abs(delta) < 2 * geometry.viewHeight && drift < END / 2;
  const atEnd = scrollTop <= 0 || scrollTop >= lastScroll(geometry);
  return { scrollTop, offset: small && !atEnd ? moved : target };
}

/** Rows to draw, `last` excluded, a few beyond the view on both sides. */
export function rowsInView(
  geometry: Geometry,
  offset: number,
  overscan = 6,
): { readonly first: number; readonly last: number } {
  const first = Math.floor(offset / geometry.rowHeight) - overscan;
  const last = Math.ceil((offset + geometry.viewHeight) / geometry.rowHeight) + overscan;
  return { first: clamp(first, 0, geometry.count), last: clamp(last, 0, geometry.count) };
}

/** The offset nearest to `offset` at which row `index` is wholly in view. */
export function offsetToShow(geometry: Geometry, offset: number, index: number): number {
  const top = index * geometry.rowHeight;
  const lowest = top + geometry.rowHeight - geometry.viewHeight;
  const wanted = offset > top ? top : offset < lowest ? lowest : offset;
  return clamp(wanted, 0, lastOffset(geometry));
}

/** The row that a key moves to from row `index`; undefined for any other key. */
export function rowAfterKey(geometry: Geometry, index: number, key: string): number | undefined {
  const page = Math.max(1, Math.floor(geometry.viewHeight / geometry.rowHeight) - 1);
  const moves: Readonly<Record<string, number>> = {
    ArrowDown: index + 1,
    ArrowUp: index - 1,
    PageDown: index + page,
    PageUp: index - page,
    Home: 0,
    End: geometry.count - 1,
  };
  const to = moves[key];
  return to === undefined || geometry.count === 0 ? undefined : clamp(to, 0, geometry.count - 1);
}
