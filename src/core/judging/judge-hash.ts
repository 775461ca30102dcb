import { hashText } from '../hash.ts';
import type { Rubric } from '../judge/types.ts';

/** What makes a judge the judge that it is. */
export interface NamedJudge {
  readonly model: { readonly sha256: string; readonly label: string };
  readonly rubric: Rubric;
}

/** Names a judge: its model and every word that it is asked. A calibration holds for exactly this. */
export function judgeHash({ model, rubric }: NamedJudge): string {
  const { alignment, coherence, labels, prefill } = rubric;
  return hashText(JSON.stringify([model.sha256, alignment, coherence, labels.refusal, labels.code, prefill]));
}
