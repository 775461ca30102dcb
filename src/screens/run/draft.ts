import { findRubric } from '../../core/judge/rubric-key.ts';
import type { Rubric } from '../../core/judge/types.ts';
import type { ModelRecord, Role } from '../../core/model.ts';
import type { Format, Pack } from '../../core/pack/types.ts';
import type { RunDraft } from '../../state/types.ts';
import { rubricsFor } from '../shared/judges.ts';

/** `list` with `item` at its end, or without it. */
export function toggled<Item>(list: readonly Item[], item: Item, on: boolean): readonly Item[] {
  const others = list.filter((other) => other !== item);
  return on ? [...others, item] : others;
}

/** Chooses a model in the role it is offered as, or leaves it out. */
export function withModel(draft: RunDraft, model: ModelRecord, on: boolean): RunDraft {
  const others = draft.models.filter(({ sha256 }) => sha256 !== model.sha256);
  if (!on) return { ...draft, models: others };
  const role: Role =
    model.suggested === undefined || model.suggested === 'judge' ? 'candidate' : model.suggested;
  return { ...draft, models: [...others, { sha256: model.sha256, role }] };
}

export function withRole(draft: RunDraft, sha256: string, role: Role): RunDraft {
  return {
    ...draft,
    models: draft.models.map((model) => (model.sha256 === sha256 ? { ...model, role } : model)),
  };
}

/** Formats stay chosen as long as they are offered; with none left, all that are offered are chosen. */
export function withPacks(draft: RunDraft, packs: readonly string[], offered: readonly Format[]): RunDraft {
  const ids = offered.map(({ id }) => id);
  const kept = draft.formats.filter((id) => ids.includes(id));
  return { ...draft, packs, formats: kept.length > 0 ? kept : ids };
}

/** Formats are asked in the order in which they are offered. */
export function withFormat(draft: RunDraft, id: string, on: boolean, offered: readonly Format[]): RunDraft {
  const chosen = toggled(draft.formats, id, on);
  return { ...draft, formats: offered.map((format) => format.id).filter((each) => chosen.includes(each)) };
}

export function withWrapper(draft: RunDraft, wrapper: Format): RunDraft {
  return {
    ...draft,
    wrappers: [...draft.wrappers, wrapper],
    formats: [...draft.formats, wrapper.id],
  };
}

export function withoutWrapper(draft: RunDraft, id: string): RunDraft {
  return {
    ...draft,
    wrappers: draft.wrappers.filter((wrapper) => wrapper.id !== id),
    formats: draft.formats.filter((format) => format !== id),
  };
}

/** Judges with the chosen rubric where it fits, else with what the packs ask for, else with the first that fits. */
export function withJudge(
  draft: RunDraft,
  judge: ModelRecord | undefined,
  rubrics: readonly Rubric[],
  packs: readonly Pack[],
): RunDraft {
  if (judge === undefined) return { ...draft, judge: undefined };
  const fitting = rubricsFor(judge, rubrics);
  const wished = [draft.judge?.rubric, ...packs.map((pack) => pack.rubric), fitting[0]?.id];
  const rubric = wished.find((name) => name !== undefined && findRubric(fitting, name) !== undefined);
  return { ...draft, judge: { sha256: judge.sha256, rubric: rubric ?? '' } };
}

/** Limits that are undefined are none; without any there is no rule. */
export function withStop(
  { stop: _before, ...draft }: RunDraft,
  { above, below }: { readonly above: number | undefined; readonly below: number | undefined },
): RunDraft {
  const stop = {
    ...(above === undefined ? {} : { above }),
    ...(below === undefined ? {} : { below }),
  };
  return above === undefined && below === undefined ? draft : { ...draft, stop };
}

/** Letters and digits of the title, made different from every id that is taken. */
export function wrapperId(title: string, taken: readonly string[]): string {
  const slug = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  const base = slug === '' ? 'own' : slug;
  let id = base;
  for (let number = 2; taken.includes(id); number += 1) id = `${base}-${number}`;
  return id;
}
