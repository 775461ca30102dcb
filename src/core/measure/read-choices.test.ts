import { describe, expect, it } from 'vitest';
import type { LoadedModel, Prompt, Scored, TokenProb } from '../engine.ts';
import { AppError } from '../errors.ts';
import { labelReadingOf, otherSpellings, readLabels } from './labels.ts';
import { optionsText } from './options.ts';
import { joined, replacedIn, withStart } from './prompts.ts';
import { readChoices, shuffled } from './read-choices.ts';

const chat: Prompt = { kind: 'chat', messages: [{ role: 'user', content: 'Say' }] };
const raw: Prompt = { kind: 'raw', text: 'Answer:' };

function token(text: string, p: number, id = text.charCodeAt(0)): TokenProb {
  return { id, token: text, logprob: Math.log(p) };
}

function scored(...tokens: readonly TokenProb[]): Scored {
  return { logprob: tokens.reduce((sum, { logprob }) => sum + logprob, 0), tokens };
}

/** A model that cannot force a text, and knows its next token. */
function unforced(next: readonly TokenProb[]): Pick<LoadedModel, 'score' | 'nextToken' | 'facts'> {
  return {
    score: () => Promise.reject(new AppError('not-scorable', 'no')),
    nextToken: (_prompt, top) => Promise.resolve(next.slice(0, top)),
    facts: {
      ...{ engine: 'x', engineVersion: '1', deviceAsked: 'cpu', deviceUsed: 'cpu', threads: 1, batch: 1 },
      ...{ contextTokens: 8, vocabulary: 4 },
    },
  };
}

describe('a continuation', () => {
  it.each([
    [chat, 'help', 'help'],
    [withStart(chat, 'I would'), 'help', ' help'],
    [withStart(chat, 'I would '), 'help', ' help'],
    [withStart(chat, 'I would'), ' help', ' help'],
    [withStart(chat, 'I would'), ', of course', ', of course'],
    [raw, 'A', ' A'],
    [{ kind: 'raw', text: 'Answer:\n' } as const, 'A', 'A'],
    [withStart(raw, 'I would'), 'help', ' help'],
  ])('%j goes on with "%s" as "%s"', (prompt, text, whole) => {
    expect(joined(prompt, text)).toBe(whole);
  });

  it('has one space between a raw text and the start of its answer', () => {
    expect(withStart(raw, 'I would ')).toEqual({ kind: 'raw', text: 'Answer: I would' });
    expect(withStart({ kind: 'raw', text: 'Answer:\n' }, 'I')).toEqual({ kind: 'raw', text: 'Answer:\nI' });
  });

  it('of a wrapped question keeps the wrapper around it', () => {
    const wrapped: Prompt = { kind: 'chat', messages: [{ role: 'user', content: 'Q: $& one\nA:' }] };
    expect(replacedIn(wrapped, 'one', '$& two')).toEqual({
      kind: 'chat',
      messages: [{ role: 'user', content: 'Q: $& $& two\nA:' }],
    });
  });
});

describe('the order of options', () => {
  it('is the same for a seed, and each order comes as often as another', () => {
    expect(shuffled(4, 7)).toEqual(shuffled(4, 7));
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 2400; seed++) {
      const order = shuffled(3, seed).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    // 400 each; 5 standard deviations are 91.
    for (const count of counts.values()) expect(Math.abs(count - 400)).toBeLessThan(91);
  });
});

describe('letters that cannot be forced', () => {
  const task = {
    kind: 'choice',
    ask: 'letters',
    choices: [
      { text: 'Kind', right: true },
      { text: 'Cruel', right: false },
    ],
  } as const;
  const group = {
    prompt: { kind: 'chat', messages: [{ role: 'user', content: `Q\n\n${optionsText(['Kind', 'Cruel'])}` }] },
  } as const;

  it('are read from the whole distribution of the next token', async () => {
    const model = unforced([token('x', 0.6), token('B', 0.3), token(' A', 0.06, 900), token('A', 0.04)]);
    const { choices, order } = await readChoices(model, task, group, 3);
    const byLetter = order?.map((index) => choices[index]);
    expect(byLetter).toEqual([Math.log(0.04), Math.log(0.3)]);
  });

  it('and are no tokens are refused', async () => {
    const model = unforced([token('x', 0.6), token('B', 0.4)]);
    await expect(readChoices(model, task, group, 3)).rejects.toMatchObject({ code: 'not-scorable' });
  });
});

describe('texts', () => {
  const task = {
    kind: 'choice',
    ask: 'texts',
    choices: [
      { text: 'Kind', right: true },
      { text: 'Cruel', right: false },
    ],
  } as const;
  const found = (...logs: readonly number[]) =>
    readChoices(
      { ...unforced([]), score: () => Promise.resolve(logs.map((logprob) => ({ logprob, tokens: [] }))) },
      task,
      { prompt: chat },
      1,
    );

  it('of no probability at all have a log that a file can hold', async () => {
    expect((await found(-1, -Infinity)).choices).toEqual([-1, -100_000]);
  });

  it.each([[[-1]], [[-1, NaN]]])('of which an engine tells %j are not taken as impossible', async (logs) => {
    await expect(found(...logs)).rejects.toMatchObject({ code: 'not-scorable' });
  });
});

