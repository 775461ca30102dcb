/** Lets the browser paint and answer the user before work goes on. A message is not throttled like a timer. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** Half of a 60 Hz frame: long enough to get on, short enough to leave room for painting. */
const BUDGET_MS = 8;

/**
 * Cuts long work into short tasks: call `due()` now and then, and when it says so `await rest()`.
 * The check costs a clock reading, so call it once per hundred cheap steps, not per step.
 */
export class Slicer {
  #until: number;
  readonly #budgetMs: number;
  readonly #now: () => number;
  readonly #pause: () => Promise<void>;

  constructor(budgetMs = BUDGET_MS, now = () => performance.now(), pause = breathe) {
    this.#budgetMs = budgetMs;
    this.#now = now;
    this.#pause = pause;
    this.#until = now() + budgetMs;
  }

  due(): boolean {
    return this.#now() >= this.#until;
  }

  async rest(): Promise<void> {
    await this.#pause();
    this.#until = this.#now() + this.#budgetMs;
  }
}

/** Calls `visit` for every element, in slices of `size` between looks at the clock. */
export async function eachSliced<T>(
  items: readonly T[],
  visit: (item: T, index: number) => void,
  slicer = new Slicer(),
  size = 512,
): Promise<void> {
  for (let from = 0; from < items.length; from += size) {
    items.slice(from, from + size).forEach((item, offset) => {
      visit(item, from + offset);
    });
    if (slicer.due()) await slicer.rest();
  }
}
