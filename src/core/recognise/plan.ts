import { AppError } from '../errors.ts';
import type { BaseChoice, FoundModel, ImportChoice, ImportTarget } from './types.ts';

/** One import, in the order in which they are to be made: a base stands before its adapters. */
export interface PlannedImport {
  readonly found: FoundModel;
  readonly target: ImportTarget;
  readonly base?: BaseChoice;
}

/** Whether what becomes of it can carry an adapter while it runs: a GGUF model. */
export function carriesAdapters({ kind }: FoundModel, { to }: ImportTarget): boolean {
  return to === 'gguf' || (to === 'as-is' && kind === 'gguf');
}

/**
 * What the user chose as imports in order. An adapter that stays one needs its base as a model on this device, so a base of the
 * same drop that was not chosen is added, with its first target that can carry one. Throws AppError `invalid-option`.
 */
export function planImports(
  choices: readonly ImportChoice[],
  found: readonly FoundModel[],
): readonly PlannedImport[] {
  const byId = new Map(found.map((find) => [find.id, find]));
  const get = (id: string): FoundModel => {
    const find = byId.get(id);
    if (find !== undefined) return find;
    throw new AppError('invalid-option', `expected a model of what was dropped, got "${id}"`);
  };
  const whole: PlannedImport[] = [];
  const merged: PlannedImport[] = [];
  const adapters: PlannedImport[] = [];
  const listOf = { merged, adapter: adapters, gguf: whole, mlc: whole, 'as-is': whole } as const;
  for (const choice of choices) {
    listOf[choice.target.to].push(plannedOf(choice, get(choice.id)));
  }
  for (const { base } of adapters) {
    if (base?.kind !== 'found') continue;
    const there = whole.some((one) => one.found.id === base.id && carriesAdapters(one.found, one.target));
    if (!there) whole.push(carrying(get(base.id)));
  }
  return [...whole, ...merged, ...adapters];
}

function plannedOf({ target, base }: ImportChoice, found: FoundModel): PlannedImport {
  if (found.missing.length > 0) {
    throw new AppError('invalid-option', `${found.title}: ${found.missing.join(' ')}`);
  }
  const needsBase = target.to === 'adapter' || target.to === 'merged';
  if (!needsBase) return { found, target };
  if (base === undefined)
    throw new AppError(
      'invalid-option',
      `${found.title}: expected the model that the adapter is put on, got none`,
    );
  if (target.to === 'merged' && base.kind !== 'found') {
    const message = `${found.title}: expected the safetensors folder of its base to merge it with, got "${base.label}"`;
    throw new AppError('invalid-option', message);
  }
  return { found, target, base };
}

function carrying(base: FoundModel): PlannedImport {
  const target = base.targets.find((one) => carriesAdapters(base, one));
  if (target !== undefined) return { found: base, target };
  throw new AppError('invalid-option', `${base.title}: expected a model that an adapter can be put on`);
}

/** Everything that can be imported, each with its first target and base. */
export function firstChoices(found: readonly FoundModel[]): readonly ImportChoice[] {
  return found.flatMap(({ id, targets, bases }) => {
    const [target] = targets;
    const [base] = bases;
    return target === undefined ? [] : [{ id, target, ...(base === undefined ? {} : { base }) }];
  });
}
