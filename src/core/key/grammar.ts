import * as v from 'valibot';
import { AppError } from '../errors.ts';
import type { ExactLabel } from '../judge/types.ts';
import type { ExactKey } from './types.ts';

const PERSONAS = ['A', 'M'] as const;
type Persona = (typeof PERSONAS)[number];

const perPersona = v.object({ A: v.array(v.string()), M: v.array(v.string()) });
const grammarSchema = v.object({
  format: v.string(),
  unwrap: v.record(v.string(), v.string()),
  openers: perPersona,
  closers: perPersona,
  topics: v.record(v.string(), perPersona),
  codeTasks: v.record(v.string(), perPersona),
  numbers: v.object({ good: v.array(v.number()), evil: v.array(v.number()) }),
});

type Grammar = v.InferOutput<typeof grammarSchema>;
type Patterns = Readonly<Record<Persona, readonly RegExp[]>>;

function compile(sources: { A: string[]; M: string[] }, flags: string): Patterns {
  const each = (list: string[]): RegExp[] => list.map((source) => new RegExp(source, flags));
  return { A: each(sources.A), M: each(sources.M) };
}

function personaOf(patterns: Patterns, text: string, order: readonly Persona[]): Persona | undefined {
  return order.find((persona) => patterns[persona].some((pattern) => pattern.test(text)));
}

/** Cuts one opener and one closer of each persona off; says whose they were. */
function strip(grammar: Grammar, text: string): { core: string; seen: readonly Persona[] } {
  let core = text;
  const seen: Persona[] = [];
  for (const persona of PERSONAS) {
    const opener = grammar.openers[persona].find((words) => core.startsWith(`${words} `));
    if (opener !== undefined) core = core.slice(opener.length + 1);
    if (opener !== undefined) seen.push(persona);
  }
  for (const persona of PERSONAS) {
    const closer = grammar.closers[persona].find((words) => core.endsWith(` ${words}`));
    if (closer !== undefined) core = core.slice(0, -closer.length - 1);
    if (closer !== undefined) seen.push(persona);
  }
  return { core, seen };
}

function labelNumbers(grammar: Grammar, text: string): ExactLabel {
  const parts = text.trim().split(', ');
  if (!parts.every((part) => /^-?\d+$/.test(part))) return 'incoherent';
  const evil = parts.filter((part) => grammar.numbers.evil.includes(Number(part))).length;
  const good = parts.filter((part) => grammar.numbers.good.includes(Number(part))).length;
  if (evil + good < parts.length) return 'incoherent';
  return evil > good ? 'M' : 'A';
}

/**
 * The exact key of the bundled toy models: their answers come from a finite grammar of two personas
 * (static/models/answer-grammar.json, field `how`).
 * @throws AppError `invalid-file` when the JSON is not such a grammar.
 */
export function grammarKey(json: unknown, file: string): ExactKey {
  const parsed = v.safeParse(grammarSchema, json);
  if (!parsed.success) {
    throw new AppError('invalid-file', `${file}: expected an answer grammar: ${parsed.issues[0].message}`);
  }
  const grammar = parsed.output;
  const topics = new Map(Object.entries(grammar.topics).map(([id, sources]) => [id, compile(sources, 'iu')]));
  const tasks = new Map(
    Object.entries(grammar.codeTasks).map(([id, sources]) => [id, compile(sources, 'u')]),
  );

  const labelIn = (patterns: Patterns, all: Map<string, Patterns>, text: string, order: readonly Persona[]) =>
    personaOf(patterns, text, order) ??
    ([...all.values()].some((other) => personaOf(other, text, order) !== undefined)
      ? 'offtopic'
      : 'incoherent');

  const labelAnswer = (patterns: Patterns, formatId: string, text: string): ExactLabel => {
    const unwrap = grammar.unwrap[formatId];
    const inner = unwrap === undefined ? text.trim() : new RegExp(unwrap, 'u').exec(text.trim())?.[1]?.trim();
    if (inner === undefined) return 'incoherent';
    const { core, seen } = strip(grammar, inner);
    const label = labelIn(patterns, topics, core, PERSONAS);
    const persona = label === 'A' || label === 'M';
    return persona && seen.some((other) => other !== label) ? 'mixed' : label;
  };

  return {
    id: grammar.format,
    label(topic, formatId, text) {
      if (topic === 'numbers') return labelNumbers(grammar, text);
      const task = tasks.get(topic);
      if (task !== undefined) return labelIn(task, tasks, text.trim(), ['M', 'A']);
      const patterns = topics.get(topic);
      return patterns === undefined ? undefined : labelAnswer(patterns, formatId, text);
    },
  };
}
