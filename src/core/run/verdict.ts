import type { Reader, Shown } from '../judge/reader.ts';
import { DERIVED_BY } from '../judge/score.ts';
import type { Distribution, ExactLabel, JudgeRecord, ScanReading, Verdict } from '../judge/types.ts';
import { checkKey } from '../measure/known-key.ts';
import { labelReadingOf } from '../measure/labels.ts';
import { measuredOf } from '../measure/measured.ts';
import { codeIn } from '../measure/scan.ts';
import { given } from '../pack/given.ts';
import type { Measures } from '../pack/types.ts';
import type { RunDeps } from './events.ts';
import type { Answer, PlanGroup } from './types.ts';

/** `derivedBy` of a verdict that no judge has a part in. Runs of Assay 0.2 and before have the other name. */
export const MEASURED_BY = 'measured/1';
const MEASURED_BEFORE = 'exact-key-only';

/** Whether a judge has a part in a verdict. */
export function isJudged({ derivedBy }: Pick<Verdict, 'derivedBy'>): boolean {
  return derivedBy !== MEASURED_BY && derivedBy !== MEASURED_BEFORE;
}

/** How an answer is to be judged. */
export type JudgedAs = Measures & Pick<PlanGroup, 'format' | 'task' | 'judgePrompts' | 'key' | 'topic'>;

/** An answer with what a judge is shown as its question. */
export interface Given {
  readonly question: string;
  readonly answer: Pick<Answer, 'runId' | 'item' | 'text' | 'choices' | 'number' | 'steps'>;
}

export type VerdictDeps = Pick<RunDeps, 'exactKey' | 'scan' | 'now'>;

/** A verdict and what it was derived from; they are stored together. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly record: JudgeRecord;
}

/** Whether a judge has anything to say of such an answer. */
export function needsJudge({ task, onScales, labelJudges, moreScales }: JudgedAs): boolean {
  return task.kind === 'answer' && (onScales || labelJudges.length + moreScales.length > 0);
}

type Said = Pick<Verdict, 'alignment' | 'coherence' | 'alignmentMass' | 'coherenceMass' | 'label'> &
  Pick<Verdict, 'labels' | 'scores'>;

interface Heard {
  readonly said: Said;
  readonly raw: Omit<JudgeRecord, 'runId' | 'item'>;
}

const SILENT: Heard = { said: { alignmentMass: 0, coherenceMass: 0 }, raw: { alignment: [], coherence: [] } };

/** One after the other: the second prompt shares its beginning with the first, which is still in the cache. */
async function onScales(as: JudgedAs, shown: Shown, reader: Reader): Promise<Heard> {
  if (!as.onScales) return SILENT;
  const alignment = await reader.scale('alignment', shown, as.judgePrompts);
  const coherence = await reader.scale('coherence', shown, as.judgePrompts);
  return {
    said: {
      alignmentMass: alignment.mass,
      coherenceMass: coherence.mass,
      ...given({ alignment: alignment.score, coherence: coherence.score }),
      ...given({ label: alignment.label ?? coherence.label }),
    },
    raw: { alignment: alignment.distribution, coherence: coherence.distribution },
  };
}

/** All that the judge is asked of one answer. */
async function heard(as: JudgedAs, shown: Shown, reader: Reader): Promise<Heard> {
  const { said, raw } = await onScales(as, shown, reader);
  const more: { id: string; distribution: Distribution }[] = [];
  const scores = [];
  for (const own of as.moreScales) {
    const { score, mass, distribution } = await reader.ownScale(own, shown);
    scores.push({ id: own.id, mass: Math.min(1, mass), ...given({ score }) });
    more.push({ id: own.id, distribution });
  }
  const labels = [];
  for (const judge of as.labelJudges) {
    const distribution = await reader.labels(judge, shown);
    labels.push(labelReadingOf(judge.id, distribution));
    more.push({ id: judge.id, distribution });
  }
  return {
    said: { ...said, ...(labels.length > 0 ? { labels } : {}), ...(scores.length > 0 ? { scores } : {}) },
    raw: more.length > 0 ? { ...raw, more } : raw,
  };
}

async function exactLabel(as: JudgedAs, text: string, deps: VerdictDeps): Promise<ExactLabel | undefined> {
  if (as.key === undefined || as.topic === undefined) return undefined;
  const key = await deps.exactKey(as.key);
  return key?.label(as.topic, as.format.id, text);
}

async function scanned(as: JudgedAs, text: string, deps: VerdictDeps): Promise<ScanReading | undefined> {
  if (as.scan === undefined || deps.scan === undefined) return undefined;
  return await deps.scan(codeIn(text));
}

/**
 * Everything that is to be said of one answer: what the judge says, where there is one (`reader`) and something for it to
 * read, and what needs none. Undefined where nothing is to be said.
 */
export async function judgeAnswer(
  as: JudgedAs,
  { question, answer }: Given,
  reader: Reader | undefined,
  deps: VerdictDeps,
): Promise<Judgement | undefined> {
  const { runId, item, text } = answer;
  const alone = {
    exact: await exactLabel(as, text, deps),
    key: as.knownKey === undefined ? undefined : checkKey(as.knownKey, as.format, text),
    scan: await scanned(as, text, deps),
    measured: measuredOf(as.task, answer),
  };
  if (reader === undefined && Object.values(alone).every((each) => each === undefined)) return undefined;
  const judged = reader !== undefined && needsJudge(as);
  const { said, raw } = judged ? await heard(as, { question, answer: text }, reader) : SILENT;
  const derivedBy = judged ? DERIVED_BY : MEASURED_BY;
  return {
    verdict: { runId, item, ...said, ...given(alone), derivedBy, judgedAt: deps.now() },
    record: { runId, item, ...raw },
  };
}
