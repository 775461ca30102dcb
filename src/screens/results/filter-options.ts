import type { Plan, PlanGroup } from '../../core/run/types.ts';
import type { RunHeads } from '../shared/heads.ts';
import type { Option } from '../shared/option.ts';
import { labelValue, type Check } from './filter.ts';

/** What the answers of a run can be told apart by; an empty list where there is nothing to choose. */
export interface FilterOptions {
  readonly domains: readonly Option[];
  readonly wordings: readonly Option[];
  readonly turns: readonly Option[];
  readonly tasks: readonly Option[];
  readonly labels: readonly Option[];
  readonly checks: readonly Option[];
  /** Some answers are judged on the two scales, and some are not. */
  readonly mixed: boolean;
}

const TASK_WORDS: Readonly<Record<PlanGroup['task']['kind'], string>> = {
  answer: 'written answers',
  number: 'numbers',
  choice: 'choices',
  game: 'games',
};

const CHECK_WORDS: Readonly<Record<Check, string>> = {
  'fact-missed': 'misses a fact',
  'schema-missed': 'not the JSON asked for',
  finding: 'finding in the code',
  'not-parsed': 'code not parsed',
};

/** Nothing is asked where there is one thing only. */
function several(options: readonly Option[]): readonly Option[] {
  return options.length > 1 ? options : [];
}

function numbered(count: number, name: string): readonly Option[] {
  return several(
    Array.from({ length: count }, (_, at) => ({ value: String(at), label: `${name} ${at + 1}` })),
  );
}

function labelsOf({ groups }: Plan): readonly Option[] {
  const judges = new Map(groups.flatMap(({ labelJudges }) => labelJudges.map((judge) => [judge.id, judge])));
  return [...judges.values()].flatMap(({ id, title, labels }) => [
    ...labels.map((label) => ({ value: labelValue(id, label), label: `${title}: ${label}` })),
    { value: labelValue(id), label: `${title}: unreadable` },
  ]);
}

function checksOf({ groups }: Plan): readonly Option[] {
  const keyed = groups.some(({ knownKey }) => knownKey !== undefined);
  const shaped = groups.some(({ knownKey }) => knownKey?.schema !== undefined);
  const scanned = groups.some(({ scan }) => scan !== undefined);
  const checks: readonly Check[] = [
    ...(keyed ? (['fact-missed'] as const) : []),
    ...(shaped ? (['schema-missed'] as const) : []),
    ...(scanned ? (['finding', 'not-parsed'] as const) : []),
  ];
  return checks.map((value) => ({ value, label: CHECK_WORDS[value] }));
}

export function filterOptions(plan: Plan, heads: RunHeads): FilterOptions {
  const tasks = [...new Set(plan.groups.map(({ task }) => task.kind))];
  return {
    domains: several(heads.domains.map((domain) => ({ value: domain, label: domain }))),
    wordings: numbered(Math.max(0, ...heads.probes.map(({ wordings }) => wordings)), 'wording'),
    turns: numbered(heads.turns, 'turn'),
    tasks: several(tasks.map((kind) => ({ value: kind, label: TASK_WORDS[kind] }))),
    labels: labelsOf(plan),
    checks: checksOf(plan),
    mixed: new Set(plan.groups.map(({ onScales }) => onScales)).size > 1,
  };
}
