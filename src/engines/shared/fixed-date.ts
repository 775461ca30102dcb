/**
 * The day that a template is told is today: what Llama 3's templates fall back to. With the real one, prompts would change from
 * day to day, so that neither a resumed run nor next month's could be compared; the names of months would be the browser's.
 */
const TODAY = { year: '2024', month: '07', day: '26', name: 'July', short: 'Jul', weekday: 'Friday' };

const CODES: Readonly<Record<string, string>> = {
  '%Y': TODAY.year,
  '%m': TODAY.month,
  '%d': TODAY.day,
  '%B': TODAY.name,
  '%b': TODAY.short,
  '%A': TODAY.weekday,
  '%a': TODAY.weekday.slice(0, 3),
  '%H': '12',
  '%M': '00',
  '%S': '00',
  '%%': '%',
};

/** Python's `strftime` of that day at noon; codes beyond those of dates and times stay as they are. */
export function fixedDate(format: unknown): string {
  return String(format).replace(/%[a-zA-Z%]/g, (code) => CODES[code] ?? code);
}
