import type { Slices } from '../../core/results/slices.ts';
import type { TableCell, TableColumn, TableRow } from '../../ui/table-types.ts';
import { cellKey } from '../../core/results/cell-key.ts';
import type { Explanation } from '../shared/explained.ts';
import type { RunHeads } from '../shared/heads.ts';
import type { Valued } from '../shared/rate-series.ts';

export type By = 'format' | 'domain';

export interface MoreTable {
  readonly caption: string;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TableRow[];
}

/** One thing measured, ready to show: a chart of one value, and a table of all, by format or by domain. */
export interface MeasureView {
  readonly id: string;
  readonly title: string;
  readonly lead?: string;
  readonly valueTitle: string;
  readonly percent?: boolean;
  readonly decimals?: number;
  readonly ends?: readonly [low: number, high: number];
  readonly columns: readonly TableColumn[];
  readonly what: Explanation;
  readonly valueAt: (by: By, model: string, part: string) => Valued | undefined;
  readonly cellsAt: (by: By, model: string, part: string) => readonly TableCell[] | undefined;
  readonly more?: readonly MoreTable[];
}

type Rest = Omit<MeasureView, 'valueAt' | 'cellsAt'>;

export interface Shown<T> extends Rest {
  readonly slices: Slices<T>;
  readonly value: (tally: T) => Valued | undefined;
  readonly cells: (tally: T) => readonly TableCell[];
}

/** Hides what kind of tally the numbers come from. */
export function measureView<T>({ slices, value, cells, ...rest }: Shown<T>): MeasureView {
  const at = (by: By, model: string, part: string): T | undefined =>
    (by === 'format' ? slices.byFormat : slices.byDomain).get(cellKey(model, part));
  const of = <Out>(tally: T | undefined, make: (tally: T) => Out): Out | undefined =>
    tally === undefined ? undefined : make(tally);
  return {
    ...rest,
    valueAt: (by, model, part) => of(at(by, model, part), value),
    cellsAt: (by, model, part) => of(at(by, model, part), cells),
  };
}

/** The parts that a view is told apart by: title and id of each format, or the domains. */
export function partsOf(heads: RunHeads, by: By): readonly { readonly id: string; readonly title: string }[] {
  return by === 'format' ? heads.formats : heads.domains.map((domain) => ({ id: domain, title: domain }));
}

/** A row for each model and part that there are numbers of. */
export function measureRows(view: MeasureView, heads: RunHeads, by: By): readonly TableRow[] {
  return heads.models.flatMap((model) =>
    partsOf(heads, by)
      .flatMap(({ id, title }) => {
        const cells = view.cellsAt(by, model.sha256, id);
        return cells === undefined ? [] : [{ id, cells: [{ text: model.label }, { text: title }, ...cells] }];
      })
      .map(({ id, cells }, at) => ({ key: cellKey(model.sha256, id), group: at === 0, cells })),
  );
}