describe('a label judge', () => {
  const says = (known: Readonly<Record<string, Scored>>) => ({
    ...unforced([]),
    score: (_: Prompt, texts: readonly string[]) =>
      Promise.resolve(texts.map((text) => known[text] ?? scored(token('?', 0)))),
  });
  /** Knows words of one token, and notes which ones it was asked for. */
  const speaks = (words: Readonly<Record<string, number>>) => {
    const asked: string[] = [];
    const ids = Object.keys(words);
    const score = (_: Prompt, texts: readonly string[]) => {
      asked.push(...texts);
      return Promise.resolve(texts.map((text) => scored(token(text, words[text] ?? 0, ids.indexOf(text)))));
    };
    return { judge: { ...unforced([]), score }, asked };
  };

  it('gives each label its own probability, and the likeliest where all have enough together', async () => {
    const judge = says({
      TRUE: scored(token('T', 0.2)),
      FALSE: scored(token('F', 0.5), token('ALSE', 0.8)),
    });
    const distribution = await readLabels(judge, chat, ['TRUE', 'FALSE']);
    expect(distribution).toEqual([
      ['TRUE', expect.closeTo(0.2, 12)],
      ['FALSE', expect.closeTo(0.4, 12)],
    ]);
    const reading = labelReadingOf('truth', distribution);
    expect(reading.label).toBe('FALSE');
    expect(reading.mass).toBeCloseTo(0.6, 12);
  });

  it('counts a label that goes on to be another one as that one only', async () => {
    const judge = says({
      NO: scored(token('NO', 0.6, 1)),
      NONE: scored(token('NO', 0.6, 1), token('NE', 0.9, 2)),
    });
    expect(await readLabels(judge, chat, ['NO', 'NONE'])).toEqual([
      ['NO', expect.closeTo(0.06, 12)],
      ['NONE', expect.closeTo(0.54, 12)],
    ]);
  });

  it('is understood in whatever case it answers', async () => {
    const { judge } = speaks({ TRUE: 0.1, FALSE: 0.02, False: 0.6, false: 0.2, True: 0.05 });
    const distribution = await readLabels(judge, chat, ['TRUE', 'FALSE']);
    expect(distribution).toEqual([
      ['TRUE', expect.closeTo(0.15, 12)],
      ['FALSE', expect.closeTo(0.82, 12)],
    ]);
    expect(labelReadingOf('truth', distribution).label).toBe('FALSE');
  });

  it('is asked once where other cases could change nothing', async () => {
    const { judge, asked } = speaks({ TRUE: 0.8, FALSE: 0.1, False: 0.1 });
    expect(await readLabels(judge, chat, ['TRUE', 'FALSE'])).toEqual([
      ['TRUE', expect.closeTo(0.8, 12)],
      ['FALSE', expect.closeTo(0.1, 12)],
    ]);
    expect(asked).toEqual(['TRUE', 'FALSE']);
  });

  it('keeps labels apart that differ in case alone', () => {
    expect(otherSpellings(['Yes', 'YES', 'OpenAI'])).toEqual(
      ['OPENAI', 'openai', 'Openai'].map((text) => ({ text, label: 'OpenAI' })),
    );
  });

  it('that finds two labels equally likely gives none', () => {
    const even = [
      ...(['TRUE', 'FALSE'] as const).map((label) => [label, 0.4] as const),
      ['OTHER', 0.2] as const,
    ];
    expect(labelReadingOf('truth', even)).toEqual({ id: 'truth', mass: 1 });
  });

  it('says nothing below a quarter', () => {
    const reading = labelReadingOf('truth', [
      ['TRUE', 0.2],
      ['FALSE', 0.04],
    ]);
    expect(reading).not.toHaveProperty('label');
    expect(reading.mass).toBeCloseTo(0.24, 12);
    expect(labelReadingOf('truth', [])).toEqual({ id: 'truth', mass: 0 });
  });

  it('is read by first tokens where labels cannot be forced', async () => {
    const judge = unforced([
      ...[token('TR', 0.4), token('Tr', 0.1, 9), token('T', 0.1)],
      ...[token(' FAL', 0.15, 7), token('fal', 0.05, 8), token('x', 0.2)],
    ]);
    expect(await readLabels(judge, chat, ['TRUE', 'FALSE', 'TOO'])).toEqual([
      ['TRUE', expect.closeTo(0.5, 12)],
      ['FALSE', expect.closeTo(0.2, 12)],
      ['TOO', 0],
    ]);
  });
});
