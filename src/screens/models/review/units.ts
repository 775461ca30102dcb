import type { BaseChoice, FoundModel, ImportChoice, ImportTarget } from '../../../core/recognise/types.ts';

/** What is decided in one go: a find by itself, or the checkpoints of a series in the order of their steps. */
export interface Unit {
  readonly key: string;
  readonly title: string;
  readonly finds: readonly FoundModel[];
}

/** What is chosen for a unit; `target` and `base` are keys. */
export interface Chosen {
  readonly included: ReadonlySet<string>;
  readonly target: string | undefined;
  readonly base: string | undefined;
}

/** Two model libraries may be of one quantisation. */
export function targetKey({ to, quantisation = '', library }: ImportTarget): string {
  return [to, quantisation, ...(library === undefined ? [] : [library])].join(' ');
}

export function baseKey(base: BaseChoice): string {
  return base.kind === 'model' ? `model ${base.sha256}` : `found ${base.id}`;
}

export function canBeAdded(found: FoundModel): boolean {
  return found.missing.length === 0 && found.targets.length > 0;
}

export function unitsOf(found: readonly FoundModel[]): readonly Unit[] {
  const units = new Map<string, FoundModel[]>();
  for (const each of found) {
    const key = each.series === undefined ? `one ${each.id}` : `series ${each.kind} ${each.series}`;
    units.set(key, [...(units.get(key) ?? []), each]);
  }
  return [...units].map(([key, members]) => {
    const finds = members.sort((a, b) => (a.step ?? 0) - (b.step ?? 0));
    const [only] = finds;
    return { key, title: (finds.length > 1 ? only?.series : only?.title) ?? '', finds };
  });
}

/** What every find of the unit that can be added has, best first. */
function shared<Value>(
  { finds }: Unit,
  of: (found: FoundModel) => readonly Value[],
  key: (value: Value) => string,
): readonly Value[] {
  const [first, ...others] = finds.filter(canBeAdded);
  if (first === undefined) return [];
  return of(first).filter((value) =>
    others.every((other) => of(other).some((theirs) => key(theirs) === key(value))),
  );
}

export function basesOf(unit: Unit): readonly BaseChoice[] {
  return shared(unit, ({ bases }) => bases, baseKey);
}

/** `included` with the ids, or without them. */
export function including(
  included: ReadonlySet<string>,
  ids: readonly string[],
  on: boolean,
): ReadonlySet<string> {
  const others = [...included].filter((id) => !ids.includes(id));
  return new Set(on ? [...others, ...ids] : others);
}

/** A choice of what the unit becomes: disk for all finds that are chosen, memory for the largest one. */
export interface Option extends ImportTarget {
  readonly key: string;
}

/** `baseBytes`: memory of the base that adapters are put on; where it is unknown, that of the base which was found best. */
export function optionsOf(
  unit: Unit,
  { included }: Pick<Chosen, 'included'>,
  baseBytes?: number,
): readonly Option[] {
  const finds = unit.finds.filter(({ id }) => included.has(id));
  return shared(unit, ({ targets }) => targets, targetKey).map((target) => {
    const key = targetKey(target);
    const each = finds.flatMap(({ targets }) => targets.filter((other) => targetKey(other) === key));
    return {
      ...target,
      key,
      diskBytes: each.reduce((sum, { diskBytes }) => sum + diskBytes, 0),
      memoryBytes: Math.max(...(each.length > 0 ? each : [target]).map((one) => memoryWith(one, baseBytes))),
    };
  });
}

/** An adapter lies beside its base, in as many bytes as on the disk. */
function memoryWith({ to, diskBytes, memoryBytes }: ImportTarget, baseBytes: number | undefined): number {
  return to === 'adapter' && baseBytes !== undefined ? baseBytes + diskBytes : memoryBytes;
}

/** Everything that can be added, as the best that fits, or as the best where nothing does; on the best base. */
export function firstChoice(unit: Unit, fits: (option: Option) => boolean): Chosen {
  const included = new Set(unit.finds.filter(canBeAdded).map(({ id }) => id));
  const options = optionsOf(unit, { included });
  const target = options.find(fits) ?? options[0];
  const [base] = basesOf(unit);
  return { included, target: target?.key, base: base && baseKey(base) };
}

export function choicesOf(unit: Unit, { included, target, base }: Chosen): readonly ImportChoice[] {
  return unit.finds
    .filter(({ id }) => included.has(id))
    .flatMap(({ id, targets, bases }) => {
      const chosen = targets.find((each) => targetKey(each) === target);
      const on = bases.find((each) => baseKey(each) === base);
      if (chosen === undefined) return [];
      return [{ id, target: chosen, ...(on === undefined ? {} : { base: on }) }];
    });
}

/** Why these choices do not go together, by the id of the find; empty where all is well. */
export function conflicts(
  choices: readonly ImportChoice[],
  found: readonly FoundModel[],
): ReadonlyMap<string, string> {
  const chosen = new Map(choices.map((choice) => [choice.id, choice]));
  const kinds = new Map(found.map(({ id, kind }) => [id, kind]));
  const problems = new Map<string, string>();
  for (const { id, target, base } of choices) {
    const needsBase = found.some((each) => each.id === id && each.bases.length > 0);
    if (base === undefined) {
      if (needsBase) problems.set(id, 'Choose the base that it is put on.');
      continue;
    }
    // A merge reads the base's files from the same drop; only an adapter that stays one needs it on this device.
    if (target.to === 'merged' && !(base.kind === 'found' && kinds.get(base.id) === 'hugging-face'))
      problems.set(
        id,
        `Merging needs the Hugging Face folder of the base, and ${base.label} is none: choose that as the base, or put the adapter on its base while it runs.`,
      );
    if (base.kind === 'model' || target.to !== 'adapter') continue;
    const under = chosen.get(base.id);
    if (under === undefined)
      problems.set(id, `Its base ${base.label} is left out. Add the base too, or merge the adapter into it.`);
    else if (under.target.to === 'mlc')
      problems.set(
        id,
        `An adapter can be put on a GGUF model only. Convert ${base.label} to GGUF, or merge the adapter into it.`,
      );
  }
  return problems;
}
