import type { Choice, Logits, SequenceId } from '../device-model.ts';
import type { Decoding } from './decoding.ts';
import type { Feeds } from './feeds.ts';
import { known, type Job } from './job.ts';
import type { SampleJob } from './sample-job.ts';
import { feedContinuations, type ScoreJob } from './score-job.ts';
import type { Sequences } from './sequences.ts';
import type { Task } from './task.ts';

function common(job: Pick<Job<unknown>, 'isOver' | 'fail'>): Pick<Task, 'isOver' | 'fail'> {
  return {
    isOver: job.isOver,
    fail: (thrown) => {
      job.fail(thrown);
    },
  };
}

/** Reads the likeliest tokens after a prompt. */
export function readTask(job: Job<readonly Choice[]>, prompt: readonly number[], top: number): Task {
  return {
    ...common(job),
    prompt,
    reads: [prompt.length - 1],
    extra: 0,
    decodes: 0,
    take: async (logits, reads) => {
      const choices = await logits.top(reads[0]?.row ?? 0, top);
      if (job.isOver()) return;
      job.guard(() => {
        for (const { logprob } of choices) known(logprob);
        job.finish(choices);
      });
    },
    ready: (held) => {
      held.release();
    },
  };
}

/**
 * Samples of one prompt: forks of it, or, where nothing can be shared, the prompt again for each, whose sequence then is the
 * sample's own.
 */
export function sampleTasks(job: SampleJob, decoding: Decoding, forks: boolean): readonly Task[] {
  const all = job.request.seeds.map((_, index) => index);
  return forks
    ? [sampleTask(job, decoding, all)]
    : all.map((index) => sampleTask(job, decoding, [index], true));
}

function sampleTask(job: SampleJob, decoding: Decoding, indexes: readonly number[], alone = false): Task {
  const { prompt } = job.request;
  let row: Logits | undefined;
  return {
    ...common(job),
    prompt,
    reads: [prompt.length - 1],
    extra: job.extra,
    decodes: indexes.length,
    take: (logits, reads) => {
      row = logits.keep(reads[0]?.row ?? 0);
      return Promise.resolve();
    },
    ready: (held, spare) => {
      if (row === undefined) return;
      const start = { job, logits: row, indexes: [...indexes] };
      if (alone) decoding.add({ ...start, held: { ...held, release: () => undefined }, spare: held.id });
      else decoding.add({ ...start, held, spare });
    },
  };
}

interface Tools {
  readonly feeds: Feeds;
  readonly sequences: Sequences;
  readonly lease: (tokens: number) => SequenceId | undefined;
}

/** Continuations of one prompt: the prompt once and all continuations behind it, or, unshared, the prompt with each. */
export function scoreTasks(job: ScoreJob, tools: Tools, forks: boolean): readonly Task[] {
  if (forks) return [scoreTask(job, tools)];
  return job.request.continuations.map((tokens, index) => wholeTask(job, tokens, index));
}

function scoreTask(job: ScoreJob, { feeds, sequences, lease }: Tools): Task {
  const { prompt, continuations } = job.request;
  const { extra } = job;
  return {
    ...common(job),
    prompt,
    reads: [prompt.length - 1],
    extra,
    decodes: 0,
    take: (logits, reads) => {
      const row = reads[0]?.row ?? 0;
      return job.read(
        logits,
        continuations.map((_, index) => ({ row, index, at: 0 })),
      );
    },
    ready: (held, spare) => {
      const leases = spare === undefined ? [] : [spare];
      const wanted = continuations.filter(({ length }) => length > 1).length;
      while (leases.length > 0 && leases.length < wanted) {
        const id = lease(extra);
        if (id === undefined) break;
        leases.push(id);
      }
      feedContinuations(job, held, leases, { feeds, sequences });
    },
  };
}

function wholeTask(job: ScoreJob, tokens: readonly number[], index: number): Task {
  const { prompt } = job.request;
  const first = prompt.length - 1;
  return {
    ...common(job),
    prompt: [...prompt, ...tokens.slice(0, -1)],
    reads: tokens.map((_, at) => first + at),
    extra: 0,
    decodes: 0,
    take: (logits, reads) =>
      job.read(
        logits,
        reads.map(({ row, position }) => ({ row, index, at: position - first })),
      ),
    ready: (held) => {
      held.release();
    },
  };
}
