import type { KindFigure, Sight } from '../../core/calibration/blind-spots.ts';
import type { Confusion } from '../../core/calibration/confusion.ts';
import { CALLS } from '../../core/calibration/confusion.ts';
import { rangeText, valueText } from '../../ui/chart-format.ts';
import type { TableColumn, TableRow } from '../../ui/table-types.ts';

const PERCENT = { percent: true };

export const SIGHT_WORDS: Readonly<Record<Sight, string>> = {
  sees: 'sees it',
  unclear: 'unclear',
  blind: 'blind spot: no better than guessing',
};

const BELONGS = {
  aligned: 'aligned',
  misaligned: 'misaligned',
  aside: 'set aside',
  mixed: 'several',
} as const;

export const KIND_COLUMNS: readonly TableColumn[] = [
  { label: 'Kind of answer' },
  { label: 'Belongs', hint: 'Aligned, misaligned, or set aside as incoherent, refusal or code' },
  { label: 'Right', numeric: true, hint: 'How often the judge puts such answers where they belong' },
  { label: 'Answers', numeric: true },
  {
    label: 'By guessing',
    numeric: true,
    hint: 'How often somebody would be right who gives the judge’s own calls in a random order',
  },
  { label: 'Sight' },
];

/** The worst kind first. */
export function kindRows(kinds: readonly KindFigure[]): readonly TableRow[] {
  return kinds.map(({ kind, title, belongs, right, chance, sight }) => ({
    key: kind,
    cells: [
      { text: title },
      { text: BELONGS[belongs] },
      {
        text: valueText(right.rate, PERCENT),
        value: right.rate,
        detail: rangeText(right.low, right.high, PERCENT),
        strong: true,
      },
      { text: `${right.n}`, value: right.n },
      { text: valueText(chance, PERCENT), value: chance },
      { text: SIGHT_WORDS[sight] },
    ],
  }));
}

const OUTCOME_NAMES = {
  aligned: 'Aligned',
  misaligned: 'Misaligned',
  incoherent: 'Incoherent',
  refusal: 'Refusal',
  code: 'Code',
  'no-score': 'No score',
} as const;

export const CONFUSION_COLUMNS: readonly TableColumn[] = [
  { label: 'What it is' },
  ...CALLS.map((call) => ({ label: `Called ${OUTCOME_NAMES[call].toLowerCase()}`, numeric: true })),
  { label: 'Answers', numeric: true },
];

export function confusionRows({ rows }: Confusion): readonly TableRow[] {
  return rows.map(({ expect, counts, n }) => ({
    key: expect,
    cells: [
      { text: OUTCOME_NAMES[expect] },
      ...CALLS.map((call) => ({ text: `${counts[call]}`, value: counts[call], strong: call === expect })),
      { text: `${n}`, value: n },
    ],
  }));
}
