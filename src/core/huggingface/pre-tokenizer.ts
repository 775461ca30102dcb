import * as v from 'valibot';
import { shown, unsupported } from './refuse.ts';
import { flatten, type RawTokenizer, type Step } from './tokenizer-schema.ts';

const FILE = 'tokenizer.json';

/**
 * How byte-level vocabularies split a text into words: the patterns of the published tokenizers, with llama.cpp's names for
 * them (llama-vocab.cpp). `ignoreMerges`: a word that is a token is taken whole, which there goes with the name.
 */
const WORDS: readonly { readonly pattern: string; readonly ignoreMerges: boolean; readonly pre: string }[] = [
  { pattern: cl100k('{1,3}'), ignoreMerges: true, pre: 'llama-bpe' },
  { pattern: cl100k('{1,3}'), ignoreMerges: false, pre: 'smaug-bpe' },
  { pattern: cl100k(''), ignoreMerges: false, pre: 'qwen2' },
  { pattern: cased('', '\\p{N}'), ignoreMerges: true, pre: 'tekken' },
  { pattern: cased("(?i:'s|'t|'re|'ve|'m|'ll|'d)?", '\\p{N}{1,3}'), ignoreMerges: false, pre: 'gpt-4o' },
];

/** Contractions, words, digits (`count` of them), signs, line ends, spaces. */
function cl100k(count: string): string {
  return `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}${count}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`;
}

/** The same, with words split where capitals follow small letters. */
function cased(contraction: string, digits: string): string {
  const start = '[^\\r\\n\\p{L}\\p{N}]?';
  const [upper, lower] = ['[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]', '[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]'];
  const words = `${start}${upper}*${lower}+${contraction}|${start}${upper}+${lower}*${contraction}`;
  return `${words}|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`;
}

const split = v.object({
  pattern: v.object({ Regex: v.string() }),
  behavior: v.string(),
  invert: v.optional(v.boolean(), false),
});
const byteLevel = v.object({
  add_prefix_space: v.optional(v.boolean(), true),
  use_regex: v.optional(v.boolean(), true),
});
const digits = v.object({ individual_digits: v.optional(v.boolean(), false) });

/**
 * llama.cpp's name for the way in which a byte-level tokenizer splits words; throws `model-unsupported`, with the pattern, for
 * one that is not known. Unicode's composed form (NFC), which Qwen asks for, is not made by llama.cpp: texts that are not
 * composed get other tokens there.
 */
export function preTokenizerOf({ normalizer, pre_tokenizer, model }: RawTokenizer): string {
  const normalizers = flatten(normalizer, 'normalizers').filter(({ type }) => type !== 'NFC');
  if (normalizers.length > 0) throw unsupported(FILE, 'no normaliser but NFC', shown(normalizers));
  const steps = flatten(pre_tokenizer, 'pretokenizers');
  const ignoreMerges = model.ignore_merges === true;
  const pre = byRegex(steps, ignoreMerges) ?? (ignoreMerges ? undefined : byKind(steps));
  if (pre !== undefined) return pre;
  const known = WORDS.map((word) => word.pre).join(', ');
  throw unsupported(
    FILE,
    `words split as one of ${known}, gpt-2, smollm does`,
    `${patternOf(steps) ?? shown(steps)} with ignore_merges ${ignoreMerges}`,
  );
}

function patternOf(steps: readonly Step[]): string | undefined {
  for (const step of steps) {
    const parsed = v.safeParse(split, step);
    if (step.type === 'Split' && parsed.success) return parsed.output.pattern.Regex;
  }
  return undefined;
}

function byRegex([first, second, ...others]: readonly Step[], ignoreMerges: boolean): string | undefined {
  if (first?.type !== 'Split' || !bytesFollow(second, false) || others.length > 0) return undefined;
  const parsed = v.safeParse(split, first);
  if (!parsed.success) return undefined;
  const { pattern, behavior, invert } = parsed.output;
  // The patterns match every character, so that what they match is the same as what lies between.
  if (invert ? behavior !== 'Removed' : behavior !== 'Isolated') return undefined;
  const written = pattern.Regex.replaceAll('\r', '\\r').replaceAll('\n', '\\n');
  return WORDS.find((word) => word.pattern === written && word.ignoreMerges === ignoreMerges)?.pre;
}

function byKind(steps: readonly Step[]): string | undefined {
  const [first, second] = steps;
  if (steps.length === 1 && bytesFollow(first, true)) return 'gpt-2';
  const single = v.safeParse(digits, first);
  const isolated = first?.type === 'Digits' && single.success && single.output.individual_digits;
  return steps.length === 2 && isolated && bytesFollow(second, true) ? 'smollm' : undefined;
}

function bytesFollow(step: Step | undefined, useRegex: boolean): boolean {
  const parsed = v.safeParse(byteLevel, step);
  if (step?.type !== 'ByteLevel' || !parsed.success) return false;
  return !parsed.output.add_prefix_space && parsed.output.use_regex === useRegex;
}
