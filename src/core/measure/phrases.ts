/** More of an answer than this is not searched: 100,000 tokens, which is the most that a pack can ask for, are about as much. */
const MOST_CHARACTERS = 500_000;

/**
 * A small fraction, a number with its thousands and decimals, a decimal without its zero, a word with apostrophes inside, a sign that means
 * something, or a sentence's end. Repeats are counted, for endless ones use up the stack.
 */
const TOKEN =
  /(?<![\p{L}\p{N}.,/⁄])[1-3][/⁄][2-8](?![\p{N}/⁄])|(?<![\p{L}\p{N}])[.]\d+|\d+(?:[.,]\d+){0,12}|[\p{L}\p{M}]+(?:'[\p{L}\p{M}]+){0,4}|[&%<>=+≤≥°€£$]|[.!?;](?=[\s"')\]*_]|$)/gu;

/** Ends a sentence: no phrase runs across it. */
const STOP = '.';

/** Heaped-up marks on one letter, which are put in order in quadratic time. */
const HEAPED = /(\p{M}{8})\p{M}+/gu;

/** `1,000` without its comma, `.5` with its zero and `5.0` without. */
function plainNumber(token: string): string {
  const number = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(token) ? token.replaceAll(',', '') : token;
  const [, whole, decimals] = /^(\d*)\.(\d+)$/.exec(number) ?? [];
  if (whole === undefined || decimals === undefined) return number.replace('⁄', '/');
  const rest = decimals.replace(/(?<!0)0+$/, '');
  return (whole || '0') + (rest === '' ? '' : `.${rest}`);
}

/**
 * The words of a text for comparison: case, width, spaces, hyphens, quotes, commas and a possessive 's do not matter, "1g" reads as
 * "1 g", "1,000" as "1000" and "5.0" as "5"; a fraction such as "1/2" or "½" is one word. Linear in the text's length.
 */
export function wordsOf(text: string): readonly string[] {
  const apart = text
    .slice(0, MOST_CHARACTERS)
    .replace(HEAPED, '$1')
    .replace(/[½⅓¼¾⅔⅛]/g, ' $&');
  const plain = apart.normalize('NFKC').slice(0, MOST_CHARACTERS).toLowerCase().replace(/[‘’ʼ]/g, "'");
  return Array.from(plain.matchAll(TOKEN), ([token]) =>
    /^[.!?;]$/.test(token) ? STOP : plainNumber(token.replace(/'s$/, '')),
  );
}

/** The phrases of a pack are looked for in every answer; so many are kept as words. */
const KEPT = 5000;
const kept = new Map<string, string>();

/** A phrase as it stands in a searched text, without a sentence's end after it. Empty where it has no word. */
function needleOf(phrase: string): string {
  const known = kept.get(phrase);
  if (known !== undefined) return known;
  const words = wordsOf(phrase);
  const needle = words.slice(0, words.findLastIndex((word) => word !== STOP) + 1).join(' ');
  if (kept.size >= KEPT) kept.clear();
  kept.set(phrase, needle);
  return needle;
}

/** A text in which many phrases are looked for. */
export class SearchedText {
  readonly #words: string;

  constructor(text: string) {
    this.#words = ` ${wordsOf(text).join(' ')} `;
  }

  /** Whether the words of `phrase` stand in it one after the other. A phrase without any word never does. */
  says(phrase: string): boolean {
    const needle = needleOf(phrase);
    return needle !== '' && this.#words.includes(` ${needle} `);
  }
}

/** Whether two texts are the same words. */
export function sameWords(one: string, other: string): boolean {
  const clean = (text: string): string =>
    wordsOf(text)
      .filter((word) => word !== STOP)
      .join(' ');
  return one === other || (clean(one) !== '' && clean(one) === clean(other));
}
