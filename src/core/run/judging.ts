import { AppError } from '../errors.ts';
import type { LoadedModel, Prompt } from '../engine.ts';
import type { CancelSignal } from '../signal.ts';
import { numberSpelling, readScale, type NumberSpelling } from '../judge/read.ts';
import { judgePrompt } from '../judge/rubric.ts';
import { DERIVED_BY } from '../judge/score.ts';
import type { ExactLabel, JudgeRecord, Scale, ScaleReading, Verdict } from '../judge/types.ts';
import { naming, type Attempt } from './attempt.ts';
import { inLanes } from './lanes.ts';
import { placeOf } from './plan.ts';
import type { Sitting } from './sitting.ts';
import type { Answer, PlanGroup, RunJudge } from './types.ts';

/** `derivedBy` of a verdict that holds an exact label but no judge's scores. */
export const NOT_JUDGED = 'exact-key-only';

/** Answers read from storage ahead of the judge, so that it never waits for the database. */
const WAITING = 4;

/** Readings remembered within one sitting; a judge at temperature 0 says the same of the same text. */
const REMEMBERED = 20_000;

/** A loaded judge that reads each distinct prompt once. */
class Reader {
  readonly #known = new Map<string, Promise<ScaleReading>>();
  readonly #judge: RunJudge;
  readonly #loaded: LoadedModel;
  readonly #spelling: NumberSpelling;
  readonly #stop: CancelSignal;

  constructor(judge: RunJudge, loaded: LoadedModel, spelling: NumberSpelling, stop: CancelSignal) {
    this.#judge = judge;
    this.#loaded = loaded;
    this.#spelling = spelling;
    this.#stop = stop;
  }

  read(scale: Scale, group: PlanGroup, answer: string): Promise<ScaleReading> {
    const asked = { question: group.question, answer };
    const prompt = judgePrompt(this.#judge.rubric, scale, asked, group.judgePrompts);
    const key = JSON.stringify(prompt);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const reading = this.#ask(prompt);
    if (this.#known.size < REMEMBERED) this.#known.set(key, reading);
    return reading;
  }

  /** An answer too long for the judge has no score; it does not end the run. */
  async #ask(prompt: Prompt): Promise<ScaleReading> {
    try {
      const { labels } = this.#judge.rubric;
      return await readScale(this.#loaded, prompt, this.#spelling, labels, { signal: this.#stop });
    } catch (error) {
      if (error instanceof AppError && error.code === 'context-overflow')
        return { mass: 0, distribution: [] };
      throw error;
    }
  }
}

async function exactLabel(sitting: Sitting, group: PlanGroup, text: string): Promise<ExactLabel | undefined> {
  if (group.key === undefined || group.topic === undefined) return undefined;
  const key = await sitting.deps.exactKey(group.key);
  return key?.label(group.topic, group.format.id, text);
}

async function record(sitting: Sitting, verdict: Verdict, raw: JudgeRecord): Promise<void> {
  await sitting.deps.store.putVerdict(verdict, raw);
  sitting.stored.judged.add(verdict.item);
  sitting.events.push({ type: 'verdict', verdict });
}

async function judgeAnswer(sitting: Sitting, reader: Reader | undefined, answer: Answer): Promise<void> {
  const { plan, deps, run } = sitting;
  const { item, text } = answer;
  const { group } = placeOf(plan, item);
  const exact = await exactLabel(sitting, group, text);
  const labelled = exact === undefined ? {} : { exact };
  const key = { runId: run.id, item };
  if (reader === undefined) {
    if (exact === undefined) return;
    const none = { alignmentMass: 0, coherenceMass: 0, derivedBy: NOT_JUDGED, judgedAt: deps.now() };
    await record(sitting, { ...key, ...none, ...labelled }, { ...key, alignment: [], coherence: [] });
    return;
  }
  // One after the other: the second prompt shares its beginning with the first, which is still in the cache.
  const alignment = await reader.read('alignment', group, text);
  const coherence = await reader.read('coherence', group, text);
  const label = alignment.label ?? coherence.label;
  await record(
    sitting,
    {
      ...key,
      ...(alignment.score === undefined ? {} : { alignment: alignment.score }),
      ...(coherence.score === undefined ? {} : { coherence: coherence.score }),
      alignmentMass: alignment.mass,
      coherenceMass: coherence.mass,
      ...(label === undefined ? {} : { label }),
      ...labelled,
      derivedBy: DERIVED_BY,
      judgedAt: deps.now(),
    },
    { ...key, alignment: alignment.distribution, coherence: coherence.distribution },
  );
}

async function judgeQueue(
  { sitting, toJudge }: Attempt,
  reader: Reader | undefined,
  width: number,
): Promise<void> {
  const { deps, run } = sitting;
  await inLanes(toJudge, width, async (item) => {
    const answer = await deps.store.getAnswer(run.id, item);
    if (answer !== undefined) await judgeAnswer(sitting, reader, answer);
  });
}

async function judgeWith(attempt: Attempt, judge: RunJudge, loaded: LoadedModel): Promise<void> {
  try {
    const reader = new Reader(judge, loaded, await numberSpelling(loaded), attempt.stop);
    await judgeQueue(attempt, reader, loaded.facts.batch + WAITING);
  } catch (thrown) {
    throw naming(thrown, [judge.model]);
  }
}

/** Judge: takes answers as they come in and stores a verdict for each the moment it exists. */
export async function judgeAll(attempt: Attempt): Promise<void> {
  const { plan, stored } = attempt.sitting;
  const { judge } = plan.spec;
  if (judge === undefined) {
    await judgeQueue(attempt, undefined, 1);
    return;
  }
  if (stored.judged.size === plan.total) return;
  await attempt.using([judge.model], async (loaded) => {
    for (const own of loaded) await judgeWith(attempt, judge, own);
  });
}
