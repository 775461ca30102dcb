import { wrap, type Remote } from 'comlink';
import { AppError, toAppError } from '../core/errors.ts';
import type { ScanReading } from '../core/judge/types.ts';
import type { Scanner } from '../core/measure/scan.ts';
import type { ScanDesk } from './ruff.worker.ts';

/** No piece of code that a model writes takes longer, once the analyser is loaded. */
const MOST_MS = 20_000;

const UNREAD: ScanReading = { analyser: 'ruff', rules: [], parsed: false };

/** The analyser in a worker of its own, started with the first piece of code and anew where one broke it. */
class ScanWorker {
  readonly #worker = new Worker(new URL('../../workers/scan.ts', import.meta.url), { type: 'module' });
  readonly #desk: Remote<ScanDesk> = wrap<ScanDesk>(this.#worker);
  /** A call never settles where the worker has died. */
  readonly #died: Promise<never>;
  #end: () => void = () => undefined;
  readonly #ended = new Promise<'ended'>((resolve) => {
    this.#end = () => {
      resolve('ended');
    };
  });

  constructor() {
    this.#died = new Promise((_, reject) => {
      this.#worker.onerror = (event) => {
        event.preventDefault();
        reject(new AppError('internal', `static checks stopped: ${event.message}`));
      };
    });
    this.#died.catch(() => undefined); // heard of by whoever asks
  }

  /** Loads the analyser by way of nothing to scan. */
  async ready(): Promise<void> {
    await Promise.race([this.#desk.check(''), this.#died]);
  }

  /** `broken`: by this code. `ended`: by another one's; nothing is known of this. */
  async check(code: string): Promise<ScanReading | 'broken' | 'ended'> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => {
        resolve(undefined);
      }, MOST_MS);
    });
    try {
      const reading = await Promise.race([this.#desk.check(code), this.#died, this.#ended, late]);
      return reading ?? 'broken';
    } finally {
      clearTimeout(timer);
    }
  }

  end(): void {
    this.#end();
    this.#worker.terminate();
  }
}

/**
 * Static checks of Python by Ruff's security rules, from the app's own origin. Code that does not parse, breaks the analyser or takes
 * too long gives `parsed: false`. Rejects with AppError `internal` where the analyser cannot be loaded.
 */
export function ruffScanner(): Scanner {
  let worker: Promise<ScanWorker> | undefined;
  const start = async (): Promise<ScanWorker> => {
    const started = new ScanWorker();
    try {
      await started.ready();
      return started;
    } catch (thrown) {
      worker = undefined;
      started.end();
      const { message } = toAppError(thrown);
      throw new AppError('internal', `static checks cannot be started: ${message}`, { cause: thrown });
    }
  };
  const scan: Scanner = async (code) => {
    worker ??= start();
    const own = worker;
    const ready = await own;
    const reading = await ready.check(code).catch((thrown: unknown) => {
      if (worker === own) worker = undefined;
      ready.end();
      throw toAppError(thrown);
    });
    if (reading === 'ended') return await scan(code);
    if (reading !== 'broken') return reading;
    if (worker === own) worker = undefined;
    ready.end();
    return UNREAD;
  };
  return scan;
}
