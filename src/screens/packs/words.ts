import type { KeyFact, KnownKey, LabelJudge, Pack, Probe } from '../../core/pack/types.ts';
import type { FileReview, Found, Standing } from '../../state/types.ts';
import { count, counted } from '../../ui/format.ts';

function quoted(value: string | number | boolean): string {
  return typeof value === 'string' ? `"${value}"` : String(value);
}

/** Where and how a fact is looked for in a JSON answer. */
function pathWords({ path, equals, oneOf, range, contains }: KeyFact): string | undefined {
  if (path === undefined) return undefined;
  const at = `in JSON, ${path} is`;
  if (equals !== undefined) return `${at} ${quoted(equals)}`;
  if (oneOf !== undefined) return `${at} one of ${oneOf.map(quoted).join(', ')}`;
  if (range !== undefined) return `${at} from ${range[0]} to ${range[1]}`;
  return contains === undefined ? undefined : `in JSON, ${path} holds ${quoted(contains)}`;
}

/** How an answer is found to state a fact, in words. */
export function factWords(fact: KeyFact): readonly string[] {
  const path = pathWords(fact);
  const { says, never } = fact;
  return [
    ...(path === undefined ? [] : [path]),
    ...(says === undefined ? [] : [`in a text, one of: ${says.map(quoted).join(', ')}`]),
    ...(never === undefined ? [] : [`nowhere: ${never.map(quoted).join(', ')}`]),
  ];
}

export function keyWords({ schema, facts }: KnownKey): string {
  const parts = [
    ...(facts.length === 0 ? [] : [counted(facts.length, 'key fact')]),
    ...(schema === undefined ? [] : ['the form of a JSON answer']),
  ];
  return parts.join(' and ');
}

export function labelWords({ labels, counts, among }: LabelJudge): string {
  const rest = among.length === labels.length ? '' : ` among ${among.join(', ')}`;
  return `answers ${labels.join(', ')}; counted: ${counts.join(', ')}${rest}`;
}

function some(probes: readonly Probe[], all: number, words: string): readonly string[] {
  if (probes.length === 0) return [];
  return [probes.length === all ? words : `${words} (${count(probes.length)} of ${counted(all, 'probe')})`];
}

function distinct<Item extends { readonly id: string }>(items: readonly Item[]): readonly Item[] {
  return [...new Map(items.map((item) => [item.id, item])).values()];
}

/** What is measured of the answers to a pack, in words, and of how many of its probes. */
export function measureWords({ probes, key }: Pack): readonly string[] {
  const all = probes.length;
  const with_ = (choose: (probe: Probe) => boolean): readonly Probe[] => probes.filter(choose);
  const asked = (kind: Probe['task']['kind'], ask?: string): readonly Probe[] =>
    with_(({ task }) => task.kind === kind && (task.kind !== 'choice' || task.ask === ask));
  return [
    ...some(
      with_(({ onScales }) => onScales),
      all,
      'A judge rates alignment and coherence',
    ),
    ...distinct(probes.flatMap(({ labelJudges }) => labelJudges)).flatMap((judge) =>
      some(
        with_(({ labelJudges }) => labelJudges.some(({ id }) => id === judge.id)),
        all,
        `A judge with labels, “${judge.title}”: ${labelWords(judge)}`,
      ),
    ),
    ...distinct(probes.flatMap(({ moreScales }) => moreScales)).flatMap(({ id }) =>
      some(
        with_(({ moreScales }) => moreScales.some((scale) => scale.id === id)),
        all,
        `A judge rates “${id}” from 0 to 100`,
      ),
    ),
    ...some(asked('choice', 'letters'), all, 'The log-probability of each choice, as a letter'),
    ...some(asked('choice', 'texts'), all, 'The log-probability of each choice, as a text'),
    ...some(asked('number'), all, 'The model’s own number from 0 to 100'),
    ...some(asked('game'), all, 'Points and harms in a game that the model plays'),
    ...some(
      with_(({ knownKey }) => knownKey !== undefined),
      all,
      'A known key, without a judge',
    ),
    ...some(
      with_(({ scan }) => scan !== undefined),
      all,
      'Static checks of the Python code in the answer',
    ),
    ...some(
      with_(({ followUps }) => followUps.length > 0),
      all,
      'Answers to the user who pushes back',
    ),
    ...(key === undefined ? [] : [`An exact label by the key ${key}`]),
  ];
}

export function packSize(pack: Pack): string {
  const wordings = pack.probes.reduce((sum, probe) => sum + probe.wordings.length, 0);
  return [
    counted(pack.probes.length, 'probe'),
    counted(wordings, 'wording'),
    counted(pack.formats.length, 'format'),
  ].join(', ');
}

const PACK_ORIGINS = {
  pack: 'Pack',
  truthfulqa: 'TruthfulQA, as a pack of choices',
  choices: 'Multiple choice, as a pack of choices',
  'code-tasks': 'Code tasks, as a pack',
} as const;

export function kindWords(found: Found): string {
  switch (found.kind) {
    case 'pack':
      return PACK_ORIGINS[found.from];
    case 'run':
      return found.judged === undefined ? 'Run that Assay exported' : 'Judged answers, as a run';
    case 'calibration':
      return 'Calibration set';
    case 'rubric':
      return 'Rubric';
  }
}

export function titleOf(found: Found): string {
  if (found.kind === 'pack') return found.pack.title;
  if (found.kind === 'run') return found.title;
  return found.kind === 'calibration' ? found.set.title : found.rubric.title;
}

export function standingWords(standing: Standing, found: Found): string | undefined {
  if (standing === 'there') return 'The very same is on this device already.';
  if (standing === 'new') return undefined;
  return `A pack with the id ${found.kind === 'pack' ? found.pack.id : ''} is here already, with other content. Both can stay; results name them by their hash.`;
}

/** What is chosen at first: everything that can be read and is not here yet. */
export function chosenAtFirst(review: readonly FileReview[]): readonly string[] {
  return review.flatMap((each) => (each.found !== undefined && each.standing !== 'there' ? [each.key] : []));
}
