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

/** The code in an answer: all its fenced blocks, one after the other, or the whole where nothing is fenced. */
export function codeIn(answer: string): string {
  const parts = answer.slice(0, MOST_CHARACTERS).split('```');
  const blocks = parts
    .filter((_, at) => at % 2 === 1)
    .map((block) => dedented(block.replace(/^[\w+-]*[ \t]*\r?\n/, '')));
  return blocks.length === 0 ? dedented(parts.join('')) : blocks.join('\n\n');
}
