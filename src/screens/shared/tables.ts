import { cellKey } from '../../core/results/cell-key.ts';
import { Measures } from '../../core/results/measures.ts';
import { Tally } from '../../core/results/tabulate.ts';
import { Curve } from '../../core/results/thresholds.ts';
import type { RateCell, ResultRow } from '../../core/results/types.ts';
import type { Plan, PlanGroup } from '../../core/run/types.ts';
import type { ScatterPoint } from '../../ui/density.ts';
import { Slicer, eachSliced } from '../../ui/slices.ts';

export { cellKey };

/** Everything that the tables and charts of one run show, made in one pass over its rows. */
export interface RunTables {
  /** Key: `cellKey(model, format)`. */
  readonly cells: ReadonlyMap<string, RateCell>;
  readonly tallies: ReadonlyMap<string, Tally>;
  /** Over all formats; key: the model's SHA-256. */
  readonly models: ReadonlyMap<string, Tally>;
  /** Key: `probeKey`. */
  readonly probeCells: ReadonlyMap<string, RateCell>;
  readonly probeTallies: ReadonlyMap<string, Tally>;
  /** Key: `cellKey(model, format, domain)`. */
  readonly domainCells: ReadonlyMap<string, RateCell>;
  /** Key: `cellKey(model, format, turn)`. */
  readonly turnCells: ReadonlyMap<string, RateCell>;
  /** Key: `wordingKey`; their cells are made when somebody looks. */
  readonly wordings: ReadonlyMap<string, Tally>;
  /** Key: `cellKey(model, format)`. */
  readonly curves: ReadonlyMap<string, Curve>;
  readonly measures: Measures;
  /** Answers with both scores, by format; `series` is the model's place in the run. */
  readonly points: ReadonlyMap<string, readonly ScatterPoint[]>;
  readonly waiting: number;
  readonly total: number;
  readonly keyed: boolean;
}

export function probeKey(model: string, format: string, probe: string): string {
  return cellKey(model, format, probe);
}

export function wordingKey(model: string, format: string, probe: string, wording: number): string {
  return cellKey(model, format, probe, wording);
}

class Tallies {
  readonly byKey = new Map<string, Tally>();

  at(...key: Parameters<typeof cellKey>): Tally {
    const name = cellKey(...key);
    const found = this.byKey.get(name);
    if (found !== undefined) return found;
    const made = new Tally();
    this.byKey.set(name, made);
    return made;
  }
}

/** What the rows of one group go into; worked out once, for a row is one of thousands. */
interface Place {
  readonly tallies: readonly Tally[];
  readonly curve: Curve;
  readonly coherentAbove: number;
  readonly points: ScatterPoint[];
}

class Builder {
  readonly plan: Plan;
  readonly models = new Tallies();
  readonly formats = new Tallies();
  readonly domains = new Tallies();
  readonly turns = new Tallies();
  readonly probes = new Tallies();
  readonly wordings = new Tallies();
  readonly curves = new Map<string, Curve>();
  readonly points = new Map<string, ScatterPoint[]>();
  readonly measures: Measures;
  waiting = 0;
  keyed = false;
  readonly #places: (Place | undefined)[] = [];

  constructor(plan: Plan) {
    this.plan = plan;
    this.measures = new Measures(plan);
  }

  add(row: ResultRow): void {
    const group = this.plan.groups[row.group];
    if (row.outcome === 'waiting') this.waiting += 1;
    this.measures.add(row);
    if (!row.onScales || group === undefined) return;
    const place = this.#places[row.group] ?? (this.#places[row.group] = this.#placeOf(row, group));
    for (const tally of place.tallies) tally.add(row);
    place.curve.add(row, place.coherentAbove);
    this.keyed ||= row.exact !== undefined;
    if (row.alignment === undefined || row.coherence === undefined) return;
    place.points.push({ x: row.coherence, y: row.alignment, series: group.model });
  }

  #placeOf({ model, probe, wording, turn }: ResultRow, { format, domain }: PlanGroup): Place {
    const key = cellKey(model, format.id);
    const curve = this.curves.get(key) ?? new Curve();
    this.curves.set(key, curve);
    const points = this.points.get(format.id) ?? [];
    this.points.set(format.id, points);
    const tallies = [
      this.models.at(model),
      this.formats.at(model, format.id),
      this.domains.at(model, format.id, domain),
      this.turns.at(model, format.id, turn),
      this.probes.at(model, format.id, probe),
      this.wordings.at(model, format.id, probe, wording),
    ];
    return { tallies, curve, points, coherentAbove: format.coherentAbove ?? 0 };
  }
}

/** Cells of tallies, worked out in slices. */
export async function cellsOf(
  tallies: ReadonlyMap<string, Tally>,
  slicer = new Slicer(),
): Promise<ReadonlyMap<string, RateCell>> {
  const cells = new Map<string, RateCell>();
  await eachSliced([...tallies], ([key, tally]) => cells.set(key, tally.cell()), slicer, 8);
  return cells;
}

async function aggregate(rows: readonly ResultRow[], plan: Plan): Promise<RunTables> {
  const slicer = new Slicer();
  const built = new Builder(plan);
  await eachSliced(
    rows,
    (row) => {
      built.add(row);
    },
    slicer,
  );
  return {
    cells: await cellsOf(built.formats.byKey, slicer),
    tallies: built.formats.byKey,
    models: built.models.byKey,
    probeCells: await cellsOf(built.probes.byKey, slicer),
    probeTallies: built.probes.byKey,
    domainCells: await cellsOf(built.domains.byKey, slicer),
    turnCells: await cellsOf(built.turns.byKey, slicer),
    wordings: built.wordings.byKey,
    curves: built.curves,
    measures: built.measures,
    points: built.points,
    waiting: built.waiting,
    total: rows.length,
    keyed: built.keyed,
  };
}

const made = new WeakMap<readonly ResultRow[], Promise<RunTables>>();

/** Never holds the page for longer than a slice; the same array of rows is worked through once. */
export function tablesOf(rows: readonly ResultRow[], plan: Plan): Promise<RunTables> {
  const known = made.get(rows);
  if (known !== undefined) return known;
  const tables = aggregate(rows, plan);
  made.set(rows, tables);
  return tables;
}
