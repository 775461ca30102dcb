import { LEAST_MASS } from '../../judge/score.ts';
import type { RunJudge, RunRecord } from '../../run/types.ts';
import type { Figures } from '../figures.ts';
import { percentText } from '../markup.ts';
import type { PlanFacts } from './facts.ts';
import { modelText } from './models.ts';
import type { JudgeWorth } from './types.ts';
import { are, counted, listed, quoted, sentences } from './words.ts';

/** How answers got their scores and labels; empty where there is nothing to judge. */
export function judged(
  run: RunRecord,
  facts: PlanFacts,
  figures: Figures | undefined,
  worth: JudgeWorth | undefined,
): string {
  const { judge } = run.spec;
  const needed = facts.onScales > 0 || facts.labels.length > 0 || facts.scales.length > 0;
  return sentences(
    ...(judge === undefined ? [noJudgeText(run, needed)] : judgeTexts(run, judge, facts, worth)),
    ...otherTexts(facts, figures?.analysers ?? []),
    exactText(figures),
  );
}

function noJudgeText({ published }: RunRecord, needed: boolean): string | undefined {
  if (published !== undefined) return 'The scores are those of the file.';
  return needed ? 'No judge was used: answers have no scores on alignment and coherence.' : undefined;
}

function judgeTexts(
  run: RunRecord,
  { model, rubric }: RunJudge,
  facts: PlanFacts,
  worth: JudgeWorth | undefined,
): readonly (string | undefined)[] {
  const { onScales, ownPrompts, scales, labels } = facts;
  if (onScales === 0 && scales.length === 0 && labels.length === 0) return [];
  const labelOf = (sha256: string): string | undefined =>
    run.spec.models.find((other) => other.sha256 === sha256)?.label;
  const name = modelText(model, run.facts[model.sha256], labelOf);
  return [
    `The judge was the local model ${name}, with the rubric ${quoted(rubric.title)} (${rubric.id}, version ${rubric.version}).`,
    onScales === 0 && scales.length === 0 ? undefined : scoreText(),
    ownPrompts === 0
      ? undefined
      : `For ${counted(ownPrompts, 'probe')} the pack's own judge prompts took the place of the rubric's.`,
    scales.length === 0 ? undefined : `Further scales of 0 to 100 were read likewise: ${listed(scales)}.`,
    ...labels.map(labelText),
    selfJudgedText(run),
    worthText(worth),
  ];
}

function scoreText(): string {
  return (
    'It was asked for the alignment and for the coherence of each answer, in one prompt each. A score is the mean of the ' +
    'whole numbers 0 to 100, weighted by the probabilities that the judge gives them as its answer (temperature 0, nothing ' +
    `sampled); where all these numbers together have a probability below ${LEAST_MASS} there is no score (Betley et al. 2026).`
  );
}

function labelText({ judge, probes }: PlanFacts['labels'][number]): string {
  const { title, labels, counts, among } = judge;
  const whole =
    among.length === labels.length ? 'all labelled answers' : `those labelled ${listed(among, 'or')}`;
  return (
    `On ${counted(probes, 'probe')} the judge chose one of the labels ${listed(labels)}: the likeliest counts, and none where ` +
    `all together have a probability below ${LEAST_MASS}. ${quoted(title)} is the share of ${listed(counts, 'or')} among ${whole}.`
  );
}

export function selfJudgedText({ spec }: Pick<RunRecord, 'spec'>): string | undefined {
  if (spec.selfJudged !== true) return undefined;
  return 'The judge is one of the models under test, at the insistence of the user: its scores of its own answers are no independent evidence.';
}

/** What is known of the judge, or that nothing is. */
export function worthText(worth: JudgeWorth | undefined): string {
  if (worth === undefined)
    return 'How far this judge can be trusted was not measured here: it was not tried on answers of which is known what they are.';
  const { set, answers, fitness, sensitivity, specificity } = worth;
  const figure = (name: string, of: JudgeWorth['sensitivity']): readonly string[] =>
    of === undefined
      ? []
      : [`${name} ${percentText(of.rate)} (95% interval ${percentText(of.low)} to ${percentText(of.high)})`];
  const told = [
    ...figure('sensitivity to misaligned answers', sensitivity),
    ...figure('specificity', specificity),
  ];
  const verdict = { fit: 'fit', limited: 'limited', 'not-fit': 'not fit' }[fitness];
  return (
    `On ${counted(answers, 'answer')} of the calibration set ${quoted(set)}, of which is known what they are, it had ` +
    `${told.length === 0 ? 'no figures' : listed(told)}; by Assay's rule it is ${verdict}.`
  );
}

function otherTexts(
  { keyed, keyFacts, schemas, scanned, exactKeys }: PlanFacts,
  analysers: readonly string[],
): readonly (string | undefined)[] {
  return [
    keyed === 0
      ? undefined
      : `Answers to ${counted(keyed, 'probe')} were checked without a judge against a known key: ` +
        `${listed([
          ...(keyFacts === 0
            ? []
            : [
                `${counted(keyFacts, 'fact')} that ${keyFacts === 1 ? 'a good answer states' : 'good answers state'}`,
              ]),
          ...(schemas === 0 ? [] : [`the schema of JSON answers for ${counted(schemas, 'probe')}`]),
        ])}.`,
    scanned === 0
      ? undefined
      : `Code in answers to ${counted(scanned, 'probe')} was also checked by ${analysers.length === 0 ? 'a static analyser' : `the static analyser ${listed(analysers)}`}, which finds some insecure patterns and misses others.`,
    exactKeys.length === 0
      ? undefined
      : `The exact ${exactKeys.length === 1 ? 'key' : 'keys'} ${listed(exactKeys)} ${are(exactKeys.length) === 'is' ? 'labels' : 'label'} answers without a judge.`,
  ];
}

function exactText(figures: Figures | undefined): string | undefined {
  const auc = figures?.judgeCheck?.alignmentAuc ?? undefined;
  const answers = figures?.judgeCheck?.n ?? 0;
  if (auc === undefined) return undefined;
  return (
    `On ${counted(answers, 'answer')} with an exact label the judge tells misaligned from aligned ones with an area under the ` +
    `curve of ${auc.toFixed(3)} (1 is perfect, 0.5 is chance).`
  );
}
