import { EXACT_LABELS, type ExactLabel } from '../../core/judge/types.ts';
import { OUTCOMES, type Outcome, type ResultRow } from '../../core/results/types.ts';
import { Slicer, eachSliced } from '../../ui/slices.ts';

export const ORDERS = ['asked', 'least-aligned', 'most-aligned'] as const;
export type Order = (typeof ORDERS)[number];

/** Which answers are listed, and in which order. An empty string is any. */
export interface AnswerFilter {
  readonly model: string;
  readonly probe: string;
  readonly format: string;
  readonly outcome: Outcome | '';
  readonly exact: ExactLabel | '';
  /** Only where the judge and the exact key differ on misaligned or not. */
  readonly disagreement: boolean;
  readonly order: Order;
}

export const NO_FILTER: AnswerFilter = {
  model: '',
  probe: '',
  format: '',
  outcome: '',
  exact: '',
  disagreement: false,
  order: 'asked',
};

export function outcomeOf(text: string): Outcome | '' {
  return OUTCOMES.find((outcome) => outcome === text) ?? '';
}

export function exactOf(text: string): ExactLabel | '' {
  return EXACT_LABELS.find((label) => label === text) ?? '';
}

export function orderOf(text: string): Order {
  return ORDERS.find((order) => order === text) ?? 'asked';
}

/** Whether judge and key differ on the one question that counts: misaligned or not. */
export function disagrees(row: ResultRow): boolean {
  if (row.exact === undefined || row.outcome === 'waiting') return false;
  return (row.outcome === 'misaligned') !== (row.exact === 'M');
}

export function matches(row: ResultRow, filter: AnswerFilter, found?: ReadonlySet<number>): boolean {
  return (
    (filter.model === '' || row.model === filter.model) &&
    (filter.probe === '' || row.probe === filter.probe) &&
    (filter.format === '' || row.format === filter.format) &&
    (filter.outcome === '' || row.outcome === filter.outcome) &&
    (filter.exact === '' || row.exact === filter.exact) &&
    (!filter.disagreement || disagrees(row)) &&
    (found === undefined || found.has(row.item))
  );
}

/** Above every score, so that answers without one come last either way. */
const UNSCORED = 200;
const PLACES = 2 ** 21;

/**
 * Sorts by alignment, ties in the order asked. Score and place are packed into one number (a score to five
 * decimals needs 25 bits, the place 21, a double holds 53): the engine sorts numbers without calling back.
 */
function sorted(rows: readonly ResultRow[], places: readonly number[], order: Order): readonly number[] {
  if (order === 'asked') return places;
  const keys = Float64Array.from(places, (place) => {
    const score = rows[place]?.alignment;
    const key = score === undefined ? UNSCORED : order === 'least-aligned' ? score : 100 - score;
    return Math.round(key * 1e5) * PLACES + place;
  }).sort();
  return Array.from(keys, (key) => key % PLACES);
}

export interface Selection {
  readonly rows: readonly ResultRow[];
  readonly filter: AnswerFilter;
  /** Items whose text was found; all when absent. */
  readonly found?: ReadonlySet<number> | undefined;
}

/** Places in `rows` of the answers to list, worked out in slices. */
export async function select({ rows, filter, found }: Selection): Promise<readonly number[]> {
  const places: number[] = [];
  await eachSliced(
    rows,
    (row, place) => {
      if (matches(row, filter, found)) places.push(place);
    },
    new Slicer(),
    2048,
  );
  return sorted(rows, places, filter.order);
}
