import { EXACT_LABELS, type ExactLabel } from '../../core/judge/types.ts';
import { OUTCOMES, type ResultRow, type RowOutcome } from '../../core/results/types.ts';
import type { PlanGroup } from '../../core/run/types.ts';
import { Slicer, eachSliced } from '../../ui/slices.ts';

/** Answers that a check found something in. */
export const CHECKS = ['fact-missed', 'schema-missed', 'finding', 'not-parsed'] as const;
export type Check = (typeof CHECKS)[number];

const TASKS = ['answer', 'number', 'choice', 'game'] as const;

export const ORDERS = ['asked', 'least-aligned', 'most-aligned'] as const;
export type Order = (typeof ORDERS)[number];

/** Which answers are listed, and in which order. An empty string is any. */
export interface AnswerFilter {
  readonly model: string;
  readonly probe: string;
  readonly format: string;
  readonly domain: string;
  /** Numbers from 0. */
  readonly wording: string;
  readonly turn: string;
  readonly task: PlanGroup['task']['kind'] | '';
  readonly outcome: RowOutcome | '';
  /** `labelValue` of a label judge's label, or of its unreadable answers. */
  readonly label: string;
  readonly check: Check | '';
  readonly exact: ExactLabel | '';
  /** Only what is judged on alignment and coherence. */
  readonly scaled: boolean;
  /** Only where the judge and the exact key differ on misaligned or not. */
  readonly disagreement: boolean;
  readonly order: Order;
}

export const NO_FILTER: AnswerFilter = {
  model: '',
  probe: '',
  format: '',
  domain: '',
  wording: '',
  turn: '',
  task: '',
  outcome: '',
  label: '',
  check: '',
  exact: '',
  scaled: false,
  disagreement: false,
  order: 'asked',
};

export function outcomeOf(text: string): RowOutcome | '' {
  return text === 'measured' ? text : (OUTCOMES.find((outcome) => outcome === text) ?? '');
}

export function taskOf(text: string): AnswerFilter['task'] {
  return TASKS.find((task) => task === text) ?? '';
}

export function checkOf(text: string): AnswerFilter['check'] {
  return CHECKS.find((check) => check === text) ?? '';
}

/** Names a label of a label judge; without a label, what the judge left unreadable. */
export function labelValue(judge: string, label = ''): string {
  return `${judge}\n${label}`;
}

export function exactOf(text: string): ExactLabel | '' {
  return EXACT_LABELS.find((label) => label === text) ?? '';
}

export function orderOf(text: string): Order {
  return ORDERS.find((order) => order === text) ?? 'asked';
}

/** Whether judge and key differ on the one question that counts: misaligned or not. */
export function disagrees(row: ResultRow): boolean {
  if (row.exact === undefined || row.outcome === 'waiting' || !row.onScales) return false;
  return (row.outcome === 'misaligned') !== (row.exact === 'M');
}

function failed({ key, scan }: ResultRow, check: Check): boolean {
  switch (check) {
    case 'fact-missed':
      return key?.facts.some(({ met }) => !met) ?? false;
    case 'schema-missed':
      return key?.valid === false;
    case 'finding':
      return scan !== undefined && scan.rules.length > 0;
    case 'not-parsed':
      return scan?.parsed === false;
  }
}

/** Domain and task are the group's; rows do not carry them. */
function fitsGroup(group: PlanGroup | undefined, { domain, task }: AnswerFilter): boolean {
  return (domain === '' || group?.domain === domain) && (task === '' || group?.task.kind === task);
}

function fitsMeasures(row: ResultRow, { wording, turn, label, check }: AnswerFilter): boolean {
  return (
    (wording === '' || row.wording === Number(wording)) &&
    (turn === '' || row.turn === Number(turn)) &&
    (label === '' ||
      (row.labels?.some((reading) => labelValue(reading.id, reading.label) === label) ?? false)) &&
    (check === '' || failed(row, check))
  );
}

export function matches(
  row: ResultRow,
  filter: AnswerFilter,
  groups: readonly PlanGroup[],
  found?: ReadonlySet<number>,
): boolean {
  return (
    (filter.model === '' || row.model === filter.model) &&
    (filter.probe === '' || row.probe === filter.probe) &&
    (filter.format === '' || row.format === filter.format) &&
    (filter.outcome === '' || row.outcome === filter.outcome) &&
    (filter.exact === '' || row.exact === filter.exact) &&
    (!filter.scaled || row.onScales) &&
    (!filter.disagreement || disagrees(row)) &&
    fitsGroup(groups[row.group], filter) &&
    fitsMeasures(row, filter) &&
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
  /** The plan's. */
  readonly groups: readonly PlanGroup[];
  readonly filter: AnswerFilter;
  /** Items whose text was found; all when absent. */
  readonly found?: ReadonlySet<number> | undefined;
}

/** Places in `rows` of the answers to list, worked out in slices. */
export async function select({ rows, groups, filter, found }: Selection): Promise<readonly number[]> {
  const places: number[] = [];
  await eachSliced(
    rows,
    (row, place) => {
      if (matches(row, filter, groups, found)) places.push(place);
    },
    new Slicer(),
    2048,
  );
  return sorted(rows, places, filter.order);
}
