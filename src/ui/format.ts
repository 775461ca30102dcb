/** Numbers as people read them. English, the language of the app; no unit is ever left out. */

const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** `960`, `12,000` */
export function count(value: number): string {
  return WHOLE.format(value);
}

/** `1 answer`, `12,000 answers` */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A share of 1 as per cent: `38%`, `0.4%`, `<0.1%`. */
export function percent(share: number): string {
  const value = share * 100;
  if (value > 0 && value < 0.1) return '<0.1%';
  if (value !== 0 && value < 10) return `${value.toFixed(1)}%`;
  return `${value.toFixed(0)}%`;
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** Decimal units, as file managers show them: `1.1 MB`. */
export function bytes(sizeBytes: number): string {
  const power = sizeBytes < 1 ? 0 : Math.floor(Math.log10(sizeBytes) / 3);
  const step = Math.min(power, BYTE_UNITS.length - 1);
  const value = sizeBytes / 1000 ** step;
  return `${step === 0 || value >= 100 ? value.toFixed(0) : value.toFixed(1)} ${BYTE_UNITS[step] ?? 'B'}`;
}

/** Large counts in short: `1.0 million`, `7.6 billion`. */
export function large(value: number): string {
  if (value >= 1e9) return `${(value / 1e9).toFixed(1)} billion`;
  if (value >= 1e6) return `${(value / 1e6).toFixed(1)} million`;
  return count(value);
}

/** How long something takes, in two units at most: `8 s`, `2 min 5 s`, `1 h 20 min`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds === 0) return 'under 1 s';
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60)
    return minutes < 10 && seconds % 60 > 0 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 > 0 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
}

/** A time that is only estimated, no finer than it is known: `under 10 s`, `about 75 s`, `about 3 min`, `about 1 h 20 min`. */
export function about(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 10) return 'under 10 s';
  if (seconds < 90) return `about ${5 * Math.round(seconds / 5)} s`;
  const minutes = Math.round(seconds / 60);
  return `about ${duration((minutes < 60 ? minutes : 5 * Math.round(minutes / 5)) * 60_000)}`;
}

const DAY_AND_TIME = new Intl.DateTimeFormat('en', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** `24 Jul 2026, 14:05` in this device's time zone. */
export function dateTime(at: number): string {
  const parts = new Map(DAY_AND_TIME.formatToParts(at).map((part) => [part.type, part.value]));
  const of = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '';
  return `${of('day')} ${of('month')} ${of('year')}, ${of('hour')}:${of('minute')}`;
}

/** The start of a SHA-256, enough to tell files apart by eye. */
export function shortHash(hash: string): string {
  return hash.slice(0, 12);
}
