/** Lines count from 1. */
export interface Repaired {
  readonly source: string;
  readonly from: number;
  readonly to: number;
}

const EMPTY = /^\s*(#.*)?$/;

/**
 * A released question file of the paper begins with a mapping whose `- id` line is missing, so that an indented mapping
 * stands before a list in the first column, which is not YAML. That mapping becomes an entry of the list, in the same
 * lines and columns; its anchors are what the rest of the file needs. Undefined for every other shape.
 */
export function repairLeadingMapping(source: string): Repaired | undefined {
  const lines = source.split('\n');
  const first = lines.findIndex((line) => !EMPTY.test(line));
  const opening = lines[first];
  if (opening === undefined || !/^ {2}[A-Za-z_][\w-]*:/.test(opening)) return undefined;
  const next = lines.findIndex((line, at) => at > first && /^\S/.test(line) && !line.startsWith('#'));
  if (lines[next]?.startsWith('- ') !== true) return undefined;
  const last = lines.findLastIndex((line, at) => at < next && !EMPTY.test(line));
  lines[first] = `- ${opening.slice(2)}`;
  return { source: lines.join('\n'), from: first + 1, to: last + 1 };
}
