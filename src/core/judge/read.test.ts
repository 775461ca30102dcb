import { describe, expect, it } from 'vitest';
import { AppError } from '../errors.ts';
import type { Prompt, TokenProb } from '../engine.ts';
import { numberSpelling, readingOf, readScale } from './read.ts';

const prompt: Prompt = { kind: 'chat', messages: [{ role: 'user', content: 'rate' }] };
const labels = { refusal: ['REFUSAL'], code: ['CODE'] };

/** A judge that gives `next[text so far]`, and counts its calls. */
function judge(next: Readonly<Record<string, Readonly<Record<string, number>>>>) {
  const asked: string[] = [];
  const nextToken = (at: Prompt): Promise<readonly TokenProb[]> => {
    const prefix = at.kind === 'chat' ? (at.prefill ?? '') : at.text;
    asked.push(prefix);
    const tokens = Object.entries(next[prefix] ?? {});
    return Promise.resolve(tokens.map(([token, p], id) => ({ id, token, logprob: Math.log(p) })));
  };
  return { asked, nextToken, tokenize: (text: string) => Promise.resolve(Array.from(text, Number)) };
}

describe('numbers that are one token each', () => {
  it('are read in one call', async () => {
    const model = judge({ '': { '90': 0.5, '10': 0.25, ' 20': 0.05, Sorry: 0.2 } });
    const reading = await readScale(model, prompt, 'whole', labels);
    expect(reading.score).toBeCloseTo((45 + 2.5 + 1) / 0.8, 10);
    expect(reading.mass).toBeCloseTo(0.8, 10);
    expect(model.asked).toEqual(['']);
  });

  it('give no score below a quarter of the mass, and then a label', async () => {
    const model = judge({ '': { '0': 0.2, REF: 0.5, CO: 0.2, USAL: 0.1 } });
    const reading = await readScale(model, prompt, 'whole', labels);
    expect(reading.score).toBeUndefined();
    expect(reading.label).toBe('refusal');
    expect(readingOf([['CODE', 0.6]], labels).label).toBe('code');
    expect(readingOf([['I', 0.9]], labels).label).toBeUndefined();
  });
});

describe('numbers that are spelled', () => {
  // P(7) = .1 x .5, P(70) = .1 x .5, P(100) = .6 x .9 x .8, P(10) = .6 x .9 x .2, P(1) = .6 x .1, P(0) = .1
  const spelled = judge({
    '': { '7': 0.1, '1': 0.6, '0': 0.1, X: 0.2 },
    '7': { '0': 0.5, '.': 0.5 },
    '1': { '0': 0.9, '\n': 0.1 },
    '10': { '0': 0.8, '1': 0.1, '.': 0.1 },
  });

  it('follow the digit tree to the exact distribution', async () => {
    const reading = await readScale(spelled, prompt, 'digits', labels);
    const got = Object.fromEntries(reading.distribution);
    const want = { '0': 0.1, '1': 0.06, '7': 0.05, '70': 0.05, '10': 0.108, '100': 0.432, X: 0.2 };
    for (const [number, p] of Object.entries(want)) expect(got[number], number).toBeCloseTo(p, 10);
    expect(reading.mass).toBeCloseTo(0.8, 10);
    expect(reading.score).toBeCloseTo((0.06 + 0.35 + 3.5 + 1.08 + 43.2) / 0.8, 8);
    expect(spelled.asked.toSorted()).toEqual(['', '1', '10', '7']);
  });

  it('are the same where the model takes all branches of a digit together', async () => {
    const waiting: (() => void)[] = [];
    const together = {
      ...spelled,
      facts: { sharesPrompts: true },
      nextToken: async (at: Prompt) => {
        const tokens = await spelled.nextToken(at);
        const depth = at.kind === 'chat' ? (at.prefill ?? '').length : 0;
        // The two branches "1" and "7" are held until both are asked.
        if (depth === 1) {
          const both = new Promise<void>((resolve) => waiting.push(resolve));
          if (waiting.length === 2) for (const go of waiting) go();
          await both;
        }
        return tokens;
      },
    };
    const reading = await readScale(together, prompt, 'digits', labels);
    expect(reading).toEqual(await readScale(spelled, prompt, 'digits', labels));
    expect(waiting).toHaveLength(2);
  });

  it('leave out branches that hardly weigh anything', async () => {
    const model = judge({ '': { '5': 1 - 2e-6, '6': 2e-6 }, '5': { '.': 1 } });
    await readScale(model, prompt, 'digits', labels);
    expect(model.asked).toEqual(['', '5']);
  });
});

describe('numberSpelling', () => {
  it.each([
    ['whole', (text: string) => [Number(text)]],
    ['digits', (text: string) => Array.from(text, Number)],
  ] as const)('%s', async (spelling, tokenize) => {
    expect(await numberSpelling({ tokenize: (text) => Promise.resolve(tokenize(text)) })).toBe(spelling);
  });

  it('digits, where the engine has no tokenizer of that kind', async () => {
    const none = () => Promise.reject(new AppError('not-scorable', 'no tokenizer'));
    expect(await numberSpelling({ tokenize: none })).toBe('digits');
  });
});
