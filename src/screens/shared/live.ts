import type { LiveRun } from '../../state/types.ts';

/** 0..1 over answers and, where there is a judge, verdicts; absent before the size is known. */
export function liveFraction(live: LiveRun): number | undefined {
  if (live.total === 0) return undefined;
  const judging = live.run.spec.judge !== undefined;
  return judging ? (live.answered + live.judged) / (2 * live.total) : live.answered / live.total;
}

/** A run that is being worked on or waits to be: nothing else can be started. */
export function isBusy(live: LiveRun | undefined): boolean {
  return live?.run.status === 'running';
}
