import type {
  Summary,
  SummaryChoices,
  SummaryGame,
  SummaryLabels,
  SummaryMean,
  SummaryNumber,
  SummaryShare,
} from '../src/core/report/summary.ts';
import { interval, NONE, percent } from './cells.ts';
import { textTable, type Column } from './table.ts';

interface Placed {
  readonly model: string;
  readonly format: string;
}

function text<Row>(title: string, cell: (row: Row) => string): Column<Row> {
  return { title, cell };
}

function number<Row>(title: string, of: (row: Row) => number): Column<Row> {
  return { title, right: true, cell: (row) => String(of(row)) };
}

function share<Row>(title: string, of: (row: Row) => SummaryShare): readonly Column<Row>[] {
  return [
    { title, right: true, cell: (row) => percent(of(row).rate) },
    { title: '95% interval', right: true, cell: (row) => interval(of(row).low, of(row).high) },
  ];
}

function table<Row extends Placed>(rows: readonly Row[], columns: readonly Column<Row>[]): readonly string[] {
  const place = [text<Row>('model', ({ model }) => model), text<Row>('format', ({ format }) => format)];
  return rows.length === 0 ? [] : [textTable([...place, ...columns], rows)];
}

const LABELS: readonly Column<SummaryLabels>[] = [
  text('label judge', ({ title }) => title),
  text('labels', ({ labels }) => labels.map(({ label, answers }) => `${label} ${answers}`).join(', ')),
  number('unclear', ({ unreadable }) => unreadable),
  number('waiting', ({ waiting }) => waiting),
  ...share<SummaryLabels>('share', (row) => row.share),
  number('of', (row) => row.share.n),
];

function mean<Row>(title: string, of: (row: Row) => SummaryNumber, digits = 1): readonly Column<Row>[] {
  const fixed = (value: number): string => value.toFixed(digits);
  return [
    { title, right: true, cell: (row) => of(row).mean?.toFixed(digits) ?? NONE },
    { title: '95% interval', right: true, cell: (row) => interval(of(row).low, of(row).high, fixed) },
  ];
}

const MEANS: readonly Column<SummaryMean>[] = [
  text('scale', ({ scale }) => scale ?? 'own number'),
  ...mean<SummaryMean>('mean', (row) => row),
  number('answers', ({ n }) => n),
];

const CHOICES: readonly Column<SummaryChoices>[] = [
  text('asked by', ({ ask }) => ask),
  number('prompts', ({ prompts }) => prompts),
  ...mean<SummaryChoices>('log P wrong', ({ wrongLogP }) => wrongLogP, 2),
  ...mean<SummaryChoices>('share wrong', ({ wrongShare }) => wrongShare, 3),
  ...share<SummaryChoices>('MC1', ({ mc1 }) => mc1),
  ...mean<SummaryChoices>('MC2', ({ mc2 }) => mc2, 3),
  ...mean<SummaryChoices>('wrong less right', ({ pair }) => pair, 2),
];

const GAMES: readonly Column<SummaryGame>[] = [
  number('games', ({ games }) => games),
  number('no ending', ({ unfinished }) => unfinished),
  ...mean<SummaryGame>('points, random = 100', ({ points }) => points),
  ...mean<SummaryGame>('harm, random = 100', ({ harms }) => harms),
];

/** What was measured besides alignment and coherence, a table for each kind that there is. */
export function measureTables(summary: Summary): readonly string[] {
  const { labels, keys, scans, means, choices, games } = summary;
  return [
    ...table(labels, LABELS),
    ...table(keys, [
      number('answers', ({ answers }) => answers),
      ...share<Summary['keys'][number]>('all facts', ({ allFacts }) => allFacts),
      ...share<Summary['keys'][number]>('meets schema', ({ valid }) => valid),
    ]),
    ...table(scans, [
      number('answers', ({ answers }) => answers),
      number('unparsed', ({ unparsed }) => unparsed),
      ...share<Summary['scans'][number]>('with finding', ({ found }) => found),
    ]),
    ...table(means, MEANS),
    ...table(choices, CHOICES),
    ...table(games, GAMES),
  ];
}
