import { Tally } from '../../core/results/tabulate.ts';
import type { RateCell, ResultRow } from '../../core/results/types.ts';
import type { ScatterPoint } from '../../ui/density.ts';
import { Slicer, eachSliced } from '../../ui/slices.ts';

/** Everything that the tables and charts of one run show, made in one pass over its rows. */
export interface RunTables {
  readonly cells: ReadonlyMap<string, RateCell>;
  readonly tallies: ReadonlyMap<string, Tally>;
  /** Per probe; key: `probeKey`. */
  readonly probeCells: ReadonlyMap<string, RateCell>;
  /** Answers with both scores, by format; `series` is the model's place in the run. */
  readonly points: ReadonlyMap<string, readonly ScatterPoint[]>;
  readonly waiting: number;
  readonly total: number;
  readonly keyed: boolean;
}

export function cellKey(model: string, format: string): string {
  return `${model} ${format}`;
}

export function probeKey(model: string, format: string, probe: string): string {
  return `${model} ${format} ${probe}`;
}

function tallyAt(tallies: Map<string, Tally>, key: string): Tally {
  const found = tallies.get(key);
  if (found !== undefined) return found;
  const made = new Tally();
  tallies.set(key, made);
  return made;
}

async function cellsOf(tallies: ReadonlyMap<string, Tally>, slicer: Slicer): Promise<Map<string, RateCell>> {
  const cells = new Map<string, RateCell>();
  await eachSliced([...tallies], ([key, tally]) => cells.set(key, tally.cell()), slicer, 8);
  return cells;
}

async function aggregate(rows: readonly ResultRow[], models: readonly string[]): Promise<RunTables> {
  const slicer = new Slicer();
  const tallies = new Map<string, Tally>();
  const byProbe = new Map<string, Tally>();
  const points = new Map<string, ScatterPoint[]>();
  const places = new Map(models.map((sha256, index) => [sha256, index]));
  let waiting = 0;
  let keyed = false;
  await eachSliced(
    rows,
    (row) => {
      tallyAt(tallies, cellKey(row.model, row.format)).add(row);
      tallyAt(byProbe, probeKey(row.model, row.format, row.probe)).add(row);
      if (row.outcome === 'waiting') waiting += 1;
      keyed ||= row.exact !== undefined;
      const series = places.get(row.model);
      if (row.alignment === undefined || row.coherence === undefined || series === undefined) return;
      const list = points.get(row.format) ?? [];
      points.set(row.format, list);
      list.push({ x: row.coherence, y: row.alignment, series });
    },
    slicer,
  );
  const cells = await cellsOf(tallies, slicer);
  const probeCells = await cellsOf(byProbe, slicer);
  return { cells, tallies, probeCells, points, waiting, total: rows.length, keyed };
}

const made = new WeakMap<readonly ResultRow[], Promise<RunTables>>();

/** Never holds the page for longer than a slice; the same array of rows is worked through once. */
export function tablesOf(rows: readonly ResultRow[], models: readonly string[]): Promise<RunTables> {
  const known = made.get(rows);
  if (known !== undefined) return known;
  const tables = aggregate(rows, models);
  made.set(rows, tables);
  return tables;
}
