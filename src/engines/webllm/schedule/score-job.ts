import type { Logits, SequenceId } from '../device-model.ts';
import type { Feeds, Read } from './feeds.ts';
import { Job, known } from './job.ts';
import type { Held } from './prompts.ts';
import type { Sequences } from './sequences.ts';

export interface ScoreRun {
  readonly prompt: readonly number[];
  /** Tokens of each continuation, none empty. */
  readonly continuations: readonly (readonly number[])[];
}

/** log P of each token of each continuation. */
export class ScoreJob extends Job<readonly (readonly number[])[]> {
  readonly request: ScoreRun;
  readonly #logprobs: number[][];
  /** Each token is read once. */
  #missing: number;

  constructor(request: ScoreRun, signal: AbortSignal) {
    super(signal);
    this.request = request;
    this.#logprobs = request.continuations.map(() => []);
    this.#missing = request.continuations.reduce((sum, { length }) => sum + length, 0);
    if (request.continuations.length === 0) this.finish([]);
  }

  /** Tokens of the longest continuation but its last, which need not go through the model. */
  get extra(): number {
    return Math.max(0, ...this.request.continuations.map((tokens) => tokens.length - 1));
  }

  /** Reads tokens of continuations in rows of logits. */
  async read(
    logits: Logits,
    wanted: readonly { readonly row: number; readonly index: number; readonly at: number }[],
  ): Promise<void> {
    const { continuations } = this.request;
    const entries = wanted.map(({ row, index, at }) => ({ row, id: continuations[index]?.[at] ?? 0 }));
    const found = await logits.logprobs(entries);
    if (this.isOver()) return;
    this.guard(() => {
      wanted.forEach(({ index, at }, nth) => {
        const of = this.#logprobs[index];
        if (of !== undefined) of[at] = known(found[nth]);
      });
      this.#missing -= wanted.length;
      if (this.#missing === 0) this.finish(this.#logprobs);
    });
  }
}

/**
 * Feeds the continuations of more than one token, each into a fork of the prompt, as many at once as there are sequences. All of
 * them go through the model in one prefill where they fit.
 */
export function feedContinuations(
  job: ScoreJob,
  held: Held,
  leases: readonly SequenceId[],
  { feeds, sequences }: { readonly feeds: Feeds; readonly sequences: Sequences },
): void {
  const { continuations } = job.request;
  const open = continuations.flatMap((tokens, index) => (tokens.length > 1 ? index : []));
  let lanes = leases.length;
  const leave = (id: SequenceId): void => {
    sequences.close(id);
    if (--lanes === 0) held.release();
  };
  const next = (id: SequenceId): void => {
    const index = open.shift();
    if (index === undefined || job.isOver()) {
      leave(id);
      return;
    }
    const tokens = (continuations[index] ?? []).slice(0, -1);
    sequences.begin(id, { id: held.id, tokens: held.tokens.length });
    feeds.add({
      id,
      tokens,
      reads: tokens.map((_, at) => at),
      stopped: job.isOver,
      // The row after token n is where token n + 1 is read.
      take: (logits, reads: readonly Read[]) =>
        job.read(
          logits,
          reads.map(({ row, position }) => ({ row, index, at: position + 1 })),
        ),
      done: () => {
        sequences.reset(id);
        next(id);
      },
      fail: (thrown) => {
        if (thrown !== undefined) job.fail(thrown);
        leave(id);
      },
    });
  };
  if (lanes === 0) held.release();
  for (const id of leases) next(id);
}
