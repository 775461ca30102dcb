import { casesOfRun, casesOfSet } from '../core/calibration/case.ts';
import { calibrationReport } from '../core/calibration/report.ts';
import type { CalibrationSet } from '../core/calibration/types.ts';
import type { Verdict } from '../core/judge/types.ts';
import type { Judging } from '../core/judging/types.ts';
import { packsOf } from '../core/run/conduct.ts';
import { makePlan, placeOf } from '../core/run/plan.ts';
import type { Plan } from '../core/run/types.ts';
import type { Store } from '../storage/types.ts';
import type { CaseText, JudgeFitness, JudgingReport, RunOpinion } from './judging-types.ts';
import { PAGE, storedRows } from './rows.ts';

async function verdictsOf(store: Store, id: string): Promise<readonly Verdict[]> {
  const all: Verdict[] = [];
  for (let from = 0; ;) {
    const page = await store.verdictsPage(id, from, PAGE);
    for (const verdict of page) all.push(verdict);
    if (page.length < PAGE) return all;
    from = (page.at(-1)?.item ?? 0) + 1;
  }
}

function kindsOf(plan: Plan): ReadonlyMap<string, string> {
  return new Map(plan.groups.map(({ packId, probeId, probeTitle }) => [`${packId}/${probeId}`, probeTitle]));
}

async function ofRun(store: Store, judging: Judging, runId: string): Promise<JudgingReport | undefined> {
  const run = await store.getRun(runId);
  if (run?.published === undefined) return undefined;
  const plan = makePlan(run.spec, await packsOf(store, run));
  const published = await storedRows(store, runId, plan);
  const cases = casesOfRun(published, await storedRows(store, runId, plan, judging.id));
  return { judging, title: run.title, truth: 'published', report: calibrationReport(cases, kindsOf(plan)) };
}

/** What the stored verdicts of a judging say of its judge; undefined where nothing says what is true of the answers. */
export async function reportOf(
  store: Store,
  judging: Judging,
  sets: readonly CalibrationSet[],
): Promise<JudgingReport | undefined> {
  const { subject } = judging;
  if (subject.kind === 'run') return ofRun(store, judging, subject.runId);
  const set = sets.find(({ hash }) => hash === subject.set);
  if (set === undefined) return undefined;
  const cases = casesOfSet(set, await verdictsOf(store, judging.id));
  return { judging, title: set.title, truth: 'set', report: calibrationReport(cases, set.kinds), set };
}

/**
 * By judging: what each finished calibration says. `judgings` are newest first, and so is what comes back. A finished one never changes, so
 * what is `known` of it is not worked out again.
 */
export async function trialsOf(
  store: Store,
  judgings: readonly Judging[],
  sets: readonly CalibrationSet[],
  known: ReadonlyMap<string, JudgeFitness> = new Map(),
): Promise<ReadonlyMap<string, JudgeFitness>> {
  const trials = new Map<string, JudgeFitness>();
  for (const judging of judgings) {
    if (judging.subject.kind !== 'calibration' || judging.status !== 'done') continue;
    const calibration = known.get(judging.id)?.calibration ?? (await reportOf(store, judging, sets));
    if (calibration !== undefined)
      trials.set(judging.id, { fitness: calibration.report.fitness, calibration });
  }
  return trials;
}

function isMadeFor({ calibration }: JudgeFitness): boolean {
  return calibration?.set?.rubric === calibration?.judging.judge.rubric.id;
}

/**
 * By judge hash: the calibration that stands beside a judge's rates. Of several the latest on answers made for the judge's own rubric, since
 * a judge of a small world is not to be measured by the large one; else the latest.
 */
export function fitnessByJudge(trials: ReadonlyMap<string, JudgeFitness>): ReadonlyMap<string, JudgeFitness> {
  const known = new Map<string, JudgeFitness>();
  for (const trial of trials.values()) {
    const hash = trial.calibration?.judging.judgeHash;
    if (hash === undefined) continue;
    const before = known.get(hash);
    if (before === undefined || (isMadeFor(trial) && !isMadeFor(before))) known.set(hash, trial);
  }
  return known;
}

/** The text of one case of a report: an answer of the set, or of the run. */
export async function caseTextOf(
  store: Store,
  { subject }: Judging,
  caseId: string,
  sets: readonly CalibrationSet[],
): Promise<CaseText | undefined> {
  if (subject.kind === 'calibration') {
    const set = sets.find(({ hash }) => hash === subject.set);
    return set?.answers.find(({ id }) => id === caseId);
  }
  const run = await store.getRun(subject.runId);
  const answer = await store.getAnswer(subject.runId, Number(caseId));
  if (run === undefined || answer === undefined) return undefined;
  const plan = makePlan(run.spec, await packsOf(store, run));
  return { question: placeOf(plan, answer.item).group.question, answer: answer.text };
}

export function judgeLabel({ judge }: Pick<Judging, 'judge'>): string {
  return `${judge.model.label}, ${judge.rubric.title} ${judge.rubric.version}`;
}

/** What the run's own judge and each of `judgings` said of its answers. */
export async function opinionsOf(
  store: Store,
  runId: string,
  judgings: readonly Judging[],
): Promise<readonly RunOpinion[]> {
  const run = await store.getRun(runId);
  if (run === undefined) return [];
  const plan = makePlan(run.spec, await packsOf(store, run));
  const { judge } = run.spec;
  const own =
    judge === undefined ? run.published && 'Published scores' : `${judgeLabel({ judge })}, the run’s own`;
  const opinions: RunOpinion[] = [];
  if (own !== undefined) opinions.push({ label: own, rows: await storedRows(store, runId, plan) });
  for (const judging of judgings) {
    const rows = await storedRows(store, runId, plan, judging.id);
    opinions.push({ judgingId: judging.id, label: judgeLabel(judging), rows });
  }
  return opinions;
}
