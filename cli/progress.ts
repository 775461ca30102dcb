import type { ProgressSnapshot } from '../src/state/automation.ts';

const LINE_EVERY_MS = 5000;

/** `0:07`, `12:34`, `1:02:03`. */
export function clockText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const start = hours > 0 ? `${hours}:${two(minutes % 60)}` : String(minutes);
  return `${start}:${two(seconds % 60)}`;
}

export function progressText(now: ProgressSnapshot, judging: boolean): string {
  const { answered, judged, total, elapsedMs, leftMs, stage } = now;
  // Before the run is planned there is nothing to count.
  if (total === 0) return stage;
  return [
    `answers ${answered}/${total}`,
    ...(judging ? [`judged ${judged}/${total}`] : []),
    `elapsed ${clockText(elapsedMs)}`,
    leftMs === null ? stage : `left about ${clockText(leftMs)}`,
  ].join('  ');
}

/** Where progress is shown: a terminal, or a file that keeps every line. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** One line that is written over on a terminal; elsewhere a line every 5 seconds. */
export class ProgressLine {
  readonly #out: Output;
  readonly #judging: boolean;
  #shown = '';
  #lastAtMs = -Infinity;

  constructor(out: Output, judging: boolean) {
    this.#out = out;
    this.#judging = judging;
  }

  show(now: ProgressSnapshot, atMs: number): void {
    const text = progressText(now, this.#judging);
    if (text === this.#shown) return;
    if (this.#out.isTTY === true) this.#overwrite(text);
    else if (now.total > 0 && atMs - this.#lastAtMs >= LINE_EVERY_MS) this.#line(text, atMs);
  }

  /** Leaves the last state standing on a line of its own. */
  end(now: ProgressSnapshot): void {
    const text = progressText(now, this.#judging);
    if (this.#out.isTTY === true) {
      this.#overwrite(text);
      this.#out.write('\n');
    } else if (text !== this.#shown) this.#line(text, this.#lastAtMs);
  }

  #line(text: string, atMs: number): void {
    this.#out.write(`${text}\n`);
    this.#shown = text;
    this.#lastAtMs = atMs;
  }

  #overwrite(text: string): void {
    // A line that wraps could not be written over. Some terminals say that they have no columns.
    const columns = this.#out.columns ?? 0;
    this.#out.write(`\r\u001b[K${columns > 1 ? text.slice(0, columns - 1) : text}`);
    this.#shown = text;
  }
}
