import { AppError } from '../core/errors.ts';
import type { WholeJudging, WholeRun } from '../core/formats/run-file.ts';

/** Under which ids the records of a run are stored: its own and those of its judgings. */
export function ownersOf({ run, judgings = [] }: WholeRun): readonly string[] {
  return [run.id, ...judgings.map(({ judging }) => judging.id)];
}

/** A file names its ids itself: none may take the place of what is stored under one of them. */
export function takenError(id: string, runId: string): AppError {
  const what = id === runId ? `run ${id}` : `run ${runId} with the judge's work ${id}, which`;
  return new AppError(
    'invalid-file',
    `${what} is on this device already; delete it first to import it again`,
  );
}

/** As it is stored: marked as imported, and what another device was at work on is at work no more. */
export function asImported(whole: WholeRun): WholeRun {
  const { run, judgings } = whole;
  return {
    ...whole,
    run: { ...run, status: stillStatus(run.status), imported: true },
    ...(judgings === undefined ? {} : { judgings: judgings.map(still) }),
  };
}

function stillStatus(status: WholeRun['run']['status']): WholeRun['run']['status'] {
  return status === 'running' ? 'paused' : status;
}

function still({ judging, ...records }: WholeJudging): WholeJudging {
  return { ...records, judging: { ...judging, status: stillStatus(judging.status) } };
}
