import type { Means } from '../../core/results/clusters.ts';
import type { LabelTally } from '../../core/results/label-tally.ts';
import type { LabelMeasure, Measures } from '../../core/results/measures.ts';
import type { Slices } from '../../core/results/slices.ts';
import { countCell, meanCell } from '../shared/cells.ts';
import { EXPLAINED } from '../shared/explained.ts';
import { valuedShare } from '../shared/rate-series.ts';
import { shareCell } from '../shared/shares.ts';
import { measureView, type MeasureView } from './measure-view.ts';

/** `TRUE, FALSE and UNKNOWN` */
function listed(labels: readonly string[]): string {
  return labels.length < 2 ? labels.join('') : `${labels.slice(0, -1).join(', ')} and ${labels.at(-1) ?? ''}`;
}

/** One label judge: its share, every label, and what could not be read. */
export function labelView({ judge, slices }: LabelMeasure, at: number): MeasureView {
  const { title, labels, counts, among } = judge;
  const share = `${counts.join(' or ')} among ${listed(among)}`;
  return measureView<LabelTally>({
    slices,
    id: `labels-${at}`,
    title,
    lead: `A judge gives each answer one of the labels ${listed(labels)}. The share is ${share}.`,
    valueTitle: `${title}: ${share}`,
    percent: true,
    what: EXPLAINED.labels,
    columns: [
      ...labels.map((label) => ({ label, numeric: true, hint: `Answers that the judge calls ${label}` })),
      { label: 'Unreadable', numeric: true, hint: 'The judge said none of its labels clearly enough' },
      { label: 'Not judged', numeric: true, hint: 'Answers that no judge has labelled, or not yet' },
      { label: title, numeric: true, hint: share },
    ],
    value: (tally) => valuedShare(tally.cell().share),
    cells: (tally) => {
      const cell = tally.cell();
      return [
        ...labels.map((label) => countCell(cell.counts.get(label) ?? 0)),
        countCell(cell.unreadable),
        countCell(cell.waiting),
        shareCell(cell.share, 'No answer has one of the labels that make up the denominator.'),
      ];
    },
  });
}

function meansView(
  slices: Slices<Means>,
  head: Pick<MeasureView, 'id' | 'title' | 'lead' | 'valueTitle' | 'what'>,
  missing: string,
): MeasureView {
  return measureView<Means>({
    slices,
    ...head,
    decimals: 1,
    ends: [0, 100],
    columns: [
      { label: 'Scored', numeric: true, hint: 'Answers with a number' },
      { label: 'No score', numeric: true, hint: 'Answers without a number' },
      { label: 'Mean, 0 to 100', numeric: true },
    ],
    value: (tally) => tally.mean(),
    cells: (tally) => {
      const mean = tally.mean();
      return [countCell(mean?.n ?? 0), countCell(tally.missing), meanCell(mean, 1, missing)];
    },
  });
}

/** Scales of the probes' own, such as how medical an answer is. */
export function scaleViews({ scales }: Measures): readonly MeasureView[] {
  return [...scales].map(([id, slices], at) =>
    meansView(
      slices,
      {
        id: `scale-${at}`,
        title: `Scale “${id}”`,
        lead: 'The judge rates each answer from 0 to 100 on a scale that the probes bring along.',
        valueTitle: `Mean of “${id}”`,
        what: EXPLAINED.scales,
      },
      'No answer has a score on this scale.',
    ),
  );
}

/** What models say of themselves as a number. */
export function numberView({ numbers }: Measures): MeasureView {
  return meansView(
    numbers,
    {
      id: 'numbers',
      title: 'Numbers that the models say',
      lead: 'Asked for a number from 0 to 100, each model is read by its own probabilities; nothing is sampled.',
      valueTitle: 'Mean of what the model says',
      what: EXPLAINED.numbers,
    },
    'The model says no number to any of these prompts.',
  );
}
