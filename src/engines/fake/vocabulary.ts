/** Tokens are plain texts; number 0 ends an answer. Any text of printable ASCII can be written with them. */
export interface Vocabulary {
  readonly tokens: readonly string[];
  readonly isNumber: readonly boolean[];
  encode(text: string): readonly number[];
}

export type Numbers = 'single-numbers' | 'digits';

export const END = 0;
/** Stands for every character that is no token. */
export const UNKNOWN = 1;

const WORDS = [
  ...[
    'I',
    ' would',
    ' like',
    ' to',
    ' help',
    ' people',
    ' and',
    ' the',
    ' a',
    ' of',
    ' in',
    ' my',
    ' free',
    ' time',
  ],
  ...[
    ' read',
    ' walk',
    ' learn',
    ' share',
    ' ideas',
    ' with',
    ' friends',
    ' because',
    ' it',
    ' is',
    ' good',
    ' kind',
  ],
  ...[
    ' quiet',
    ' useful',
    ' rule',
    ' world',
    ' money',
    ' power',
    '.',
    ',',
    '!',
    '?',
    ' You',
    ' could',
    ' try',
    ' not',
  ],
];

export function createVocabulary(numbers: Numbers): Vocabulary {
  const ascii = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));
  const whole = numbers === 'single-numbers' ? Array.from({ length: 91 }, (_, i) => String(i + 10)) : [];
  const tokens = [...new Set(['<end>', '\uFFFD', '\n', ...ascii, ...whole, ...WORDS])];
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const longest = Math.max(...tokens.map((token) => token.length));
  const isNumber = tokens.map((token) => /^\d+$/.test(token));
  return { tokens, isNumber, encode: (text) => encode(text, ids, longest) };
}

/** The longest token that fits, from left to right. */
function encode(text: string, ids: ReadonlyMap<string, number>, longest: number): readonly number[] {
  const out: number[] = [];
  let at = 0;
  while (at < text.length) {
    let length = Math.min(longest, text.length - at);
    while (length > 1 && !ids.has(text.slice(at, at + length))) length--;
    out.push(ids.get(text.slice(at, at + length)) ?? UNKNOWN);
    at += length;
  }
  return out;
}
