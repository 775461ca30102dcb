import { Composer, isScalar, Lexer, Parser, visit, type CST, type Document, type LineCounter } from 'yaml';

/** Deeper than this nothing of ours goes; a stack that overflows inside of the browser's own code takes the page with it. */
const MAX_DEPTH = 100;
/** About half a kilobyte of memory each. The largest file of ours has 25,000 in 150 KB. */
const MAX_TOKENS = 500_000;
const MAX_ALIASES = 2000;

/** Why a text is not taken; `at` is where in it, in characters. */
export interface YamlProblem {
  readonly message: string;
  readonly at?: number;
}

type Parsed = { readonly document: Document } | { readonly problem: YamlProblem };

class TooMuch extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** The parts of the text, looked at before the library builds anything of them. */
function* boundedTokens(text: string, lines: LineCounter): Generator<CST.Token> {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  let count = 0;
  let at = 0;
  for (const lexeme of new Lexer().lex(text)) {
    count += 1;
    if (count > MAX_TOKENS) throw new TooMuch(`expected at most ${MAX_TOKENS} words and marks, got more`, at);
    yield* parser.next(lexeme);
    at += lexeme.length;
    if (parser.stack.length > MAX_DEPTH)
      throw new TooMuch(`expected at most ${MAX_DEPTH} levels, one in another, got more`, at);
  }
  yield* parser.end();
}

/** Where a field stands twice in a mapping. The library's own check compares each with all others. */
function repeatedKey(document: Document): YamlProblem | undefined {
  let problem: YamlProblem | undefined;
  visit(document, {
    Map: (_key, { items }) => {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) {
          const message = `expected each field once, got "${String(key.value).slice(0, 40)}" twice`;
          problem = { message, ...(key.range ? { at: key.range[0] } : {}) };
          return visit.BREAK;
        }
        seen.add(key.value);
      }
      return undefined;
    },
  });
  return problem;
}

/** The one YAML document in a text, within bounds of memory and depth; never throws. */
export function parseYaml(text: string, lines: LineCounter): Parsed {
  try {
    const composer = new Composer({ lineCounter: lines, uniqueKeys: false });
    const [document, another] = composer.compose(boundedTokens(text, lines), true, text.length);
    if (document === undefined) return { problem: { message: 'expected YAML, got none' } };
    const [error] = document.errors;
    if (error !== undefined)
      return { problem: { message: `expected YAML: ${error.message}`, at: error.pos[0] } };
    if (another !== undefined)
      return {
        problem: {
          message: 'expected one YAML document, got several (a line with ---)',
          at: another.range[0],
        },
      };
    const problem = repeatedKey(document);
    return problem === undefined ? { document } : { problem };
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return { problem: { message, ...(thrown instanceof TooMuch ? { at: thrown.at } : {}) } };
  }
}

/** What the document says, as plain values. Aliases that stand for more and more are refused, never followed. */
export function valueOfYaml(
  document: Document,
): { readonly value: unknown } | { readonly problem: YamlProblem } {
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    return { value };
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    const message = reason.startsWith('Excessive alias count')
      ? `expected at most ${MAX_ALIASES} uses of aliases (*name), got more`
      : reason;
    return { problem: { message } };
  }
}
