/**
 * RFC 4180 text of a table. A text that a spreadsheet would take for a formula (`=`, `+`, `-`, `@`, tab or
 * return at its start) gets an apostrophe before it, because labels come from files of other people
 * (OWASP, "CSV Injection"). Numbers are given as numbers and stay as they are; null is an empty field.
 */
export function csvOf(rows: readonly (readonly (string | number | null)[])[]): string {
  return rows.map((row) => row.map(field).join(',')).join('\r\n') + '\r\n';
}

function field(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
