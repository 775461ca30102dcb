/** A number with its thousands and decimals, a decimal without its zero, a word with apostrophes inside, a sign that means something, or a sentence's end. */
const TOKEN =
  /(?<![\p{L}\p{N}])[.]\d+|\d+(?:[.,]\d+)*|[\p{L}\p{M}]+(?:'[\p{L}\p{M}]+)*|[&%<>=+≤≥°€£$]|[.!?;](?=[\s"')\]*_]|$)/gu;

/** Ends a sentence: no phrase runs across it. */
const STOP = '.';

/** `1,000` and `1,000,000.5` as they are written without commas. */
function withoutThousands(token: string): string {
  return /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(token) ? token.replaceAll(',', '') : token;
}

/**
 * The words of a text for comparison: case, width, spaces, hyphens, quotes, commas and a possessive 's do not matter, "1g" reads as
 * "1 g" and "1,000" as "1000". Linear in the text's length.
 */
export function wordsOf(text: string): readonly string[] {
  const plain = text.normalize('NFKC').toLowerCase().replace(/[‘’ʼ]/g, "'");
  return Array.from(plain.matchAll(TOKEN), ([token]) =>
    /^[.!?;]$/.test(token) ? STOP : withoutThousands(token.replace(/'s$/, '')),
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
