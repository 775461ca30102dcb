import { compareRow, largestDifference } from './compare.ts';
import type { Proving } from './proving.ts';
import type { Reference } from './reference.ts';

/** Plain words, so that a cut between two of them is a cut between tokens. */
export const WORDS = (
  'the ward round began late because the notes had been mislaid and nobody knew which dose was meant for whom so the ' +
  'pharmacist read every chart again from the start and asked what had been given on the night before in which hour by hand'
).split(' ');

/** So many words, again from the start where they run out; `lead` makes prompts differ from their first token on. */
export function prompt(words: number, lead = ''): string {
  return lead + Array.from({ length: words }, (_, at) => WORDS[at % WORDS.length]).join(' ');
}

/** Words of a prompt that the reference, too, goes through. */
const SHORT = 6;

const CONTINUATIONS = [' and then', ' the dose', ' was given', ' not at all'];

function decoded(base64: string): Float32Array {
  const bytes = Uint8Array.from(Buffer.from(base64, 'base64'));
  return new Float32Array(bytes.buffer);
}

/** The reference's last row of each sequence: in one pass where all begin the longest, as texts that grow by words do. */
export function lastRows(
  reference: Pick<Reference, 'logprobs'>,
  sequences: readonly (readonly number[])[],
): readonly Float64Array[] {
  const longest = sequences.reduce((most, one) => (one.length > most.length ? one : most), []);
  const within = sequences.every((one) => one.every((token, at) => token === longest[at]));
  const last = (tokens: readonly number[]) => tokens.length - 1;
  if (within) return reference.logprobs(longest, sequences.map(last));
  return sequences.flatMap((one) => reference.logprobs(one, [last(one)]));
}

/** Whole distributions after texts of growing length, against the reference. */
export async function againstReference(proving: Proving, reference: Reference): Promise<void> {
  const { session, clock, options, tolerance, fail } = proving;
  const texts = Array.from({ length: options.positions }, (_, at) => prompt(at + 1));
  const tokens = await session.proof.evaluate(
    (page, texts) => Promise.all(texts.map((text) => page.tokenize(text))),
    texts,
  );
  const rows = await clock.phase("the reference's forward pass", () =>
    Promise.resolve(lastRows(reference, tokens.map(proving.withStart))),
  );
  let most = 0;
  let same = 0;
  for (const [at, text] of texts.entries()) {
    const { value, ms } = await clock.phase(`distribution ${at + 1} of ${texts.length}`, () =>
      session.proof.evaluate((page, text) => page.distribution(text), text),
    );
    const { largest, sameBest, margin, mass } = compareRow(rows[at] ?? [], decoded(value));
    most = Math.max(most, largest);
    if (sameBest) same += 1;
    clock.say(
      `  after ${tokens[at]?.length ?? 0} tokens: largest difference ${largest.toExponential(2)}, ` +
        `likeliest token ${sameBest ? 'the same' : `another (margin ${margin.toExponential(1)})`}, mass ${mass.toFixed(6)}, ${(ms / 1000).toFixed(2)} s`,
    );
    if (!(largest <= tolerance))
      fail(`distribution after "${text}": differs by ${largest}, tolerance ${tolerance}`);
    if (!sameBest && !(margin <= 2 * tolerance))
      fail(`distribution after "${text}": another likeliest token`);
    if (!(Math.abs(mass - 1) <= 1e-3)) fail(`distribution after "${text}": probabilities sum to ${mass}`);
  }
  proving.result(
    'against the reference',
    `likeliest token the same at ${same} of ${texts.length} positions, largest difference of a log-probability ${most.toExponential(2)} (tolerance ${tolerance})`,
  );
}

/** Continuations of one prompt scored together (on a shared prefix), each alone, and by the reference. */
export async function sharedPrefix(proving: Proving, reference: Reference): Promise<void> {
  const { session, clock, options, tolerance, fail } = proving;
  const text = prompt(SHORT, 'So ');
  const continuations = CONTINUATIONS.slice(0, Math.max(2, Math.min(4, options.positions)));
  const together = await clock.phase(`score ${continuations.length} continuations together`, () =>
    session.proof.evaluate((page, [text, all]) => page.score(text, all), [text, continuations] as const),
  );
  const prefix = await session.proof.evaluate((page, text) => page.tokenize(text), text);
  let [forked, off] = [0, 0];
  for (const [at, continuation] of continuations.entries()) {
    const alone = await clock.phase(`score "${continuation}" alone`, () =>
      session.proof.evaluate((page, [text, one]) => page.score(text, [one]), [text, continuation] as const),
    );
    const shared = together.value[at]?.tokens ?? [];
    const single = alone.value[0]?.tokens ?? [];
    const ids = shared.map(({ id }) => id);
    const whole = proving.withStart([...prefix, ...ids]);
    const first = whole.length - ids.length - 1;
    const rows = reference.logprobs(
      whole,
      ids.map((_, step) => first + step),
    );
    const logprobs = (tokens: typeof shared) => tokens.map(({ logprob }) => logprob);
    forked = Math.max(forked, largestDifference(logprobs(shared), logprobs(single)));
    off = Math.max(
      off,
      largestDifference(
        logprobs(shared),
        ids.map((id, step) => rows[step]?.[id] ?? NaN),
      ),
    );
    if (ids.length === 0) fail(`score "${continuation}": no tokens`);
  }
  if (forked > tolerance) fail(`forked against unforked: differs by ${forked}, tolerance ${tolerance}`);
  if (off > tolerance) fail(`scores on a shared prefix against the reference: differ by ${off}`);
  proving.result(
    'forked against unforked',
    `largest difference ${forked.toExponential(2)}; forked against the reference ${off.toExponential(2)}; ` +
      `${continuations.length} together ${(together.ms / 1000).toFixed(2)} s`,
  );
}

/** Samples of one prompt at temperature 0 are all the likeliest text, whatever else is decoded beside them. */
export async function greedy(proving: Proving): Promise<void> {
  const { session, clock, options, fail } = proving;
  const text = prompt(SHORT, 'If ');
  const count = Math.min(4, options.batches.at(-1) ?? 1);
  const { value } = await clock.phase(`draw ${count} samples at temperature 0`, () =>
    session.proof.evaluate((page, [text, seeds, most]) => page.sample(text, seeds, 0, most), [
      text,
      Array.from({ length: count }, (_, seed) => seed),
      Math.min(options.tokens, 16),
    ] as const),
  );
  const different = new Set(value.texts).size;
  if (different !== 1) fail(`${count} samples at temperature 0 gave ${different} different texts`);
  proving.result('at temperature 0', `${count} samples, ${different} different text`);
}
