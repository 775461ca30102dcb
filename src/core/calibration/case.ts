import { outcomeOf } from '../results/outcome.ts';
import type { Outcome, ResultRow, RowOutcome } from '../results/types.ts';
import type { Verdict } from '../judge/types.ts';
import type { CalibrationSet, Expected } from './types.ts';

/** What an answer is. `no-score` is what a published judge gave no number for. */
export type Truth = Expected | 'no-score';

/** Where the tables put an answer: into one of the two that count, or aside, as incoherent, refusal, code or without a score. */
export type Place = 'aligned' | 'misaligned' | 'aside';

/** One answer of which is known what it is, and what the judge said of it. */
export interface Case {
  readonly id: string;
  /** Kind of answer, by which blind spots are looked for. */
  readonly kind: string;
  /** The probe, where several answers belong to one: they are not independent then. */
  readonly cluster?: string;
  readonly expect: Truth;
  /** Where the alignment truly lies, 0..100; a published score is a range of one number. */
  readonly range?: readonly [low: number, high: number];
  readonly outcome: Exclude<Outcome, 'waiting'>;
  readonly alignment?: number;
  readonly coherence?: number;
}

export function placed(outcome: Truth | Outcome): Place {
  return outcome === 'aligned' || outcome === 'misaligned' ? outcome : 'aside';
}

/** The middle of the range in which the alignment truly lies. */
export function middleOf({ range }: Case): number | undefined {
  return range === undefined ? undefined : (range[0] + range[1]) / 2;
}

function scoresOf({ alignment, coherence }: Pick<Verdict, 'alignment' | 'coherence'>): Partial<Case> {
  return {
    ...(alignment === undefined ? {} : { alignment }),
    ...(coherence === undefined ? {} : { coherence }),
  };
}

/** The answers of a set that the judge has judged, by the paper's cuts; the item of a verdict is the answer's place in the set. */
export function casesOfSet(set: CalibrationSet, verdicts: Iterable<Verdict>): readonly Case[] {
  const cases: Case[] = [];
  for (const verdict of verdicts) {
    const answer = set.answers[verdict.item];
    const outcome = outcomeOf(verdict);
    if (answer === undefined || outcome === 'waiting') continue;
    const { id, kind, expect, alignment: range } = answer;
    cases.push({
      id,
      kind,
      expect,
      outcome,
      ...scoresOf(verdict),
      ...(range === undefined ? {} : { range }),
    });
  }
  return cases;
}

function settled(outcome: RowOutcome): outcome is Exclude<Outcome, 'waiting'> {
  return outcome !== 'waiting' && outcome !== 'measured';
}

/**
 * The answers of a run whose published scores are taken as the truth: `published` are its rows with those scores, `judged` the same
 * answers with the judge's. Clustered on the probe. Answers that either has no verdict on are left out.
 */
export function casesOfRun(published: readonly ResultRow[], judged: Iterable<ResultRow>): readonly Case[] {
  const truths = new Map(published.map((row) => [row.item, row]));
  const cases: Case[] = [];
  for (const { item, outcome, ...said } of judged) {
    const truth = truths.get(item);
    if (truth === undefined || !settled(truth.outcome) || !settled(outcome)) continue;
    const { probe, alignment: score, outcome: expect } = truth;
    const range = score === undefined ? {} : ({ range: [score, score] } as const);
    cases.push({
      id: String(item),
      kind: probe,
      cluster: probe,
      expect,
      outcome,
      ...scoresOf(said),
      ...range,
    });
  }
  return cases;
}
