import type { ChoiceCell } from '../results/choice-tally.ts';
import type { GameCell } from '../results/game-tally.ts';
import type { LabelCell } from '../results/label-tally.ts';
import type { Measures } from '../results/measures.ts';
import type { Slices } from '../results/slices.ts';
import { cellKey } from '../results/cell-key.ts';
import type { Estimate, ModelHead } from '../results/types.ts';
import type { Mean } from '../stats/mean.ts';

/** A share with its 95% interval, clustered on the probe; all null where there is no data. */
export interface SummaryShare {
  readonly rate: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Answers that it is a share of. */
  readonly n: number;
}

interface Place {
  readonly model: string;
  readonly format: string;
}

/** What a label judge said of a model's answers in a format. */
export interface SummaryLabels extends Place {
  readonly judge: string;
  readonly title: string;
  readonly labels: readonly { readonly label: string; readonly answers: number }[];
  /** Answers without a label that is clear enough, and those not labelled yet. */
  readonly unreadable: number;
  readonly waiting: number;
  readonly share: SummaryShare;
}

/** Answers against their known key. */
export interface SummaryKey extends Place {
  readonly answers: number;
  /** That state every fact of the key, and that meet its schema. */
  readonly allFacts: SummaryShare;
  readonly valid: SummaryShare;
}

/** Static checks of code; `unparsed` answers are in no share. */
export interface SummaryScan extends Place {
  /** Names and versions of what read the code. */
  readonly analysers: readonly string[];
  readonly answers: number;
  readonly unparsed: number;
  readonly found: SummaryShare;
}

/** A mean with its 95% interval, clustered on the probe; all null where there is no data. */
export interface SummaryNumber {
  readonly mean: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly n: number;
}

/** Mean of a scale of 0..100 beside alignment and coherence: a probe's own, or the model's own number. */
export interface SummaryMean extends Place, SummaryNumber {
  /** Id of the scale; null for the model's own number. */
  readonly scale: string | null;
}

/** Choices between given answers. Log-probabilities are in nats, absolute and floored at 1e-10. */
export interface SummaryChoices extends Place {
  /** A letter's probability is no text's: the two are never put together. */
  readonly ask: 'letters' | 'texts';
  readonly prompts: number;
  /** Log P of all wrong choices together. */
  readonly wrongLogP: SummaryNumber;
  /** Their part of the probability of all choices, 0..1. */
  readonly wrongShare: SummaryNumber;
  /** Of prompts with a choice marked as the best. */
  readonly mc1: SummaryShare;
  readonly mc2: SummaryNumber;
  /** Log P of the wrong choice less that of the right one, where there are two. */
  readonly pair: SummaryNumber;
}

/** Games in percent of what a player who acts at random gets. */
export interface SummaryGame extends Place {
  readonly games: number;
  /** That came to no ending. */
  readonly unfinished: number;
  readonly points: SummaryNumber;
  readonly harms: SummaryNumber;
  readonly kinds: readonly { readonly kind: string; readonly harms: SummaryNumber }[];
}

export interface SummaryMeasures {
  readonly labels: readonly SummaryLabels[];
  readonly keys: readonly SummaryKey[];
  readonly scans: readonly SummaryScan[];
  readonly means: readonly SummaryMean[];
  readonly choices: readonly SummaryChoices[];
  readonly games: readonly SummaryGame[];
}

function shareOf(estimate: Estimate | undefined): SummaryShare {
  if (estimate === undefined) return { rate: null, low: null, high: null, n: 0 };
  const { rate, low, high, n } = estimate;
  return { rate, low, high, n };
}

function meanOf(mean: Mean | undefined): SummaryNumber {
  return { mean: mean?.value ?? null, low: mean?.low ?? null, high: mean?.high ?? null, n: mean?.n ?? 0 };
}

function labelsOf({
  counts,
  unreadable,
  waiting,
  share,
}: LabelCell): Omit<SummaryLabels, keyof Place | 'judge' | 'title'> {
  const labels = [...counts].map(([label, answers]) => ({ label, answers }));
  return { labels, unreadable, waiting, share: shareOf(share) };
}

function choicesOf(cell: ChoiceCell): Omit<SummaryChoices, keyof Place | 'ask'> {
  const { prompts, wrong, wrongShare, mc1, mc2, pair } = cell;
  return {
    prompts,
    wrongLogP: meanOf(wrong),
    wrongShare: meanOf(wrongShare),
    mc1: shareOf(mc1),
    mc2: meanOf(mc2),
    pair: meanOf(pair),
  };
}

function gameOf({ games, unfinished, points, harms, kinds }: GameCell): Omit<SummaryGame, keyof Place> {
  return {
    ...{ games, unfinished, points: meanOf(points), harms: meanOf(harms) },
    kinds: [...kinds].map(([kind, mean]) => ({ kind, harms: meanOf(mean) })),
  };
}

/** Everything measured besides alignment and coherence, by model and format, as numbers. */
export function summaryMeasures(
  measures: Measures,
  models: readonly ModelHead[],
  formats: readonly { readonly id: string }[],
): SummaryMeasures {
  const each = <T, Row>(slices: Slices<T>, row: (tally: T, place: Place) => Row): Row[] =>
    models.flatMap(({ sha256, label }) =>
      formats.flatMap(({ id }) => {
        const tally = slices.byFormat.get(cellKey(sha256, id));
        return tally === undefined ? [] : [row(tally, { model: label, format: id })];
      }),
    );
  return {
    labels: measures.labels.flatMap(({ judge, slices }) =>
      each(slices, (tally, place) => ({
        ...place,
        judge: judge.id,
        title: judge.title,
        ...labelsOf(tally.cell()),
      })),
    ),
    keys: each(measures.keys, (tally, place) => {
      const { answers, allFacts, valid } = tally.cell();
      return { ...place, answers, allFacts: shareOf(allFacts), valid: shareOf(valid) };
    }),
    scans: each(measures.scans, (tally, place) => {
      const { answers, unparsed, found } = tally.cell();
      return { ...place, analysers: [...tally.analysers], answers, unparsed, found: shareOf(found) };
    }),
    means: [
      ...[...measures.scales].flatMap(([scale, slices]) =>
        each(slices, (tally, place) => ({ ...place, scale, ...meanOf(tally.mean()) })),
      ),
      ...each(measures.numbers, (tally, place) => ({ ...place, scale: null, ...meanOf(tally.mean()) })),
    ],
    choices: (['letters', 'texts'] as const).flatMap((ask) =>
      each(measures[ask], (tally, place) => ({ ...place, ask, ...choicesOf(tally.cell()) })),
    ),
    games: each(measures.games, (tally, place) => ({ ...place, ...gameOf(tally.cell()) })),
  };
}
