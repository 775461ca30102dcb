import { rate } from './compare.ts';
import { prompt } from './correctness.ts';
import type { PublicRun, Timed } from './protocol.ts';
import type { Proving } from './proving.ts';

const figure = (value: number | undefined): string =>
  value === undefined ? 'not told' : value >= 100 ? value.toFixed(0) : value.toPrecision(3);
const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

/** Each call has a prompt of its own, so that nothing of an earlier one is in the cache. */
function prompts(proving: Proving): (lead: string) => string {
  let count = 0;
  return (lead) => {
    count += 1;
    return prompt(proving.options.promptWords, `${lead} ${count} `);
  };
}

/** Aggregate tokens per second of the engine, by batch. */
export async function ourSpeed(proving: Proving): Promise<ReadonlyMap<number, number>> {
  const { session, clock, options } = proving;
  const fresh = prompts(proving);
  const rates = new Map<number, number>();
  const draw = (batch: number, most: number) =>
    clock.phase(`draw ${batch} samples of ${most} tokens`, async () => {
      const seeds = Array.from({ length: batch }, (_, at) => 1000 * batch + at);
      const { value, ms } = await session.proof.evaluate(
        (page, [text, seeds, most]) => page.sample(text, seeds, 1, most),
        [fresh('Now'), seeds, most] as const,
      );
      return { tokens: value.tokens, promptTokens: value.promptTokens, ms };
    });
  for (const batch of options.batches) {
    const short = await draw(batch, 1);
    const long = await draw(batch, options.tokens + 1);
    const perS = rate(short, long);
    if (perS !== undefined) rates.set(batch, perS);
    proving.result(
      `decode, batch ${batch}`,
      `${figure(perS)} tokens/s together (${long.tokens - short.tokens} tokens in ${seconds(long.ms - short.ms)}); ` +
        `prompt of ${short.promptTokens} tokens and the first token of each: ${seconds(short.ms)}`,
    );
  }
  return rates;
}

/** What a judge's score costs, in prefills of the same prompt. */
export async function judgeCost(proving: Proving): Promise<void> {
  const { session, clock } = proving;
  const fresh = prompts(proving);
  const ask = (name: string, work: () => Promise<Timed<unknown>>) => clock.phase(name, work);
  const prefill = await ask('prefill alone', () =>
    session.proof.evaluate((page, text) => page.prefill(text), fresh('Pre')),
  );
  const tokens = await session.proof.evaluate((page, text) => page.tokenize(text), fresh('Pre'));
  const digits = await ask('a judge score, digit by digit', () =>
    session.proof.evaluate((page, text) => page.judgeDigits(text), fresh('Judge')),
  );
  const numbers = Array.from({ length: 10 }, (_, at) => String(at + 1));
  const together = await ask('scores of the numbers 1 to 10 together', () =>
    session.proof.evaluate((page, [text, all]) => page.score(text, all), [fresh('Sum'), numbers] as const),
  );
  proving.result(
    'prefill',
    `${figure((tokens.length * 1000) / prefill.ms)} tokens/s (${tokens.length} tokens, ${seconds(prefill.ms)})`,
  );
  proving.result(
    'judge score',
    `11 questions of the digit tree ${figure(digits.ms / prefill.ms)} prefills (${seconds(digits.ms)}); ` +
      `10 numbers scored together ${figure(together.ms / prefill.ms)} prefills (goal: 1.2)`,
  );
}

/** The public one-sequence API of the same WebLLM, and how many times faster the batches are. */
export async function publicSpeed(proving: Proving, ours: ReadonlyMap<number, number>): Promise<void> {
  const { session, clock, options, folder } = proving;
  const loaded = await clock.phase('load the model into the public API', () =>
    session.proof.evaluate((page, [generation, context]) => page.publicLoad(generation, context), [
      folder.library.generation,
      options.contextTokens,
    ] as const),
  );
  const request = { prompt: prompt(options.promptWords, 'Pub '), maxTokens: options.tokens + 1 };
  const { value, ms }: Timed<PublicRun> = await clock.phase(
    `draw one sample of ${request.maxTokens} tokens`,
    () => session.proof.evaluate((page, request) => page.publicRun(request), request),
  );
  await session.proof.evaluate((page) => page.publicUnload());
  proving.result(
    'public API, one sequence',
    `decode ${figure(value.decodeTokensPerS)} tokens/s, prefill ${figure(value.prefillTokensPerS)} tokens/s ` +
      `(${value.tokens} tokens in ${seconds(ms)}; load ${seconds(loaded.ms)})`,
  );
  for (const [batch, perS] of ours)
    proving.result(
      `batch ${batch} against the public API`,
      `${figure(perS / value.decodeTokensPerS)} times its tokens/s`,
    );
}
