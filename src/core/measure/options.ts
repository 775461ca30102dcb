/** Letters of the options, in the order in which they are shown; a list has at most 26. */
export function letterAt(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}

/** The options of a multiple choice as they are asked after the question. */
export function optionsText(texts: readonly string[]): string {
  const lines = texts.map((text, at) => `${letterAt(at)}) ${text.trim()}`);
  return [...lines, '', 'Answer with the letter only.'].join('\n');
}
