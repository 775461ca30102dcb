/** Names a cell of a table: a model, and whatever it is looked at by. Titles and ids hold no line break. */
export function cellKey(model: string, ...parts: readonly (string | number)[]): string {
  return [model, ...parts].join('\n');
}
