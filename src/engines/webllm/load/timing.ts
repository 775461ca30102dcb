import type { Speed } from '../../../core/engine.ts';
import type { DeviceModel, SequenceId } from '../device-model.ts';

const BATCHES = [1, 4, 16, 64];
/** For all of it; a batch is not begun later. */
const BUDGET_MS = 8000;
/** Steps of one batch go on for so long. */
const SPAN_MS = 150;
/** A smaller batch has to be so much faster than the one asked for to be taken instead; timings of a busy machine vary. */
const CLEARLY = 1.5;

export interface Timing {
  readonly speed: Speed;
  /** The batch to use: the largest that nothing smaller clearly beats. */
  readonly batch: number;
}

export interface TimingRequest {
  readonly model: DeviceModel;
  /** A sequence that holds these tokens, to decode from. */
  readonly id: SequenceId;
  readonly text: readonly number[];
  /** The most sequences to try. */
  readonly batch: number;
  readonly prefillTokensPerS: number;
  readonly now: () => number;
}

/** Times decoding steps of 1, 4, 16 and 64 sequences, as far as asked for and as time allows; draws one token of each row. */
export async function timeDecoding(request: TimingRequest): Promise<Timing> {
  const { model, batch, prefillTokensPerS, now } = request;
  const wanted = [...new Set([...BATCHES.filter((size) => size < batch), batch])];
  const room = Math.min(model.limits.batch, model.limits.sequences - 1);
  const started = now();
  const decode: { readonly batch: number; readonly tokensPerS: number }[] = [];
  for (const size of wanted) {
    if (size > 1 && (size > room || model.fork === undefined || now() - started > BUDGET_MS)) break;
    decode.push({ batch: size, tokensPerS: await timeBatch(request, size) });
  }
  return { speed: { prefillTokensPerS, decode }, batch: chosen(decode, batch) };
}

/** Sequences that are forks of the prompt, or the prompt itself where it is the only one; a first step is not counted. */
async function timeBatch({ model, id, text, now }: TimingRequest, size: number): Promise<number> {
  const ids = model.fork === undefined ? [id] : Array.from({ length: size }, (_, at) => id + 1 + at);
  if (model.fork !== undefined) for (const child of ids) model.fork(id, child, text.length);
  const token = text[0] ?? 0;
  const step = async (): Promise<void> => {
    const logits = await model.decode(ids.map((child) => ({ id: child, token })));
    await logits.sample(ids.map((_, row) => ({ row, temperature: 1, topP: 1, random: 0.5 })));
    logits.release();
  };
  const first = now();
  await step();
  let [from, steps] = [first, 1];
  if (now() - first < SPAN_MS) {
    [from, steps] = [now(), 0];
    const most = Math.min(64, model.limits.contextTokens - text.length - 1);
    while (steps === 0 || (now() - from < SPAN_MS && steps < most)) {
      await step();
      steps++;
    }
  }
  const seconds = (now() - from) / 1000;
  if (model.fork !== undefined) for (const child of ids) model.remove(child);
  return (steps * size) / Math.max(seconds, 1e-6);
}

function chosen(decode: Speed['decode'], batch: number): number {
  const best = Math.max(...decode.map(({ tokensPerS }) => tokensPerS));
  const good = decode.findLast(({ tokensPerS }) => tokensPerS * CLEARLY >= best);
  // What could not be timed is not ruled out by what could.
  return good === undefined || good === decode.at(-1) ? batch : good.batch;
}
