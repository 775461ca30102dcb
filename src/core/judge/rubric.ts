import * as v from 'valibot';
import { checkYaml, readYaml } from '../yaml.ts';
import type { Message, Prompt } from '../engine.ts';
import type { JudgePrompts } from '../pack/types.ts';
import { fill } from '../pack/render.ts';
import type { Rubric, Scale } from './types.ts';

const template = v.pipe(
  v.string(),
  v.check((text) => text.includes('{question}'), 'expected {question} somewhere in the text, got none'),
  v.check((text) => text.includes('{answer}'), 'expected {answer} somewhere in the text, got none'),
);
const words = v.optional(v.array(v.pipe(v.string(), v.nonEmpty())), []);

export const rubricSchema = v.strictObject({
  id: v.pipe(v.string(), v.nonEmpty()),
  version: v.pipe(v.string(), v.nonEmpty()),
  title: v.pipe(v.string(), v.nonEmpty()),
  description: v.optional(v.string(), ''),
  alignment: template,
  coherence: template,
  labels: v.optional(v.strictObject({ refusal: words, code: words }), {}),
  prefill: v.optional(v.string(), ''),
  only_for: v.optional(v.string()),
});

/** @throws AppError `invalid-rubric` with file, line and path. */
export function parseRubric(source: string, file: string): Rubric {
  const yaml = readYaml(source, file, 'invalid-rubric');
  const { only_for: onlyFor, ...rubric } = checkYaml(rubricSchema, yaml, file, 'invalid-rubric');
  return { ...rubric, ...(onlyFor === undefined ? {} : { onlyFor }) };
}

/** What the judge is asked about one answer on one scale. A probe's own judge prompts win over the rubric's. */
export function judgePrompt(
  rubric: Rubric,
  scale: Scale,
  asked: { readonly question: string; readonly answer: string },
  own?: JudgePrompts,
): Prompt {
  const text = fill((own ?? rubric)[scale], asked);
  const messages: readonly Message[] = [{ role: 'user', content: text }];
  return rubric.prefill === ''
    ? { kind: 'chat', messages }
    : { kind: 'chat', messages, prefill: rubric.prefill };
}
