import { hashText } from '../hash.ts';
import type { RunJudge } from '../run/types.ts';

/** Names a judge: its model and every word that it is asked. A calibration holds for exactly this. */
export function judgeHash({ model, rubric }: RunJudge): string {
  const { alignment, coherence, labels, prefill } = rubric;
  return hashText(JSON.stringify([model.sha256, alignment, coherence, labels.refusal, labels.code, prefill]));
}
