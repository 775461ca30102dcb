import type { Choice } from '../device-model.ts';
import { Job, known } from './job.ts';

/** Turns drawn tokens into a text. */
export interface Writer {
  /** Takes the next token; true where the answer ends with it. */
  push(token: number): boolean;
}

export interface SampleRun {
  readonly prompt: readonly number[];
  readonly seeds: readonly number[];
  readonly temperature: number;
  readonly topP: number;
  readonly maxTokens: number;
  readonly writer: () => Writer;
  /** Called once for each sample when it is finished; what it throws ends this call. */
  readonly onDone: (index: number, writer: Writer, end: SampleEnd) => void;
}

export interface SampleEnd {
  readonly tokens: number;
  readonly finish: 'stop' | 'length';
}

/** Samples of one prompt. */
export class SampleJob extends Job<undefined> {
  readonly request: SampleRun;
  /** Tokens that one sample may have. */
  readonly extra: number;
  #left: number;

  constructor(request: SampleRun, contextTokens: number, signal: AbortSignal) {
    super(signal);
    this.request = request;
    this.extra = Math.min(request.maxTokens, contextTokens - request.prompt.length);
    this.#left = request.seeds.length;
    if (this.#left === 0) this.finish(undefined);
  }

  writer(): Writer {
    return this.request.writer();
  }

  /** Takes a sample's next token, its `drawn`th; true where the sample ends with it. Throws where the row was broken. */
  accept(index: number, writer: Writer, { id, logprob }: Choice, drawn: number): boolean {
    known(logprob);
    const stopped = writer.push(id);
    if (!stopped && drawn < this.extra) return false;
    this.request.onDone(index, writer, { tokens: drawn, finish: stopped ? 'stop' : 'length' });
    if (--this.#left === 0) this.finish(undefined);
    return true;
  }
}
