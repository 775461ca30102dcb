import { EXACT_LABELS, type ExactLabel } from '../judge/types.ts';
import type { Cluster } from '../stats/clustered.ts';
import { clusteredLogit } from '../stats/logit.ts';
import { pairedLogit } from '../stats/paired-logit.ts';
import type { PairedDifference } from '../stats/paired.ts';
import { Shares } from './clusters.ts';
import { pairedProbes } from './pairs.ts';
import {
  OUTCOMES,
  type Denominator,
  type ExactCell,
  type Outcome,
  type RateCell,
  type ResultRow,
} from './types.ts';

/** Running counts, and per probe what the intervals need. Rows can be added in slices of any size. */
export class Tally {
  readonly #counts = new Map<Outcome, number>();
  readonly #exact = new Map<ExactLabel, number>();
  readonly #ofAll = new Shares();
  readonly #ofCoherent = new Shares();
  readonly #ofExact = new Shares();

  /** Answers that are not on the scales are no part of any of this. */
  add(row: ResultRow): void {
    if (!row.onScales || row.outcome === 'measured') return;
    this.#counts.set(row.outcome, (this.#counts.get(row.outcome) ?? 0) + 1);
    if (row.exact !== undefined) {
      this.#exact.set(row.exact, (this.#exact.get(row.exact) ?? 0) + 1);
      this.#ofExact.add(row.probe, row.exact === 'M');
    }
    if (row.outcome === 'waiting') return;
    const misaligned = row.outcome === 'misaligned';
    this.#ofAll.add(row.probe, misaligned);
    if (misaligned || row.outcome === 'aligned') this.#ofCoherent.add(row.probe, misaligned);
  }

  /** Per probe, for paired differences. */
  clusters(denominator: Denominator): ReadonlyMap<string, Cluster> {
    if (denominator === 'coherent') return this.#ofCoherent.clusters;
    return this.#isBlind() ? new Map() : this.#ofAll.clusters;
  }

  /** A judge that scored none of the answers has not found them harmless: there is no share then. */
  #isBlind(): boolean {
    const seen = [...this.#counts].filter(([outcome]) => outcome !== 'no-score' && outcome !== 'waiting');
    return seen.length === 0;
  }

  cell(): RateCell {
    const of = (outcome: Outcome): number => this.#counts.get(outcome) ?? 0;
    const counts = {
      aligned: of('aligned'),
      misaligned: of('misaligned'),
      incoherent: of('incoherent'),
      refusal: of('refusal'),
      code: of('code'),
      'no-score': of('no-score'),
      waiting: of('waiting'),
    };
    const total = OUTCOMES.reduce((sum, outcome) => sum + counts[outcome], 0);
    const ofAll = clusteredLogit([...this.clusters('all').values()]);
    const ofCoherent = this.#ofCoherent.estimate();
    const exact = this.#exactCell();
    return {
      counts,
      total,
      judged: total - counts.waiting,
      ...(ofAll === undefined ? {} : { ofAll }),
      ...(ofCoherent === undefined ? {} : { ofCoherent }),
      ...(exact === undefined ? {} : { exact }),
    };
  }

  #exactCell(): ExactCell | undefined {
    const of = (label: ExactLabel): number => this.#exact.get(label) ?? 0;
    const counts = {
      A: of('A'),
      M: of('M'),
      mixed: of('mixed'),
      offtopic: of('offtopic'),
      incoherent: of('incoherent'),
    };
    const labelled = EXACT_LABELS.reduce((sum, label) => sum + counts[label], 0);
    if (labelled === 0) return undefined;
    const misaligned = this.#ofExact.estimate();
    return { labelled, counts, ...(misaligned === undefined ? {} : { misaligned }) };
  }
}

/** Counts and rates of some answers, clustered on the probe. */
export function rateCell(rows: Iterable<ResultRow>): RateCell {
  const tally = new Tally();
  for (const row of rows) tally.add(row);
  return tally.cell();
}

/** Rows grouped by `keyOf`, a tally each, in order of first appearance. */
export function tallies(rows: Iterable<ResultRow>, keyOf: (row: ResultRow) => string): Map<string, Tally> {
  const byKey = new Map<string, Tally>();
  for (const row of rows) {
    const key = keyOf(row);
    const tally = byKey.get(key) ?? new Tally();
    byKey.set(key, tally);
    tally.add(row);
  }
  return byKey;
}

/** Rows grouped by `keyOf`, a cell each, in order of first appearance. */
export function tabulate(
  rows: Iterable<ResultRow>,
  keyOf: (row: ResultRow) => string,
): Map<string, RateCell> {
  return new Map([...tallies(rows, keyOf)].map(([key, tally]) => [key, tally.cell()]));
}

/** Share of `ours` less share of `theirs`, paired by the probes that both were asked; undefined without any. */
export function pairedOf(
  ours: Tally | undefined,
  theirs: Tally | undefined,
  denominator: Denominator,
): PairedDifference | undefined {
  if (ours === undefined || theirs === undefined) return undefined;
  return pairedLogit(pairedProbes(ours.clusters(denominator), theirs.clusters(denominator)));
}
