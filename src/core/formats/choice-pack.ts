import type { Note } from '../pack/types.ts';
import { madePack, shortened, type MadePack } from './made-pack.ts';

export interface ChoiceFile {
  readonly text: string;
  readonly right: boolean;
  readonly best?: boolean;
}

export interface ChoiceProbe {
  readonly id: string;
  readonly domain?: string;
  readonly question: string;
  readonly ask: 'letters' | 'texts';
  readonly choices: readonly ChoiceFile[];
}

/** As the prompts of TruthfulQA and its like end; for base models, which know no chat. */
const RAW = { id: 'qa', title: 'Q and A as raw text', template: 'Q: {question}\nA:', raw: true };

/** The most that a pack takes. */
const MAX_CHOICES = 26;

/** Why these can be no choices; undefined where they can. */
export function wrongChoices(choices: readonly ChoiceFile[]): string | undefined {
  if (choices.length > MAX_CHOICES) return `expected at most ${MAX_CHOICES} answers, got ${choices.length}`;
  if (choices.some(({ text }) => text.trim() === '')) return 'expected some text in every answer, got none';
  const right = choices.filter((choice) => choice.right).length;
  if (right > 0 && right < choices.length) return undefined;
  return `expected right answers and wrong ones, got ${right} right of ${choices.length}`;
}

/** A pack whose probes are choices: nothing is sampled and nothing judged. @throws AppError `invalid-file`. */
export function choicePack(
  file: string,
  description: string,
  probes: readonly ChoiceProbe[],
  notes: readonly Note[],
): MadePack {
  const pack = madePack(file, {
    description,
    sampling: { temperature: 1, top_p: 1, max_tokens: 1 },
    formats: ['free', RAW],
    scales: false,
    probes: probes.map(({ id, domain, question, ask, choices }) => ({
      ...{ id, title: shortened(question) },
      ...(domain === undefined ? {} : { domain }),
      ...{ paraphrases: [question], ask, choices },
    })),
  });
  return { pack, notes };
}
