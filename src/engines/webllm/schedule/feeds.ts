import type { AppError } from '../../../core/errors.ts';
import type { DeviceLimits, DeviceModel, Logits, Part, SequenceId, Step } from '../device-model.ts';

/** A position that was asked for and the row that its logits are in. */
export interface Read {
  readonly position: number;
  readonly row: number;
}

/** Tokens that go into a sequence, in as many prefills as they need. */
export interface Feed {
  readonly id: SequenceId;
  readonly tokens: readonly number[];
  /** Positions in `tokens` whose logits are wanted, ascending. */
  readonly reads: readonly number[];
  readonly stopped: () => boolean;
  /** Called with the logits of some of `reads`, in order; they are gone when it resolves. */
  take(logits: Logits, reads: readonly Read[]): Promise<void>;
  /** All tokens are in the sequence. */
  done(): void;
  /** The feed was stopped, or what was read is no use; the model goes on. */
  fail(error: unknown): void;
}

interface Fed {
  readonly feed: Feed;
  at: number;
}

interface Piece {
  readonly fed: Fed;
  readonly to: number;
  readonly reads: readonly Read[];
}

/** What waits to be prefilled: as many feeds as fit go through the model together. */
export class Feeds {
  readonly #model: DeviceModel;
  #waiting: Fed[] = [];

  constructor(model: DeviceModel) {
    this.#model = model;
  }

  get empty(): boolean {
    return this.#waiting.length === 0;
  }

  add(feed: Feed): void {
    this.#waiting.push({ feed, at: 0 });
  }

  /** One pass. Rejects where the model fails, which nothing survives. */
  async round(): Promise<void> {
    this.#sweep();
    const { pieces, parts, read } = plan(this.#waiting, this.#model.limits);
    if (parts.length === 0) return;
    const steps = asSteps(parts);
    const logits =
      steps === undefined ? await this.#model.prefill(parts, read) : await this.#model.decode(steps);
    await Promise.all(
      pieces.map(({ fed, reads }, row) =>
        deliver(fed.feed, steps === undefined ? reads : reads.map((wanted) => ({ ...wanted, row })), logits),
      ),
    );
    logits.release();
    for (const { fed, to } of pieces) fed.at = to;
    const complete = pieces.filter(({ fed }) => fed.at === fed.feed.tokens.length);
    this.#waiting = this.#waiting.filter((fed) => !complete.some((piece) => piece.fed === fed));
    for (const { fed } of complete) fed.feed.done();
  }

  /** Ends every feed. */
  clear(error: AppError): void {
    for (const { feed } of this.#waiting.splice(0)) feed.fail(error);
  }

  #sweep(): void {
    const gone = this.#waiting.filter(({ feed }) => feed.stopped());
    this.#waiting = this.#waiting.filter((fed) => !gone.includes(fed));
    for (const { feed } of gone) feed.fail(undefined);
  }
}

/** Where each sequence gets one token only, a step of decoding does the same for a fraction of a prefill's cost. */
function asSteps(parts: readonly Part[]): readonly Step[] | undefined {
  const steps = parts.flatMap(({ id, tokens: [token, ...more] }) =>
    token === undefined || more.length > 0 ? [] : [{ id, token }],
  );
  return steps.length === parts.length ? steps : undefined;
}

async function deliver(feed: Feed, reads: readonly Read[], logits: Logits): Promise<void> {
  if (reads.length > 0) await feed.take(logits, reads);
}

/** In order of arrival, up to the tokens and the rows of one prefill. */
function plan(
  waiting: readonly Fed[],
  limits: DeviceLimits,
): { readonly pieces: readonly Piece[]; readonly parts: readonly Part[]; readonly read: readonly number[] } {
  const pieces: Piece[] = [];
  const parts: Part[] = [];
  const read: number[] = [];
  let tokens = 0;
  for (const fed of waiting) {
    const { feed, at } = fed;
    if (tokens === limits.prefillTokens || parts.length === limits.batch) break;
    if (limits.reads === 'last' && parts.length > 0) break;
    const to = endOf(fed, limits.prefillTokens - tokens, limits.batch - read.length, limits.reads);
    if (to === at || (!limits.continues && to < feed.tokens.length)) break;
    const wanted = feed.reads.filter((position) => position >= at && position < to);
    const reads = wanted.map((position, nth) => ({ position, row: read.length + nth }));
    const before = tokens - at;
    read.push(...wanted.map((position) => before + position));
    pieces.push({ fed, to, reads });
    parts.push({ id: feed.id, tokens: feed.tokens.slice(at, to) });
    tokens += to - at;
  }
  return { pieces, parts, read };
}

/** How far a feed gets with so many more tokens and rows. */
function endOf({ feed, at }: Fed, tokens: number, rows: number, kind: DeviceLimits['reads']): number {
  const end = Math.min(feed.tokens.length, at + tokens);
  const ahead = feed.reads.filter((position) => position >= at);
  const [next] = ahead;
  if (kind === 'last' && next !== undefined) return Math.min(end, next + 1);
  const beyond = ahead[rows];
  return beyond === undefined ? end : Math.min(end, beyond);
}
