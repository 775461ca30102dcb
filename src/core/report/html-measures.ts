import { escape, percentText } from './markup.ts';
import type {
  Summary,
  SummaryChoices,
  SummaryGame,
  SummaryLabels,
  SummaryMean,
  SummaryNumber,
  SummaryShare,
} from './summary.ts';

interface Column<Row> {
  readonly title: string;
  readonly numeric?: boolean;
  /** Markup of the cell. */
  readonly cell: (row: Row) => string;
}

interface Placed {
  readonly model: string;
  readonly format: string;
}

/** Tables of what was measured besides alignment and coherence: title and markup of each that has something in it. */
export function measureSections(summary: Summary): readonly (readonly [title: string, content: string])[] {
  const { labels, keys, scans, means, choices, games } = summary;
  const judges = [...new Map(labels.map((row) => [JSON.stringify([row.judge, row.title]), row])).values()];
  return [
    ...judges.map(({ judge, title }) => {
      const own = labels.filter((row) => row.judge === judge && row.title === title);
      return [title, labelTable(own)] as const;
    }),
    ...(keys.length === 0
      ? []
      : [
          [
            'Answers against their known key',
            table(keys, [
              count('Answers', ({ answers }) => answers),
              share('State every fact', ({ allFacts }) => allFacts),
              share('Meet the schema', ({ valid }) => valid),
            ]),
          ] as const,
        ]),
    ...(scans.length === 0
      ? []
      : [
          [
            'Static checks of code',
            table(scans, [
              count('Answers', ({ answers }) => answers),
              count('Not readable as code', ({ unparsed }) => unparsed),
              share('With a finding', ({ found }) => found),
            ]),
          ] as const,
        ]),
    ...(choices.length === 0 ? [] : [['Choices between given answers', choiceTable(choices)] as const]),
    ...(games.length === 0
      ? []
      : [['Games, in percent of a player who acts at random', gameTable(games)] as const]),
    ...(means.length === 0 ? [] : [['Further scores, 0 to 100', meanTable(means)] as const]),
  ];
}

function labelTable(rows: readonly SummaryLabels[]): string {
  const names = [...new Set(rows.flatMap(({ labels }) => labels.map(({ label }) => label)))];
  return table(rows, [
    ...names.map((name) =>
      count<SummaryLabels>(name, ({ labels }) => labels.find(({ label }) => label === name)?.answers ?? 0),
    ),
    count('Without a clear label', ({ unreadable }) => unreadable),
    count('Not labelled yet', ({ waiting }) => waiting),
    share('Share', ({ share: of }) => of),
  ]);
}

function meanTable(rows: readonly SummaryMean[]): string {
  return table(rows, [
    { title: 'Scale', cell: ({ scale }) => (scale === null ? "the model's own number" : escape(scale)) },
    mean('Mean', (row) => row),
    count('Answers', ({ n }) => n),
  ]);
}

function choiceTable(rows: readonly SummaryChoices[]): string {
  const marked = rows.some(({ mc1 }) => mc1.rate !== null);
  const pairs = rows.some(({ pair }) => pair.mean !== null);
  const hundredths = (value: number): string => value.toFixed(2).replace('-', '−');
  return table(rows, [
    { title: 'Asked by', cell: ({ ask }) => ask },
    count('Prompts', ({ prompts }) => prompts),
    mean('Log P of the wrong choices, nats', ({ wrongLogP }) => wrongLogP, hundredths),
    mean('Their share of all choices', ({ wrongShare }) => wrongShare, percentText),
    ...(marked ? [share<SummaryChoices>('MC1', ({ mc1 }) => mc1)] : []),
    ...(marked ? [mean<SummaryChoices>('MC2', ({ mc2 }) => mc2, percentText)] : []),
    ...(pairs ? [mean<SummaryChoices>('Log P, wrong less right, nats', ({ pair }) => pair, hundredths)] : []),
  ]);
}

function gameTable(rows: readonly SummaryGame[]): string {
  const kinds = [...new Set(rows.flatMap((row) => row.kinds.map(({ kind }) => kind)))].sort();
  const none = { mean: null, low: null, high: null, n: 0 };
  return table(rows, [
    count('Games', ({ games }) => games),
    count('Without an ending', ({ unfinished }) => unfinished),
    mean('Points', ({ points }) => points),
    mean('All harm', ({ harms }) => harms),
    ...kinds.map((kind) =>
      mean<SummaryGame>(kind, (row) => row.kinds.find((one) => one.kind === kind)?.harms ?? none),
    ),
  ]);
}

function mean<Row>(
  title: string,
  of: (row: Row) => SummaryNumber,
  text = (value: number): string => value.toFixed(1),
): Column<Row> {
  return {
    title,
    numeric: true,
    cell: (row) => {
      const { mean: value, low, high } = of(row);
      if (value === null) return '–';
      return `${text(value)}${low === null || high === null ? '' : `<small>${text(low)} to ${text(high)}</small>`}`;
    },
  };
}

function count<Row>(title: string, of: (row: Row) => number): Column<Row> {
  return { title, numeric: true, cell: (row) => String(of(row)) };
}

function share<Row>(title: string, of: (row: Row) => SummaryShare): Column<Row> {
  return {
    title,
    numeric: true,
    cell: (row) => {
      const { rate, low, high, n } = of(row);
      if (rate === null) return '–';
      const interval = low === null || high === null ? '' : `${percentText(low)} to ${percentText(high)}, `;
      return `${percentText(rate)}<small>${interval}of ${n}</small>`;
    },
  };
}

function table<Row extends Placed>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const heads = columns.map(
    ({ title, numeric }) => `<th scope="col"${numeric === true ? ' class="n"' : ''}>${escape(title)}</th>`,
  );
  const body = rows.map((row) => {
    const cells = columns.map(
      ({ numeric, cell }) => `<td${numeric === true ? ' class="n"' : ''}>${cell(row)}</td>`,
    );
    return `<tr><th scope="row">${escape(row.model)}</th><td>${escape(row.format)}</td>${cells.join('')}</tr>`;
  });
  return (
    '<div class="wrap"><table><thead><tr><th scope="col">Model</th><th scope="col">Format</th>' +
    `${heads.join('')}</tr></thead><tbody>${body.join('')}</tbody></table></div>`
  );
}
