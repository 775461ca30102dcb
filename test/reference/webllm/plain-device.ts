import { AppError } from '../../../src/core/errors.ts';
import type {
  DeviceLimits,
  DeviceModel,
  Logits,
  Part,
  SequenceId,
  Step,
} from '../../../src/engines/webllm/device-model.ts';

/** A language model in plain code, one token after the other. */
export interface Net<State> {
  readonly vocabulary: number;
  start(): State;
  /** The state after the first `tokens` tokens. */
  cut(state: State, tokens: number): State;
  /** Takes one more token; gives the logits of the next. */
  feed(state: State, token: number): Float32Array;
}

interface Sequence<State> {
  readonly state: State;
  length: number;
  /** A fork has the whole pages of its parent in common with it. */
  readonly pages: object[];
}

export interface Counts {
  prefills: number;
  prefilled: number;
  decodes: number;
  decoded: number;
  forks: number;
  /** Sequences there are, and the most there ever were. */
  live: number;
  most: number;
}

/**
 * Stands in for a compiled model library in tests: the same interface over a plain net, which a test can compute by itself. It
 * refuses what would break the real one: more sequences, tokens or pages than there are, unknown sequences, empty parts.
 */
export class PlainDevice<State> implements DeviceModel {
  readonly limits: DeviceLimits;
  readonly vocabulary: number;
  readonly counts: Counts = {
    prefills: 0,
    prefilled: 0,
    decodes: 0,
    decoded: 0,
    forks: 0,
    live: 0,
    most: 0,
  };
  /** Called before each forward pass; what it throws is the model's failure. */
  before: (kind: 'prefill' | 'decode') => void = () => undefined;
  readonly fork?: (parent: SequenceId, child: SequenceId, tokens: number) => void;
  readonly #net: Net<State>;
  readonly #toLogits: (rows: readonly Float32Array[]) => Logits;
  readonly #sequences = new Map<SequenceId, Sequence<State>>();

  constructor(
    net: Net<State>,
    limits: DeviceLimits,
    toLogits: (rows: readonly Float32Array[]) => Logits,
    forks = true,
  ) {
    this.#net = net;
    this.limits = limits;
    this.vocabulary = net.vocabulary;
    this.#toLogits = toLogits;
    if (!forks) return;
    this.fork = (parent, child, tokens) => {
      const from = this.#get(parent);
      expect(tokens >= 1 && tokens <= from.length, `fork at ${tokens} of ${from.length}`);
      this.counts.forks++;
      const pages = from.pages.slice(0, Math.floor(tokens / limits.pageTokens));
      if (tokens % limits.pageTokens > 0) pages.push({});
      this.#put(child, { state: net.cut(from.state, tokens), length: tokens, pages });
    };
  }

  add(id: SequenceId): void {
    this.#put(id, { state: this.#net.start(), length: 0, pages: [] });
  }

  remove(id: SequenceId): void {
    this.#get(id);
    this.#sequences.delete(id);
    this.counts.live--;
  }

  async prefill(parts: readonly Part[], read: readonly number[]): Promise<Logits> {
    const tokens = parts.reduce((sum, part) => sum + part.tokens.length, 0);
    expect(
      tokens <= this.limits.prefillTokens && parts.length <= this.limits.batch,
      `prefill of ${tokens} tokens`,
    );
    expect(read.length <= this.limits.batch, `${read.length} positions read`);
    expect(
      parts.every((part) => part.tokens.length > 0),
      'an empty part',
    );
    if (this.limits.reads === 'last')
      expect(parts.length === 1 && read.every((at) => at === tokens - 1), 'reads of the last position only');
    this.before('prefill');
    this.counts.prefills++;
    this.counts.prefilled += tokens;
    const rows = parts.flatMap((part) => this.#feed(part.id, part.tokens));
    return Promise.resolve(this.#toLogits(read.map((at) => rowOf(rows, at))));
  }

  async decode(steps: readonly Step[]): Promise<Logits> {
    expect(steps.length >= 1 && steps.length <= this.limits.batch, `decode of ${steps.length}`);
    this.before('decode');
    this.counts.decodes++;
    this.counts.decoded += steps.length;
    return Promise.resolve(this.#toLogits(steps.flatMap(({ id, token }) => this.#feed(id, [token]))));
  }

  dispose(): Promise<void> {
    this.#sequences.clear();
    return Promise.resolve();
  }

  #feed(id: SequenceId, tokens: readonly number[]): Float32Array[] {
    const sequence = this.#get(id);
    sequence.length += tokens.length;
    expect(sequence.length <= this.limits.contextTokens, `a sequence of ${sequence.length} tokens`);
    const { pages, pageTokens } = this.limits;
    while (sequence.pages.length * pageTokens < sequence.length) sequence.pages.push({});
    const used = new Set([...this.#sequences.values()].flatMap((other) => other.pages)).size;
    expect(used <= pages, `${used} of ${pages} pages`);
    return tokens.map((token) => this.#net.feed(sequence.state, token));
  }

  #get(id: SequenceId): Sequence<State> {
    const found = this.#sequences.get(id);
    if (found === undefined) throw new AppError('engine-crashed', `the stand-in has no sequence ${id}`);
    return found;
  }

  #put(id: SequenceId, sequence: Sequence<State>): void {
    expect(!this.#sequences.has(id), `sequence ${id} a second time`);
    this.#sequences.set(id, sequence);
    this.counts.live++;
    this.counts.most = Math.max(this.counts.most, this.counts.live);
    expect(this.counts.live <= this.limits.sequences, `${this.counts.live} sequences`);
  }
}

function expect(holds: boolean, what: string): void {
  if (!holds) throw new AppError('engine-crashed', `the stand-in for a model library refuses ${what}`);
}

function rowOf(rows: readonly Float32Array[], at: number): Float32Array {
  const row = rows[at];
  if (row === undefined)
    throw new AppError('engine-crashed', `the stand-in for a model library has no position ${at}`);
  return row;
}
