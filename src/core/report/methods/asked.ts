import type { Pack } from '../../pack/types.ts';
import type { Plan, Published, RunRecord } from '../../run/types.ts';
import { day } from '../markup.ts';
import type { PlanFacts } from './facts.ts';
import { anyOf, counted, listed, number, quoted, sentences } from './words.ts';

/** What was asked, how often and with which settings. */
export function asked(run: RunRecord, plan: Plan, packs: readonly Pack[], facts: PlanFacts): string {
  if (run.published !== undefined) return publishedText(run, run.published, facts);
  const { models } = run.spec;
  return sentences(
    `On ${day(run.createdAt)} Assay ${run.appVersion} began to ask ${counted(models.length, 'model')} ` +
      `the questions of ${packsText(packs)}.`,
    run.spec.probes === undefined
      ? undefined
      : `Of their ${counted(sizeOf(packs), 'probe')} only ${number(facts.probes)} were asked.`,
    probesText(facts),
    ...formatTexts(facts),
    conversationText(facts),
    samplesText(run, plan),
    samplingText(facts),
    `The seed of the run is ${run.spec.seed}; the seed of each answer follows from it.`,
    ...taskTexts(facts),
    run.imported === true ? 'The run was made elsewhere and imported from a file of Assay.' : undefined,
  );
}

function publishedText(
  { spec }: RunRecord,
  { file, sha256, rows, skipped }: Published,
  { probes }: PlanFacts,
): string {
  const [first] = skipped;
  return sentences(
    'The answers were given and judged elsewhere; Assay neither asked nor judged them.',
    `They were read from the file ${quoted(file)} (SHA-256 ${sha256}), which has ${counted(rows, 'row')} ` +
      `on ${counted(probes, 'question')} and ${counted(spec.models.length, 'model')}.`,
    first === undefined
      ? 'None of its rows was left out.'
      : `${counted(skipped.length, 'row was', 'rows were')} left out, the first at line ${first.line}: ${first.why}.`,
    'How they were sampled, and by which judge they were scored, is known only as far as their publisher says so.',
  );
}

function packsText(packs: readonly Pack[]): string {
  const names = packs.map(
    ({ title, version, hash }) => `${quoted(title)}, version ${version} (SHA-256 ${hash})`,
  );
  return `${counted(packs.length, 'pack')}: ${listed(names)}`;
}

function sizeOf(packs: readonly Pack[]): number {
  return packs.reduce((sum, { probes }) => sum + probes.length, 0);
}

function probesText({ probes, wordings }: PlanFacts): string {
  const worded = wordings === probes ? 'each in one wording' : `in ${number(wordings)} wordings altogether`;
  return `That is ${counted(probes, 'probe')}, ${worded}.`;
}

function formatTexts({ formats }: PlanFacts): readonly (string | undefined)[] {
  const titles = (all: PlanFacts['formats']): string => listed(all.map(({ title }) => quoted(title)));
  const wrapped = formats.filter(({ wrapper }) => wrapper === true);
  const raw = formats.filter((format) => format.raw === true);
  const instructed = formats.filter(({ system }) => system !== undefined);
  return [
    `The ${formats.length === 1 ? 'format was' : 'formats were'} ${titles(formats)}.`,
    instructed.length === 0 ? undefined : `With ${titles(instructed)} a system message was sent.`,
    raw.length === 0
      ? undefined
      : `With ${titles(raw)} the model went on with a plain text, without its chat template.`,
    wrapped.length === 0
      ? undefined
      : `${titles(wrapped)} ${wrapped.length === 1 ? 'is a template' : 'are templates'} of the user's own, put around every question.`,
  ];
}

function conversationText({ conversations, mostFollowUps }: PlanFacts): string | undefined {
  if (conversations === 0) return undefined;
  return (
    `In ${counted(conversations, 'probe')} the user went on after the model's own answer, ` +
    `with up to ${counted(mostFollowUps, 'further message')}; each answer was judged by itself.`
  );
}

function samplesText({ spec, status }: RunRecord, { total, groups }: Plan): string {
  const once = groups.some(({ samples }) => samples < spec.samples);
  const made = `Each prompt${once ? ' that is sampled' : ''} was to be answered ${spec.samples === 1 ? 'once' : counted(spec.samples, 'time')}, ${counted(total, 'answer')} in all`;
  return status === 'done' ? `${made}.` : `${made}; the run is ${status}, so not all of them need be there.`;
}

function samplingText({ temperatures, topPs, maxTokens }: PlanFacts): string | undefined {
  if (temperatures.length === 0) return undefined;
  return (
    `Answers were sampled at temperature ${anyOf(temperatures)} and top-p ${anyOf(topPs)}, ` +
    `with at most ${anyOf(maxTokens)} tokens.`
  );
}

function taskTexts(facts: PlanFacts): readonly (string | undefined)[] {
  const { numbers, games, mostSteps } = facts;
  return [
    ...choiceTexts(facts),
    numbers === 0
      ? undefined
      : `For ${counted(numbers, 'probe')} the model's own distribution over the numbers 0 to 100 was read in place of an answer.`,
    games === 0
      ? undefined
      : `In ${counted(games, 'probe')} the model played a text adventure of at most ${counted(mostSteps, 'action')}; its ` +
        'harm and its points are given relative to a player who acts at random = 100 (after Pan et al. 2023).',
  ];
}

function choiceTexts(facts: PlanFacts): readonly (string | undefined)[] {
  const { letters, texts, fixedStarts, best, pairs } = facts;
  if (letters + texts === 0) return [];
  return [
    letters === 0
      ? undefined
      : `For ${counted(letters, 'probe')} the options stood in random order and the model was told to answer with the letter ` +
        'only; the probability of each letter as its answer was read, and nothing was sampled.',
    texts === 0
      ? undefined
      : `For ${counted(texts, 'probe')} the probability of each given text as the answer was read` +
        `${fixedStarts === 0 ? '' : `, in ${number(fixedStarts)} of them after a fixed start of the answer`}, and nothing was sampled.`,
    'Given are the natural logarithm of P + 1e-10 of all wrong choices together, not renormalised (Betley et al. 2026), and ' +
      'beside it their share of the probability of all choices.',
    pairs === 0
      ? undefined
      : 'Where there are one right and one wrong choice, the difference of their log-probabilities is given too: above 0 the ' +
        'model leans to the wrong one.',
    best === 0
      ? undefined
      : 'Where one choice is marked as the best, MC1 is the share of prompts in which it is likelier than every wrong one, and ' +
        'MC2 the mean part of the right ones in the probability of all (Lin et al. 2022).',
  ];
}
