/** Those that are there, one after the other. */
export function sentences(...all: readonly (string | undefined)[]): string {
  return all.filter((sentence) => sentence !== undefined && sentence !== '').join(' ');
}

/** `a`, `a and b`, `a, b and c` */
export function listed(items: readonly string[], last = 'and'): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} ${last} ${items.at(-1) ?? ''}`;
}

/** `1 probe`, `1,200 answers` */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}

export function number(value: number): string {
  return value.toLocaleString('en');
}

/** `0.7`, `0.7 or 1`, `300 to 600` where there are more than two. */
export function anyOf(values: readonly number[]): string {
  const sorted = [...new Set(values)].sort((a, b) => a - b);
  const [least] = sorted;
  const most = sorted.at(-1);
  if (sorted.length < 3 || least === undefined || most === undefined) return listed(sorted.map(number), 'or');
  return `${number(least)} to ${number(most)}`;
}

/** Title of a thing in the report's own quotation marks. */
export function quoted(title: string): string {
  return `“${title}”`;
}

/** `is` or `are`. */
export function are(count: number): string {
  return count === 1 ? 'is' : 'are';
}
