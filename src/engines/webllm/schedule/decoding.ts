import type { AppError } from '../../../core/errors.ts';
import type { Choice, DeviceModel, Draw, Logits, SequenceId } from '../device-model.ts';
import { uniform } from '../readout/random.ts';
import type { Held } from './prompts.ts';
import type { SampleJob, Writer } from './sample-job.ts';
import type { Sequences } from './sequences.ts';

/** A prompt whose samples are still to be started. */
export interface Start {
  readonly job: SampleJob;
  /** The row after the prompt. */
  readonly logits: Logits;
  readonly held: Held;
  /** The sequence that its next sample goes into: one leased for it, or, where nothing is shared, the prompt's own. */
  spare: SequenceId | undefined;
  /** Indexes of the samples to start. */
  readonly indexes: number[];
}

interface Runner {
  readonly job: SampleJob;
  readonly index: number;
  readonly writer: Writer;
  readonly id: SequenceId;
  /** Drawn last, and not yet in the sequence. */
  token: number;
  drawn: number;
}

export interface DecodingOptions {
  readonly model: DeviceModel;
  readonly sequences: Sequences;
  readonly batch: number;
  /** A sequence with room for so many tokens, at the expense of prompts that nobody holds. */
  readonly lease: (tokens: number) => SequenceId | undefined;
}

/** The samples that are being drawn, all of them a token further at each step, whatever prompts they belong to. */
export class Decoding {
  readonly #options: DecodingOptions;
  #starts: Start[] = [];
  #runners: Runner[] = [];

  constructor(options: DecodingOptions) {
    this.#options = options;
  }

  /** Samples that are drawn or about to be. */
  get load(): number {
    return this.#starts.reduce((sum, { indexes }) => sum + indexes.length, this.#runners.length);
  }

  /** Whether a step has nothing to draw. */
  get idle(): boolean {
    return this.#runners.length === 0;
  }

  add(start: Start): void {
    this.#starts.push(start);
  }

  /** Forgets what belongs to calls that are over. */
  sweep(): void {
    const gone = this.#runners.filter(({ job }) => job.isOver());
    this.#runners = this.#runners.filter((runner) => !gone.includes(runner));
    for (const { id } of gone) this.#options.sequences.close(id);
    for (const start of this.#starts.filter(({ job }) => job.isOver())) this.#end(start);
  }

  /** Ends every call; the model is no more. */
  fail(error: AppError): void {
    for (const { job } of [...this.#runners, ...this.#starts]) job.fail(error);
    this.#runners = [];
    this.#starts = [];
  }

  /** Starts samples while there is room for them, of the prompt that waits longest first; whether it did any. */
  async start(): Promise<boolean> {
    let started = false;
    for (const start of this.#starts) {
      let ids = this.#places(start);
      while (ids.length > 0) {
        started = true;
        await this.#begin(start, ids);
        ids = start.job.isOver() ? [] : this.#places(start);
      }
      if (start.job.isOver() || start.indexes.length === 0) this.#end(start);
    }
    return started;
  }

  /** One token for each; resolves at once where there is none to draw. */
  async step(): Promise<void> {
    const runners = this.#runners;
    if (runners.length === 0) return;
    const logits = await this.#options.model.decode(runners.map(({ id, token }) => ({ id, token })));
    const draws = runners.map(({ job, index, drawn }, row) => drawOf(job, index, drawn, row));
    const choices = await logits.sample(draws);
    logits.release();
    runners.forEach((runner, at) => {
      const choice = choices[at];
      if (choice === undefined) return;
      runner.drawn++;
      runner.token = choice.id;
      if (accepts(runner.job, runner.index, runner.writer, choice, runner.drawn)) this.#close(runner);
    });
  }

  #places(start: Start): readonly SequenceId[] {
    const free = this.#options.batch - this.#runners.length;
    const ids: SequenceId[] = [];
    while (ids.length < Math.min(free, start.indexes.length)) {
      const id = start.spare ?? this.#options.lease(start.job.extra);
      if (id === undefined) break;
      start.spare = undefined;
      ids.push(id);
    }
    return ids;
  }

  /** Draws the first tokens of the next samples from the row after the prompt. */
  async #begin(start: Start, ids: readonly SequenceId[]): Promise<void> {
    const { job, held, logits } = start;
    const indexes = start.indexes.splice(0, ids.length);
    const choices = await logits.sample(indexes.map((index) => drawOf(job, index, 0, 0)));
    ids.forEach((id, at) => {
      const index = indexes[at];
      const choice = choices[at];
      if (index === undefined || choice === undefined) return;
      const writer = job.writer();
      if (accepts(job, index, writer, choice, 1)) {
        this.#giveBack(start, id);
        return;
      }
      if (id !== held.id) this.#options.sequences.begin(id, { id: held.id, tokens: held.tokens.length });
      this.#runners.push({ job, index, writer, id, token: choice.id, drawn: 1 });
    });
  }

  /** A place that was not needed is the first for the next sample. */
  #giveBack(start: Start, id: SequenceId): void {
    if (start.spare === undefined && start.indexes.length > 0) start.spare = id;
    else this.#options.sequences.close(id);
  }

  #close(runner: Runner): void {
    this.#runners = this.#runners.filter((other) => other !== runner);
    this.#options.sequences.close(runner.id);
  }

  #end(start: Start): void {
    this.#starts = this.#starts.filter((other) => other !== start);
    start.logits.release();
    if (start.spare !== undefined) this.#options.sequences.close(start.spare);
    start.held.release();
  }
}

/** Gives a sample its next token; true where nothing more is to be drawn for it. */
function accepts(job: SampleJob, index: number, writer: Writer, choice: Choice, drawn: number): boolean {
  if (job.isOver()) return true;
  try {
    return job.accept(index, writer, choice, drawn);
  } catch (thrown) {
    job.fail(thrown);
    return true;
  }
}

function drawOf({ request }: SampleJob, index: number, drawn: number, row: number): Draw {
  const { temperature, topP, seeds } = request;
  return { row, temperature, topP, random: uniform(seeds[index] ?? 0, drawn) };
}
