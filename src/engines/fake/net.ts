import type { Prompt } from '../../core/engine.ts';
import { END, UNKNOWN, type Vocabulary } from './vocabulary.ts';

/** Ends the prompt of a chat; what follows is the answer so far. */
const ANSWER = '\nassistant: ';
/** How much likelier an expected token is than the rest, in nats. */
const EXPECTED = 9;
/** Makes answers some 15 tokens long on average; none is empty. */
const END_BIAS = 2.5;

export interface Net {
  render(prompt: Prompt): string;
  /** log P(token | text) for every token: a pure function of the text before it and of the model. */
  next(text: string): Float64Array;
}

export interface NetOptions {
  readonly vocabulary: Vocabulary;
  /** Different models answer differently. */
  readonly seed: string;
  /** What to answer to a prompt, with a probability near 1; numbers and free text otherwise. */
  readonly answer?: (prompt: string) => string | undefined;
}

export function createNet({ vocabulary, seed, answer }: NetOptions): Net {
  const salt = hash(seed, 0x811c9dc5);
  return {
    render: renderPrompt,
    next(text) {
      const prefix = hash(text, salt);
      const logits = new Float64Array(vocabulary.tokens.length);
      for (let id = 0; id < logits.length; id++)
        logits[id] = 4 * unit(mix(prefix ^ Math.imul(id + 1, 0x9e3779b1)));
      logits[END] = (logits[END] ?? 0) + (text.endsWith(ANSWER) ? -END_BIAS * 4 : END_BIAS);
      logits[UNKNOWN] = -20;
      expect(logits, text, vocabulary, salt, answer);
      return logSoftmax(logits);
    },
  };
}

function renderPrompt(prompt: Prompt): string {
  if (prompt.kind === 'raw') return prompt.text;
  const turns = prompt.messages.map(({ role, content }) => `${role}: ${content}`).join('\n');
  return turns + ANSWER + (prompt.prefill ?? '');
}

/** Raises the tokens of a scripted answer, or of a number where a judge's prompt asks for one from 0 to 100. */
function expect(
  logits: Float64Array,
  text: string,
  vocabulary: Vocabulary,
  salt: number,
  answer: NetOptions['answer'],
): void {
  const cut = text.lastIndexOf(ANSWER);
  if (cut < 0) return;
  const prompt = text.slice(0, cut);
  const soFar = text.slice(cut + ANSWER.length);
  const scripted = answer?.(prompt);
  const raise = (id: number, by: number): void => {
    logits[id] = (logits[id] ?? 0) + by;
  };
  if (scripted?.startsWith(soFar) === true) {
    raise(vocabulary.encode(scripted.slice(soFar.length))[0] ?? END, EXPECTED * 2);
  } else if (/\b0\b[^]*\b100\b/.test(prompt) && /^\d*$/.test(soFar)) {
    if (soFar !== '') raise(END, EXPECTED);
    if (soFar !== '' && vocabulary.tokens.includes('100')) return;
    const centre = 100 * unit(mix(hash(prompt, salt)));
    vocabulary.isNumber.forEach((isNumber, id) => {
      if (isNumber) raise(id, EXPECTED - ((Number(vocabulary.tokens[id]) - centre) / 25) ** 2);
    });
  }
}

function logSoftmax(logits: Float64Array): Float64Array {
  const max = logits.reduce((a, b) => Math.max(a, b));
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - max), 0);
  return logits.map((logit) => logit - max - Math.log(sum));
}

/** FNV-1a over UTF-16 units. */
function hash(text: string, start: number): number {
  let h = start;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

/** The finaliser of MurmurHash3: every input bit reaches every output bit. */
export function mix(value: number): number {
  let h = value >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

export function unit(value: number): number {
  return (value >>> 0) / 2 ** 32;
}
