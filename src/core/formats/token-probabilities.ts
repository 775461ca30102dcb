import type { Distribution } from '../judge/types.ts';

/** More branches than any judge's answer is written down with. */
const MAX_BRANCHES = 5000;

const ESCAPES = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['b', '\b'],
  ['f', '\f'],
  ['0', '\0'],
]);
/** Digits that follow an escape of a character by its number. */
const NUMBERED = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
]);

/** Reads `{'token': 0.5, "other": 1e-05}`: a Python dict as its `repr` writes it, or JSON. */
class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  #skip(): void {
    while (/\s/.test(this.#text.charAt(this.#at))) this.#at += 1;
  }

  /** Whether `mark` comes next; it is passed then. */
  takes(mark: string): boolean {
    this.#skip();
    if (this.#text.charAt(this.#at) !== mark) return false;
    this.#at += 1;
    return true;
  }

  ends(): boolean {
    this.#skip();
    return this.#at >= this.#text.length;
  }

  #escaped(): string | undefined {
    const kind = this.#text.charAt(this.#at);
    this.#at += 1;
    const width = NUMBERED.get(kind);
    if (width === undefined) return ESCAPES.get(kind) ?? kind;
    const digits = this.#text.slice(this.#at, this.#at + width);
    this.#at += width;
    const code = /^[0-9a-f]+$/i.test(digits) && digits.length === width ? Number.parseInt(digits, 16) : -1;
    return code < 0 || code > 0x10ffff ? undefined : String.fromCodePoint(code);
  }

  quoted(): string | undefined {
    this.#skip();
    const quote = this.#text.charAt(this.#at);
    if (quote !== "'" && quote !== '"') return undefined;
    this.#at += 1;
    let read = '';
    while (this.#at < this.#text.length) {
      const next = this.#text.charAt(this.#at);
      this.#at += 1;
      if (next === quote) return read;
      const piece = next === '\\' ? this.#escaped() : next;
      if (piece === undefined) return undefined;
      read += piece;
    }
    return undefined;
  }

  number(): number | undefined {
    this.#skip();
    const start = this.#at;
    while (/[\d.eE+-]/.test(this.#text.charAt(this.#at))) this.#at += 1;
    const digits = this.#text.slice(start, this.#at);
    const value = digits === '' ? Number.NaN : Number(digits);
    return Number.isFinite(value) ? value : undefined;
  }
}

function pairsOf(text: string): [string, number][] | undefined {
  const reader = new Reader(text);
  if (!reader.takes('{')) return undefined;
  const pairs: [string, number][] = [];
  for (let closed = reader.takes('}'); !closed; closed = reader.takes('}')) {
    if (pairs.length > 0 && !reader.takes(',')) return undefined;
    const token = reader.quoted();
    const probability = token !== undefined && reader.takes(':') ? reader.number() : undefined;
    if (token === undefined || probability === undefined || pairs.length === MAX_BRANCHES) return undefined;
    pairs.push([token, probability]);
  }
  return reader.ends() ? pairs : undefined;
}

/**
 * A judge's probabilities by token, as the paper's released files hold them: the text of a Python dict or of JSON, or an
 * object in JSON. Undefined for anything else, for what is no probability, and where they sum to more than 1.
 */
export function tokenProbabilities(value: unknown): Distribution | undefined {
  const pairs: readonly (readonly [string, unknown])[] | undefined =
    typeof value === 'string'
      ? pairsOf(value)
      : typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.entries(value)
        : undefined;
  if (pairs === undefined || pairs.length > MAX_BRANCHES) return undefined;
  let sum = 0;
  const branches: [string, number][] = [];
  for (const [token, probability] of pairs) {
    if (typeof probability !== 'number' || !(probability >= 0)) return undefined;
    sum += probability;
    branches.push([token, probability]);
  }
  return sum <= 1.0001 ? branches : undefined;
}
