import { AppError } from '../errors.ts';
import type { CalibrationAnswer, CalibrationSet } from '../calibration/types.ts';
import { turnOf } from '../run/conversation.ts';
import { packsOf } from '../run/conduct.ts';
import { makePlan, placeOf } from '../run/plan.ts';
import type { Given, JudgedAs } from '../run/verdict.ts';
import type { JudgingDeps } from './events.ts';
import type { Judging } from './types.ts';

/** An answer that is to be judged, and how. */
export interface Case {
  readonly as: JudgedAs;
  readonly given: Given;
}

/** Answers that exist already, by number. */
export interface Cases {
  readonly items: readonly number[];
  read(item: number): Promise<Case | undefined>;
}

async function ofRun({ id }: Judging, runId: string, { store }: JudgingDeps): Promise<Cases> {
  const run = await store.getRun(runId);
  if (run === undefined) throw new AppError('not-found', `expected run ${runId} to be stored, got none`);
  const plan = makePlan(run.spec, await packsOf(store, run));
  return {
    items: await store.answeredItems(runId),
    async read(item) {
      const answer = await store.getAnswer(runId, item);
      if (answer === undefined) return undefined;
      const { group } = placeOf(plan, item);
      const turn = await turnOf(store, plan, runId, item);
      return {
        as: group,
        given: { question: turn?.question ?? group.question, answer: { ...answer, runId: id } },
      };
    },
  };
}

const ANSWER_FORMS = { free: 'text', json: 'json', code: 'code' } as const;

function asCase(runId: string, item: number, { question, answer, format }: CalibrationAnswer): Case {
  const form = { id: format, title: format, template: '{question}', answer: ANSWER_FORMS[format] };
  return {
    as: { task: { kind: 'answer' }, format: form, onScales: true, moreScales: [], labelJudges: [] },
    given: { question, answer: { runId, item, text: answer } },
  };
}

function ofSet({ id }: Judging, { answers }: CalibrationSet): Cases {
  return {
    items: Array.from(answers.keys()),
    read(item) {
      const answer = answers[item];
      return Promise.resolve(answer === undefined ? undefined : asCase(id, item, answer));
    },
  };
}

/**
 * The answers that a judging is about: all stored ones of a run, or those of a calibration set by their index.
 * @throws AppError `not-found` when the run, one of its packs or the set is not at hand.
 */
export async function casesOf(judging: Judging, deps: JudgingDeps): Promise<Cases> {
  const { subject } = judging;
  if (subject.kind === 'run') return await ofRun(judging, subject.runId, deps);
  const set = await deps.calibration(subject.set);
  if (set === undefined)
    throw new AppError('not-found', `expected calibration set ${subject.set} to be at hand, got none`);
  return ofSet(judging, set);
}
