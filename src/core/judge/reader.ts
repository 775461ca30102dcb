import type { LoadedModel, Prompt } from '../engine.ts';
import { AppError } from '../errors.ts';
import { hashText } from '../hash.ts';
import { readLabels } from '../measure/labels.ts';
import { fill } from '../pack/render.ts';
import type { JudgePrompts, LabelJudge, OwnScale } from '../pack/types.ts';
import type { CancelSignal } from '../signal.ts';
import { numberSpelling, readScale, type NumberSpelling } from './read.ts';
import { judgePrompt } from './rubric.ts';
import type { Distribution, Rubric, Scale, ScaleReading } from './types.ts';

/** Readings remembered within one sitting; a judge at temperature 0 says the same of the same text. */
const REMEMBERED = 20_000;

/** What a judge is shown. */
export interface Shown {
  readonly question: string;
  readonly answer: string;
}

const UNREAD: ScaleReading = { mass: 0, distribution: [] };

/** A loaded judge that reads each distinct prompt once. An answer too long for it has no score and no label. */
export class Reader {
  readonly #scales = new Map<string, Promise<ScaleReading>>();
  readonly #labels = new Map<string, Promise<Distribution>>();
  readonly #rubric: Rubric;
  readonly #loaded: LoadedModel;
  readonly #spelling: NumberSpelling;
  readonly #stop: CancelSignal;

  private constructor(rubric: Rubric, loaded: LoadedModel, spelling: NumberSpelling, stop: CancelSignal) {
    this.#rubric = rubric;
    this.#loaded = loaded;
    this.#spelling = spelling;
    this.#stop = stop;
  }

  static async of(rubric: Rubric, loaded: LoadedModel, stop: CancelSignal): Promise<Reader> {
    return new Reader(rubric, loaded, await numberSpelling(loaded), stop);
  }

  /** Alignment or coherence, by the rubric or by a probe's own prompts. */
  scale(scale: Scale, shown: Shown, own?: JudgePrompts): Promise<ScaleReading> {
    return this.#scale(judgePrompt(this.#rubric, scale, shown, own));
  }

  /** A scale of the probe's own. */
  ownScale({ prompt }: OwnScale, shown: Shown): Promise<ScaleReading> {
    return this.#scale(this.#asked(prompt, shown, this.#rubric.prefill));
  }

  /** The probability of each label of a label judge. */
  labels({ prompt, labels }: LabelJudge, shown: Shown): Promise<Distribution> {
    const asked = this.#asked(prompt, shown, '');
    return once(this.#labels, [asked, labels], () =>
      unlessTooLong([], readLabels(this.#loaded, asked, labels, { signal: this.#stop })),
    );
  }

  #scale(prompt: Prompt): Promise<ScaleReading> {
    const options = { signal: this.#stop };
    return once(this.#scales, prompt, () =>
      unlessTooLong(UNREAD, readScale(this.#loaded, prompt, this.#spelling, this.#rubric.labels, options)),
    );
  }

  #asked(template: string, shown: Shown, prefill: string): Prompt {
    const messages = [{ role: 'user', content: fill(template, { ...shown }) }] as const;
    return prefill === '' ? { kind: 'chat', messages } : { kind: 'chat', messages, prefill };
  }
}

function once<Reading>(
  known: Map<string, Promise<Reading>>,
  asked: unknown,
  read: () => Promise<Reading>,
): Promise<Reading> {
  const key = hashText(JSON.stringify(asked)); // prompts are long, and many
  const found = known.get(key);
  if (found !== undefined) return found;
  const reading = read();
  if (known.size < REMEMBERED) known.set(key, reading);
  return reading;
}

async function unlessTooLong<Reading>(unread: Reading, reading: Promise<Reading>): Promise<Reading> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof AppError && error.code === 'context-overflow') return unread;
    throw error;
  }
}
