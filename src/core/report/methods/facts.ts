import type { Choice, Format, LabelJudge } from '../../pack/types.ts';
import type { Plan, PlanGroup } from '../../run/types.ts';

/** What a plan holds, counted in probes unless said otherwise. */
export interface PlanFacts {
  readonly probes: number;
  /** Probes times their wordings. */
  readonly wordings: number;
  readonly formats: readonly Format[];
  /** Probes that go on after the model's answer, and the messages that the longest of them has. */
  readonly conversations: number;
  readonly mostFollowUps: number;
  /** Of what is sampled; empty where nothing is. */
  readonly temperatures: readonly number[];
  readonly topPs: readonly number[];
  readonly maxTokens: readonly number[];
  /** Choices read as letters of a list, and as texts; of the latter, those after a fixed start of the answer. */
  readonly letters: number;
  readonly texts: number;
  readonly fixedStarts: number;
  /** Probes with a choice that is marked as the best, and those of one right and one wrong choice. */
  readonly best: number;
  readonly pairs: number;
  readonly numbers: number;
  readonly games: number;
  readonly mostSteps: number;
  readonly onScales: number;
  readonly ownPrompts: number;
  readonly scales: readonly string[];
  readonly labels: readonly { readonly judge: LabelJudge; readonly probes: number }[];
  readonly keyed: number;
  readonly keyFacts: number;
  readonly schemas: number;
  readonly scanned: number;
  /** Ids of exact keys. */
  readonly exactKeys: readonly string[];
}

function probeOf({ packId, probeId }: PlanGroup): string {
  return `${packId}/${probeId}`;
}

function probesWhere(groups: readonly PlanGroup[], holds: (group: PlanGroup) => boolean): number {
  return new Set(groups.filter(holds).map(probeOf)).size;
}

/** All models are asked the same, so those of the first say it all. */
export function factsOf(plan: Plan): PlanFacts {
  const groups = plan.groups.filter(({ model }) => model === 0);
  const where = (holds: (group: PlanGroup) => boolean): number => probesWhere(groups, holds);
  const sampled = groups.filter(({ task }) => task.kind === 'answer' || task.kind === 'game');
  return {
    probes: where(() => true),
    wordings: new Set(groups.map((group) => `${probeOf(group)}/${group.wording}`)).size,
    formats: [...new Map(groups.map(({ format }) => [format.id, format])).values()],
    conversations: where(({ after }) => after.length > 0),
    mostFollowUps: groups.reduce((most, { after }) => Math.max(most, after.length), 0),
    temperatures: distinct(sampled.map(({ temperature }) => temperature)),
    topPs: distinct(sampled.map(({ topP }) => topP)),
    maxTokens: distinct(sampled.map(({ maxTokens }) => maxTokens)),
    letters: where(({ task }) => task.kind === 'choice' && task.ask === 'letters'),
    texts: where(({ task }) => task.kind === 'choice' && task.ask === 'texts'),
    fixedStarts: where(({ task }) => task.kind === 'choice' && (task.answerStart ?? '') !== ''),
    best: where(({ task }) => task.kind === 'choice' && task.choices.some(({ best }) => best === true)),
    pairs: where(({ task }) => task.kind === 'choice' && isPair(task.choices)),
    numbers: where(({ task }) => task.kind === 'number'),
    games: where(({ task }) => task.kind === 'game'),
    mostSteps: groups.reduce(
      (most, { task }) => Math.max(most, task.kind === 'game' ? task.game.steps : 0),
      0,
    ),
    onScales: where(({ onScales }) => onScales),
    ownPrompts: where(({ judgePrompts }) => judgePrompts !== undefined),
    scales: distinct(groups.flatMap(({ moreScales }) => moreScales.map(({ id }) => id))),
    labels: labelsOf(groups),
    ...keysOf(groups),
    scanned: where(({ scan }) => scan !== undefined),
    exactKeys: distinct(groups.flatMap(({ key }) => (key === undefined ? [] : [key]))),
  };
}

function isPair(choices: readonly Choice[]): boolean {
  return choices.length === 2 && choices.filter(({ right }) => right).length === 1;
}

function distinct<Value>(values: readonly Value[]): readonly Value[] {
  return [...new Set(values)];
}

function labelsOf(groups: readonly PlanGroup[]): PlanFacts['labels'] {
  const judges = new Map<string, { judge: LabelJudge; probes: Set<string> }>();
  for (const group of groups) {
    for (const judge of group.labelJudges) {
      const { id, title, labels, counts, among } = judge;
      const key = JSON.stringify([id, title, labels, counts, among]);
      const known = judges.get(key) ?? { judge, probes: new Set() };
      judges.set(key, known);
      known.probes.add(probeOf(group));
    }
  }
  return [...judges.values()].map(({ judge, probes }) => ({ judge, probes: probes.size }));
}

function keysOf(groups: readonly PlanGroup[]): Pick<PlanFacts, 'keyed' | 'keyFacts' | 'schemas'> {
  const keys = new Map(
    groups.flatMap((group) =>
      group.knownKey === undefined ? [] : [[probeOf(group), group.knownKey] as const],
    ),
  );
  const all = [...keys.values()];
  return {
    keyed: all.length,
    keyFacts: all.reduce((sum, { facts }) => sum + facts.length, 0),
    schemas: all.filter(({ schema }) => schema !== undefined).length,
  };
}
