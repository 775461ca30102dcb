import { rubricKey } from '../../core/judge/rubric-key.ts';
import type { Rubric } from '../../core/judge/types.ts';
import type { ModelRecord } from '../../core/model.ts';
import { isToy } from './models.ts';

/** A judge as it is chosen: a model, and the key of a rubric. */
export interface JudgeChoice {
  readonly sha256: string;
  readonly rubric: string;
}

/** Models that may judge: those made for it, and all of the user's own. */
export function judgesAmong(models: readonly ModelRecord[]): readonly ModelRecord[] {
  return models.filter((model) => model.suggested === 'judge' || !isToy(model));
}

/** A judge that was made for one rubric is offered with that one only, and that rubric with no other judge. */
export function rubricsFor(judge: ModelRecord, rubrics: readonly Rubric[]): readonly Rubric[] {
  const made = rubrics.filter(({ onlyFor }) => onlyFor === judge.fileName);
  return made.length > 0 ? made : rubrics.filter(({ onlyFor }) => onlyFor === undefined);
}

/** The model with the first rubric that fits it; undefined without either. */
export function withFirstRubric(
  model: ModelRecord | undefined,
  rubrics: readonly Rubric[],
): JudgeChoice | undefined {
  const [first] = model === undefined ? [] : rubricsFor(model, rubrics);
  return model === undefined || first === undefined
    ? undefined
    : { sha256: model.sha256, rubric: rubricKey(first) };
}
