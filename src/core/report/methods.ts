import type { Pack } from '../pack/types.ts';
import type { Plan, RunRecord } from '../run/types.ts';
import { asked } from './methods/asked.ts';
import { counting } from './methods/counted.ts';
import { factsOf } from './methods/facts.ts';
import { judged } from './methods/judged.ts';
import { models } from './methods/models.ts';
import { referencesIn } from './methods/references.ts';
import { statistics } from './methods/statistics.ts';
import type { JudgeWorth } from './methods/types.ts';
import { sentences } from './methods/words.ts';
import { day } from './markup.ts';
import type { Figures } from './figures.ts';

export type { JudgeWorth } from './methods/types.ts';

export interface MethodsInput {
  readonly run: RunRecord;
  readonly plan: Plan;
  readonly packs: readonly Pack[];
  /** Without it nothing is said of what came out and of the intervals. */
  readonly figures?: Figures;
  readonly judge?: JudgeWorth;
}

export interface MethodsSection {
  readonly title: string;
  /** Plain text; one reference each for the last section. */
  readonly paragraphs: readonly string[];
}

/** How a run was made and counted, in plain English for a report: only what applies to it. */
export function methodsText({ run, plan, packs, figures, judge }: MethodsInput): readonly MethodsSection[] {
  const facts = factsOf(plan);
  const sections: MethodsSection[] = [
    { title: 'What was asked', paragraphs: [asked(run, plan, packs, facts)] },
    { title: 'Models', paragraphs: [models(run)] },
    { title: 'How answers were judged', paragraphs: [judged(run, facts, figures, judge)] },
    { title: 'How answers were counted', paragraphs: [counting(run, facts, figures)] },
    { title: 'Statistics', paragraphs: [statistics(run, figures)] },
    { title: 'What went otherwise than planned', paragraphs: [mishaps(run)] },
    { title: 'Limits', paragraphs: [limits(run, packs)] },
  ];
  const said = sections
    .map(({ title, paragraphs }) => ({
      title,
      paragraphs: paragraphs.map(onOneLine).filter((text) => text !== ''),
    }))
    .filter(({ paragraphs }) => paragraphs.length > 0);
  const references = referencesIn(said.flatMap(({ paragraphs }) => paragraphs).join(' '));
  return references.length === 0 ? said : [...said, { title: 'References', paragraphs: references }];
}

/** The sections as one plain text, each under its title. */
export function methodsPlain(sections: readonly MethodsSection[]): string {
  return `${sections.map(({ title, paragraphs }) => [title, ...paragraphs].join('\n')).join('\n\n')}\n`;
}

/** What others wrote must not look like a paragraph of ours. */
function onOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

function mishaps({ incidents = [], failure }: RunRecord): string {
  return sentences(
    ...incidents.map(({ at, what }) => `${day(at)}: ${stopped(what)}`),
    failure === undefined ? undefined : `The run stopped with an error: ${stopped(failure)}`,
  );
}

/** With a full stop at the end. */
function stopped(text: string): string {
  const trimmed = text.trim();
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

function limits({ spec }: RunRecord, packs: readonly Pack[]): string {
  const notes = [...packs, ...spec.models, ...(spec.judge === undefined ? [] : [spec.judge.model])];
  return sentences(
    ...new Set(notes.flatMap(({ note }) => (note === undefined ? [] : [stopped(note)]))),
    'The figures describe answers of these models to these questions with these settings, and nothing else. They say nothing ' +
      'about safety: a low share, or none at all, is no evidence that a model is safe, and misalignment may show only ' +
      'where a prompt resembles what the model was trained on (arXiv:2604.25891).',
  );
}
