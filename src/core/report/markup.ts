/** Text for HTML or SVG, in content and in quoted attributes alike. */
export function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** `12.3%`, or a dash where there is no number. */
export function percentText(share: number | null): string {
  return share === null ? '–' : `${(share * 100).toFixed(1)}%`;
}

/** `+4.0`, `−0.3`: a difference of shares in percentage points. */
export function pointsText(difference: number): string {
  const text = (Math.abs(difference) * 100).toFixed(1);
  if (text === '0.0') return text;
  return difference > 0 ? `+${text}` : `−${text}`;
}

/** `2026-07-24 12:00 UTC`: a report is read in other time zones than it was made in. */
export function day(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** `0.034`, `< 0.001`, or a dash where there is none. */
export function pText(p: number | null): string {
  if (p === null) return '–';
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}
