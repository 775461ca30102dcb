import type { SelfCheck, TokenProb } from '../../core/engine.ts';
import { BASE } from '../shared/protocol.ts';
import { nextToken } from './next-token.ts';
import { finite, firstEntry, writable } from './one-token.ts';
import type { Runtime } from './runtime.ts';
import type { Encode } from './tokenizer.ts';
import { onVariant, withFields } from './variants.ts';
import type { Vocabulary } from './vocabulary.ts';

export interface Checking {
  readonly runtime: Runtime;
  readonly vocabulary: Vocabulary;
  readonly encode: Encode | undefined;
  readonly batch: number;
  readonly adapters: number;
  /** The same model on the CPU, where it is on a GPU and small enough to be held twice; else why not. */
  readonly onCpu: (() => Promise<Runtime>) | string;
}

/** Splits in many ways, so that two tokenizers that count it alike are the same. */
const COUNTED = 'It\'s 12345 o\'clock, said Zoë:\n\n  {"a": [1, 2.5]}\tHELLO   world! \u4f60\u597d';
const TEXT = 'The old man sat down by the window and said:';
const OTHERS = ['One day in spring', 'Q: What is it?\nA: It is the', '1, 2, 3, 4, 5, 6, 7,'];
const TOP = 20;

/**
 * How far two ways may differ, in nats. On the CPU they were equal to the last bit (30 models of six architectures in F32,
 * F16, Q8_0 and Q4_0, prompts of 10 to 300 tokens); a cache of another adapter was off by 0.04 to 0.37. GPUs compute with
 * 16-bit floats: 2^-11 of a logit of 20 is 0.01; no GPU was at hand to measure.
 */
export const TOLERANCE = { cpu: 1e-3, webgpu: 0.05 } as const;

/** Asks a fresh model the same by different ways. Rejects with `engine-crashed` where its numbers are none. */
export async function runChecks(checking: Checking): Promise<readonly SelfCheck[]> {
  const tokenizer = await checkTokenizer(checking);
  const base = onVariant(checking.runtime, checking.adapters, BASE);
  const fresh = withFields(base, { cache_prompt: false });
  const { signal } = new AbortController();
  const likely = (runtime: Runtime, text: string): Promise<readonly TokenProb[]> =>
    nextToken(runtime, checking.vocabulary, text, TOP, signal);
  const tolerance = TOLERANCE[checking.runtime.device];
  const alone = await likely(fresh, TEXT);
  const again = await likely(base, TEXT);
  const together = await beside(checking.batch, [fresh, base], likely);
  return [
    compared('repeat', [[alone, again]], tolerance),
    checking.batch === 1
      ? { name: 'batch', outcome: 'skipped', note: 'requests run one at a time' }
      : compared(
          'batch',
          together.flatMap(([first, second]) => [
            [alone, first],
            [again, second],
          ]),
          tolerance,
        ),
    tokenizer,
    ...(await checkAdapters(checking, alone, likely)),
    await checkDevices(checking, alone, likely),
  ];
}

type Likely = (runtime: Runtime, text: string) => Promise<readonly TokenProb[]>;
type Pair = readonly [readonly TokenProb[], readonly TokenProb[]];

/** In every slot at once: the text in every other one, other texts between. First the prompts side by side, then one step. */
async function beside(
  batch: number,
  ways: readonly [Runtime, Runtime],
  likely: Likely,
): Promise<readonly Pair[]> {
  const texts = Array.from({ length: batch }, (_, lane) =>
    lane % 2 === 0 ? TEXT : (OTHERS[((lane - 1) / 2) % OTHERS.length] ?? TEXT),
  );
  const [first, second] = ways;
  const prompts = await Promise.all(texts.map((text) => likely(first, text)));
  const steps = await Promise.all(texts.map((text) => likely(second, text)));
  return prompts.flatMap((prompt, lane): Pair[] => (lane % 2 === 0 ? [[prompt, steps[lane] ?? []]] : []));
}

/**
 * The largest difference between two lists of likely tokens. What only one of them lists stands below the other's last, so
 * it differs by no less than from that.
 */
export function differenceOf([a, b]: Pair): number {
  return Math.max(oneWay(a, b), oneWay(b, a));
}

function oneWay(list: readonly TokenProb[], other: readonly TokenProb[]): number {
  const known = new Map(other.map(({ id, logprob }) => [id, logprob]));
  const last = other.at(-1)?.logprob ?? -Infinity;
  return list.reduce((largest, { id, logprob }) => {
    const found = known.get(id);
    return Math.max(largest, found === undefined ? logprob - last : Math.abs(logprob - found));
  }, 0);
}

function compared(name: SelfCheck['name'], pairs: readonly Pair[], tolerance: number): SelfCheck {
  const difference = Math.max(...pairs.map(differenceOf));
  return { name, outcome: difference <= tolerance ? 'passed' : 'failed', difference, tolerance };
}

/** Counts a text with both tokenizers. The token drawn is given, so that it is a whole character; its number is not. */
async function checkTokenizer({ runtime, vocabulary, encode }: Checking): Promise<SelfCheck> {
  const body = {
    prompt: COUNTED,
    max_tokens: 1,
    temperature: 0,
    samplers: ['temperature'],
    cache_prompt: false,
    logit_bias: [[vocabulary.plain, 100]],
  };
  const { signal } = new AbortController();
  // Where the likeliest token is half a character there is no log-probability; that is asked for elsewhere.
  const listed = await writable(() => runtime.complete({ ...body, n_probs: 1 }, signal));
  if (listed !== undefined) finite(firstEntry(listed.entries).logprob);
  const { promptTokens } = listed ?? (await runtime.complete(body, signal));
  if (encode === undefined)
    return { name: 'tokenizer', outcome: 'skipped', note: 'unknown kind: answers cannot be scored' };
  const ours = encode(COUNTED).length + (runtime.addsBos ? 1 : 0);
  if (ours === promptTokens) return { name: 'tokenizer', outcome: 'passed' };
  const note = `counts ${ours} tokens where llama.cpp counts ${promptTokens}: answers cannot be scored`;
  return { name: 'tokenizer', outcome: 'failed', note };
}

/** The base must be the same after adapters were on as before. */
async function checkAdapters(
  { runtime, adapters }: Checking,
  alone: readonly TokenProb[],
  likely: Likely,
): Promise<readonly SelfCheck[]> {
  if (adapters === 0) return [];
  for (const variant of new Set([0, adapters - 1])) await likely(onVariant(runtime, adapters, variant), TEXT);
  const after = await likely(onVariant(runtime, adapters, BASE), TEXT);
  return [compared('adapter', [[alone, after]], TOLERANCE[runtime.device])];
}

async function checkDevices(
  { onCpu }: Checking,
  alone: readonly TokenProb[],
  likely: Likely,
): Promise<SelfCheck> {
  if (typeof onCpu === 'string') return { name: 'devices', outcome: 'skipped', note: onCpu };
  const cpu = await onCpu();
  try {
    return compared('devices', [[alone, await likely(cpu, TEXT)]], TOLERANCE.webgpu);
  } finally {
    cpu.close();
  }
}
