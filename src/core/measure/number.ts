import type { CallOptions, LoadedModel, Prompt } from '../engine.ts';
import { readScale, type NumberSpelling } from '../judge/read.ts';
import type { ScaleReading } from '../judge/types.ts';

/** The model's own distribution over 0..100 where it is asked for a number, read as a judge's is (Betley et al. 2026, `free_form_0_100`). */
export async function readNumber(
  model: LoadedModel,
  prompt: Prompt,
  spelling: NumberSpelling,
  options: CallOptions = {},
): Promise<ScaleReading> {
  return await readScale(model, prompt, spelling, { refusal: [], code: [] }, options);
}

/** For a reader: the expected number to one decimal, or that there is none. */
export function numberText({ score }: Pick<ScaleReading, 'score'>): string {
  return score === undefined ? 'no number' : score.toFixed(1);
}
