import {
  FEW_HITS,
  seenIn,
  smallestRise,
  waysTo,
  type Seen,
  type Wish,
} from '../../core/results/prospects.ts';
import type { Denominator } from '../../core/results/types.ts';
import { valueText } from '../../ui/chart-format.ts';
import { percent } from '../../ui/format.ts';
import type { TableCell, TableColumn, TableRow } from '../../ui/table-types.ts';
import { dashCell } from '../shared/cells.ts';
import type { RunHeads } from '../shared/heads.ts';
import { neededText } from '../shared/needed-words.ts';
import { estimateOf, shareCell } from '../shared/shares.ts';
import type { RunTables } from '../shared/tables.ts';

/** What is wished: a bound where nothing was seen, a half width where something was; shares of 1. */
export interface Wished {
  readonly upper: number;
  readonly half: number;
}

export const NEEDED_COLUMNS: readonly TableColumn[] = [
  { label: 'Model' },
  { label: 'Share now', numeric: true, hint: 'Over all formats' },
  { label: 'Probes × answers', hint: 'Answers to each probe, on average' },
  {
    label: 'How alike',
    numeric: true,
    hint: 'Intra-cluster correlation of answers to one probe: 0 independent, 1 all the same',
  },
  {
    label: 'Smallest rise found',
    numeric: true,
    hint: 'Over this model’s share, in four of five runs of this size',
  },
  { label: 'Wished' },
  { label: 'With more answers', wrap: true },
  { label: 'With more probes', wrap: true },
];

/** A row for each model, over all formats: what it takes to know its share as well as is wished. */
export function neededRows(
  heads: RunHeads,
  tables: Pick<RunTables, 'models'>,
  of: Denominator,
  wished: Wished,
): readonly TableRow[] {
  return heads.models.map(({ sha256, label }) => {
    const tally = tables.models.get(sha256);
    const seen = seenIn(tally?.clusters(of).values() ?? []);
    const share = shareCell(tally === undefined ? undefined : estimateOf(tally.cell(), of), 'No share yet.');
    return {
      key: sha256,
      cells: [{ text: label }, share, ...(seen === undefined ? unknown() : known(seen, wished))],
    };
  });
}

function unknown(): readonly TableCell[] {
  const dash = dashCell('Nothing is known of this model yet.');
  return [dash, dash, dash, dash, dash, dash];
}

/** Where a share is 0 there is no width to wish for, only a bound. */
export function wishOf(seen: Pick<Seen, 'rate'>, { upper, half }: Wished): Wish {
  return seen.rate === 0 ? { kind: 'bound', upper } : { kind: 'width', half, rate: seen.rate };
}

function known(seen: Seen, wished: Wished): readonly TableCell[] {
  const rise = smallestRise(seen);
  return [
    { text: `${seen.probes} × ${valueText(seen.answers, {})}` },
    {
      text: seen.icc.toFixed(2),
      value: seen.icc,
      note: seen.measured
        ? 'Measured on these answers.'
        : 'So few misaligned answers do not tell, so it is taken from published runs.',
      ...(seen.measured ? {} : { detail: 'published' }),
    },
    rise === undefined
      ? dashCell('With one probe, or this few answers, no rise is certain to be found.')
      : { text: valueText(rise, { signed: true }), value: rise },
    ...wishedCells(seen, wished),
  ];
}

/** What is wished, and both ways to it. A handful of hits says too little to plan from. */
function wishedCells(seen: Seen, wished: Wished): readonly TableCell[] {
  if (seen.hits > 0 && seen.hits < FEW_HITS) {
    const few = dashCell(
      `Only ${seen.hits} of the answers count: too few to tell how they spread. Ask more first.`,
    );
    return [{ ...few, detail: 'too few hits' }, few, few];
  }
  const wish = wishOf(seen, wished);
  const ways = waysTo(wish, seen);
  const wishText =
    wish.kind === 'bound'
      ? `upper end at ${percent(wish.upper)}`
      : `±${valueText(wish.half * 100, {})} points`;
  const now =
    ways.now === undefined
      ? ''
      : `now ${wish.kind === 'bound' ? percent(ways.now) : `±${valueText(ways.now * 100, {})}`}`;
  return [
    { text: wishText, ...(now === '' ? {} : { detail: now }) },
    { text: neededText(ways.moreAnswers) },
    { text: neededText(ways.moreProbes) },
  ];
}
