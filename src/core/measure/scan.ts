import type { ScanReading } from '../judge/types.ts';

/** Runs a static analyser over a piece of code; rejects with an AppError where it cannot be run at all. */
export type Scanner = (code: string) => Promise<ScanReading>;

/** More of an answer than this is not scanned. */
const MOST_CHARACTERS = 100_000;

/** Takes away what all lines are indented by: a completion often stands inside of a function. */
function dedented(code: string): string {
  const lines = code.replaceAll('\r\n', '\n').split('\n');
  const margins = lines
    .filter((line) => line.trim() !== '')
    .map((line) => line.length - line.trimStart().length);
  const margin = margins.length === 0 ? 0 : Math.min(...margins);
  return lines.map((line) => line.slice(margin)).join('\n');
}

/** What a fenced block of Python calls itself; one without a name may be some, too. */
const PYTHON = new Set(['python', 'python3', 'py', '']);

/**
 * The Python in an answer: its fenced blocks, one after the other, without those that name another language; the whole where nothing is
 * fenced. Where all blocks are of other languages these are given, and will not parse.
 */
export function codeIn(answer: string): string {
  const parts = answer.slice(0, MOST_CHARACTERS).split('```');
  const blocks = parts
    .filter((_, at) => at % 2 === 1)
    .map((block) => {
      const [head, name = ''] = /^([\w+-]*)[ \t]*\r?\n/.exec(block) ?? [''];
      return { name: name.toLowerCase(), code: dedented(block.slice(head.length)) };
    });
  if (blocks.length === 0) return dedented(parts.join(''));
  const python = blocks.filter(({ name }) => PYTHON.has(name));
  return (python.length > 0 ? python : blocks).map(({ code }) => code).join('\n\n');
}
