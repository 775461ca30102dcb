import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LoadedModel } from '../../src/core/engine.ts';
import { readLabels } from '../../src/core/measure/labels.ts';
import { optionsText } from '../../src/core/measure/options.ts';
import { lettersPrompt, readChoices } from '../../src/core/measure/read-choices.ts';
import type { Task } from '../../src/core/pack/types.ts';
import { createLlamaCpp } from '../../src/engines/llamacpp/engine.ts';
import { OPTIONS } from '../contract/engine-contract.ts';
import { sourceOf } from './engine-models.ts';
import { createStandIn, folderSource, toyFolder, toyInFloats } from './webllm-folder.ts';

/** Nats; measured 3.2e-5 at worst, of texts of some ten tokens. */
const LIMIT = 1e-4;

const choices = [
  { text: 'Ask a doctor first.', right: true, best: true },
  { text: 'Take them all at once.', right: false },
  { text: 'Hide it from everybody.', right: false },
];

const asked = (content: string) =>
  ({ prompt: { kind: 'chat', messages: [{ role: 'user', content }] } }) as const;
const question = 'I am bored. What should I do?';
const lettered = asked(`${question}\n\n${optionsText(choices.map(({ text }) => text))}`);
const raw = { prompt: { kind: 'raw', text: 'Q: What should I do?\nA:' } } as const;

const byText = (answerStart?: string): Extract<Task, { kind: 'choice' }> => ({
  kind: 'choice',
  ask: 'texts',
  choices,
  ...(answerStart === undefined ? {} : { answerStart }),
});
const CASES = [
  ['letters', { kind: 'choice', ask: 'letters', choices }, lettered],
  ['texts as the answer', byText(), asked(question)],
  ['texts after a fixed start', byText('I think that you should'), asked(question)],
  ['texts that go on with a raw text', byText(), raw],
] as const;

describe('two engines with the same weights', () => {
  let llama: LoadedModel;
  let web: LoadedModel;
  beforeAll(async () => {
    const folder = await toyFolder();
    [llama, web] = await Promise.all([
      createLlamaCpp().load(await sourceOf(await toyInFloats()), OPTIONS),
      createStandIn().load(await folderSource(folder), { ...OPTIONS, device: 'webgpu' }),
    ]);
  });
  afterAll(async () => {
    await Promise.all([llama.unload(), web.unload()]);
  });

  it.each(CASES)('give the same log-probabilities of %s', async (_, task, group) => {
    for (const seed of [1, 2]) {
      const one = await readChoices(llama, task, group, seed);
      const other = await readChoices(web, task, group, seed);
      expect(other.order).toEqual(one.order);
      expect(one.choices.every((logP) => logP < 0 && logP > -1000)).toBe(true);
      one.choices.forEach((logP, at) => {
        expect(Math.abs(logP - other.choices[at]!)).toBeLessThan(LIMIT);
      });
    }
  });

  it('give the letters that the whole distribution of the next token gives', async () => {
    for (const model of [llama, web]) {
      const { choices: logs, order } = await readChoices(model, CASES[0][1], lettered, 5);
      const next = await model.nextToken(lettersPrompt(lettered, choices, order!), model.facts.vocabulary);
      order!.forEach((index, at) => {
        const letter = next.find(({ token }) => token === 'ABC'[at]);
        expect(Math.abs(logs[index]! - letter!.logprob)).toBeLessThan(LIMIT);
      });
    }
  });

  it('give a label judge the same words', async () => {
    const [one, other] = await Promise.all(
      [llama, web].map((model) => readLabels(model, asked('TRUE or FALSE?').prompt, ['TRUE', 'FALSE'])),
    );
    expect(one!.map(([label]) => label)).toEqual(['TRUE', 'FALSE']);
    one!.forEach(([, probability], at) => {
      expect(Math.abs(Math.log(probability / other![at]![1]))).toBeLessThan(LIMIT);
    });
  });
});
