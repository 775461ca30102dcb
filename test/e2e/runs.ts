import type { App } from '../../cli/automation.ts';
import { readRunFile } from '../../src/core/formats/run-file.ts';
import type { ProgressSnapshot } from '../../src/state/automation.ts';

/** Waits until `enough` says so of the run that goes on; by default until it is done. Throws when the run fails. */
export async function follow(
  app: App,
  enough: (progress: ProgressSnapshot) => boolean = ({ status }) => status === 'done',
): Promise<ProgressSnapshot> {
  for (;;) {
    const progress = await app.progress();
    if (progress.failure !== undefined) throw new Error(progress.failure);
    if (enough(progress)) return progress;
    await new Promise((resolve) => setTimeout(resolve, 50)); // polling, with the test's own time limit
  }
}

/** What of an exported run must not depend on how often it was stopped: everything but the clock. */
export function results(exported: string): unknown {
  const { answers, verdicts, judgeRecords } = readRunFile(exported, 'run.json');
  return {
    answers: answers.map(({ item, text, seed, tokens, finish }) => ({ item, text, seed, tokens, finish })),
    verdicts: verdicts.map(({ item, alignment, coherence, exact }) => ({
      item,
      alignment,
      coherence,
      exact,
    })),
    judgeRecords: judgeRecords.map(({ item, alignment, coherence }) => ({ item, alignment, coherence })),
  };
}
