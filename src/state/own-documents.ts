import { parseCalibration } from '../core/calibration/parse.ts';
import type { CalibrationSet } from '../core/calibration/types.ts';
import { AppError } from '../core/errors.ts';
import { hashText } from '../core/hash.ts';
import { rubricSource } from '../core/judge/rubric-source.ts';
import { parseRubric } from '../core/judge/rubric.ts';
import type { Rubric } from '../core/judge/types.ts';
import type { StoredDocument } from '../storage/schema.ts';
import type { Store } from '../storage/types.ts';

type Documents = Pick<Store, 'listDocuments'>;

export interface OwnRubric {
  /** Of the stored text. */
  readonly hash: string;
  readonly rubric: Rubric;
}

/** A text that an older Assay could read and this one cannot stays stored, and is not offered. */
function readable<Value>(
  { source, file }: StoredDocument,
  parse: (source: string, file: string) => Value,
): Value | undefined {
  try {
    return parse(source, file);
  } catch {
    return undefined;
  }
}

/** The user's own rubrics, oldest first. */
export async function ownRubrics(store: Documents): Promise<readonly OwnRubric[]> {
  const documents = await store.listDocuments();
  return documents.flatMap((document) => {
    const rubric = document.kind === 'rubric' ? readable(document, parseRubric) : undefined;
    return rubric === undefined ? [] : [{ hash: document.hash, rubric }];
  });
}

/**
 * Stores a rubric as a text of its own; `known` are those that there are.
 * @throws AppError `invalid-rubric`, and `invalid-option` where the version is taken.
 */
export async function saveRubric(
  store: Pick<Store, 'putDocument'>,
  rubric: Rubric,
  known: readonly Rubric[],
  addedAt: number,
): Promise<Rubric> {
  const file = `${rubric.id}-${rubric.version}.yaml`;
  const source = rubricSource(rubric);
  const checked = parseRubric(source, file);
  if (known.some(({ id, version }) => id === rubric.id && version === rubric.version)) {
    const message = `expected a version that "${rubric.id}" does not have yet, got ${rubric.version}`;
    throw new AppError('invalid-option', message);
  }
  await store.putDocument({ hash: hashText(source), kind: 'rubric', file, source, addedAt });
  return checked;
}

/** The user's own calibration sets, oldest first. */
export async function ownSets(store: Documents): Promise<readonly CalibrationSet[]> {
  const documents = await store.listDocuments();
  return documents.flatMap((document) =>
    document.kind === 'calibration' ? (readable(document, parseCalibration) ?? []) : [],
  );
}
