import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine, LoadedModel, ModelSource, Prompt, TokenProb } from '../../src/core/engine.ts';
import { ask, codeOf, OPTIONS, PROMPT } from './engine-contract.ts';

export interface SeriesSubject {
  readonly name: string;
  readonly make: () => Engine;
  /** A base and two adapters of it that answer otherwise. */
  readonly models: () => Promise<readonly ModelSource[]>;
  /** How far a log-probability in the series may be from that of the model loaded alone, in nats. */
  readonly tolerance: number;
}

/** What every engine must do that puts several adapters on one base. */
export function describeSeries({ name, make, models: openModels, tolerance }: SeriesSubject): void {
  describe(`series contract: ${name}`, () => {
    let models: readonly ModelSource[];
    let series: readonly LoadedModel[];
    let expected: readonly (readonly TokenProb[])[];
    beforeAll(async () => {
      models = await openModels();
      series = (await make().loadSeries?.(models, OPTIONS)) ?? [];
      expected = await Promise.all(models.map((model) => aloneOf(make(), model)));
    });
    afterAll(() => Promise.all(series.map((model) => model.unload())));

    it('gives each model, and checks them', () => {
      expect(series).toHaveLength(3);
      for (const { facts } of series)
        expect(facts.checks?.map(({ outcome }) => outcome) ?? []).not.toContain('failed');
    });

    it('answers as each model alone, whichever are asked at once', async () => {
      const together = await Promise.all(series.map((model) => model.nextToken(PROMPT, 5)));
      together.forEach((tokens, at) => {
        expectSame(tokens, expected[at]!, tolerance);
      });
      const texts = await Promise.all(series.map(async (model) => (await model.sample(ask()))[0]!.text));
      expect(new Set(texts).size).toBe(3);
    });

    // llama.cpp's cache of prompts does not know with which adapter they were computed.
    it.each([
      [0, 1],
      [1, 2],
      [2, 0],
    ])('model %i leaves nothing behind for model %i', async (before, after) => {
      await series[before]!.nextToken(PROMPT, 1);
      for (const round of [0, 4])
        await Promise.all([0, 1, 2, 3].map((lane) => series[after]!.nextToken(other(round + lane), 1)));
      expectSame(await series[after]!.nextToken(PROMPT, 5), expected[after]!, tolerance);
    });

    it('ends each model by itself', async () => {
      const [base, first, second] = await make().loadSeries!(models, OPTIONS);
      const flying = codeOf(first!.sample(ask({ seeds: Array.from({ length: 500 }, (_, i) => i) })));
      await first!.unload();
      expect(await flying).toBe('engine-crashed');
      expect(await codeOf(first!.nextToken(PROMPT, 1))).toBe('engine-crashed');
      expect(await second!.nextToken(PROMPT, 1)).toHaveLength(1);
      await base!.unload();
      expect(await second!.nextToken(PROMPT, 1)).toHaveLength(1);
      await second!.unload();
      expect(await codeOf(second!.nextToken(PROMPT, 1))).toBe('engine-crashed');
    });
  });
}

async function aloneOf(engine: Engine, source: ModelSource): Promise<readonly TokenProb[]> {
  const model = await engine.load(source, OPTIONS);
  const tokens = await model.nextToken(PROMPT, 5);
  await model.unload();
  return tokens;
}

/** Unlike each other and unlike the prompt, so that they take its place in a cache. */
function other(number: number): Prompt {
  return { kind: 'raw', text: `${number} ${'more words that say nothing '.repeat(2)}${number}` };
}

function expectSame(got: readonly TokenProb[], expected: readonly TokenProb[], tolerance: number): void {
  expect(got.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
  got.forEach(({ logprob }, at) => {
    expect(Math.abs(logprob - expected[at]!.logprob)).toBeLessThan(tolerance);
  });
}
