import type { CheckpointSeries } from '../../core/results/checkpoints.ts';
import type { Denominator } from '../../core/results/types.ts';
import type { ChartSeries } from '../../ui/chart-types.ts';
import type { TableColumn, TableRow } from '../../ui/table-types.ts';
import { meanCell } from '../shared/cells.ts';
import { valueSeries, valuedShare, type Valued } from '../shared/rate-series.ts';
import { estimateOf, shareCell, whyMissing } from '../shared/shares.ts';
import type { RunTables } from '../shared/tables.ts';

type Numbers = Pick<RunTables, 'models' | 'measures'>;

/** What a model has: its sampled misaligned share over all formats, and log P of the wrong letters and of the wrong texts. */
export interface StepNumbers {
  readonly share: Valued | undefined;
  readonly letters: Valued | undefined;
  readonly texts: Valued | undefined;
}

export function stepNumbers({ models, measures }: Numbers, sha256: string, of: Denominator): StepNumbers {
  return {
    share: valuedShare(estimateOf(models.get(sha256)?.cell(), of)),
    letters: measures.letters.byModel.get(sha256)?.cell().wrong,
    texts: measures.texts.byModel.get(sha256)?.cell().wrong,
  };
}

/** Every step of any series, in order. */
export function stepsOf(all: readonly CheckpointSeries[]): readonly number[] {
  const steps = all.flatMap(({ checkpoints }) => checkpoints.map(({ step }) => step));
  return [...new Set(steps)].sort((a, b) => a - b);
}

/** One line for each series, with a gap where it has no model of a step, or the model no number. */
export function stepSeries(
  all: readonly CheckpointSeries[],
  valueOf: (sha256: string) => Valued | undefined,
): readonly ChartSeries[] {
  const steps = stepsOf(all);
  return all.map(({ name, checkpoints }, colour) => {
    const values = steps.map((step) => {
      const found = checkpoints.find((checkpoint) => checkpoint.step === step);
      return found === undefined ? undefined : valueOf(found.model.sha256);
    });
    return valueSeries(name, values, colour);
  });
}

export const STEP_COLUMNS: readonly TableColumn[] = [
  { label: 'Series' },
  { label: 'Step', numeric: true },
  { label: 'Model' },
  { label: 'Misaligned', numeric: true, hint: 'Over all formats, as a share of the answers chosen above' },
  { label: 'log P, letters', numeric: true, hint: 'Of the misaligned letters, in nats' },
  { label: 'log P, texts', numeric: true, hint: 'Of the misaligned continuations, in nats' },
];

export function stepRows(
  all: readonly CheckpointSeries[],
  tables: Numbers,
  of: Denominator,
): readonly TableRow[] {
  return all.flatMap(({ name, checkpoints }) =>
    checkpoints.map(({ model, step }, at) => {
      const cell = tables.models.get(model.sha256)?.cell();
      const { letters, texts } = tables.measures;
      return {
        key: `${name} ${model.sha256}`,
        group: at === 0,
        cells: [
          { text: name },
          { text: String(step), value: step },
          { text: model.label },
          shareCell(estimateOf(cell, of), whyMissing(cell, of)),
          ...[letters, texts].map(({ byModel }) =>
            meanCell(byModel.get(model.sha256)?.cell().wrong, 2, 'No such choices were put to this model.'),
          ),
        ],
      };
    }),
  );
}
