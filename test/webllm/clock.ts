/** Thrown when the time that the user gave is over. */
export class TimeIsOver extends Error {}

type Say = (line: string) => void;

/** Counts what is left of the time limit, and tells of each part of the work when it begins and ends. */
export class Clock {
  readonly #start = performance.now();
  readonly #limitMs: number;
  readonly #say: Say;

  constructor(minutes: number, say: Say) {
    this.#limitMs = minutes * 60_000;
    this.#say = say;
  }

  get #elapsed(): string {
    return `${((performance.now() - this.#start) / 1000).toFixed(0).padStart(5)} s`;
  }

  say = (line: string): void => {
    this.#say(`[${this.#elapsed}] ${line}`);
  };

  /** Rejects with TimeIsOver as soon as the limit is reached; the work itself is then ended by closing its browser. */
  async phase<T>(name: string, work: () => Promise<T>): Promise<T> {
    this.say(`${name} ...`);
    const left = this.#limitMs - (performance.now() - this.#start);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const over = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => {
          reject(new TimeIsOver(`the time limit was reached while it did this: ${name}`));
        },
        Math.max(0, left),
      );
    });
    try {
      return await Promise.race([work(), over]);
    } finally {
      clearTimeout(timer);
    }
  }
}
