import { releaseProxy, wrap, type Remote } from 'comlink';
import { aborted, AppError, toAppError } from '../../core/errors.ts';
import type { CancelSignal } from '../../core/signal.ts';
import type { EngineHost } from './protocol.ts';

type Host = Remote<EngineHost>;

/** Another thing that ends a call, and what it then rejects with. */
interface Ending {
  readonly signal: CancelSignal;
  readonly reason: AppError;
}

/**
 * The page's end of one worker. A Comlink call never settles if the worker dies, so every call here is also settled by the
 * worker's death, by `close` and by the caller's signal.
 */
export class Connection {
  readonly #worker: Worker;
  readonly #host: Host;
  readonly #pending = new Set<(error: AppError) => void>();
  #closed: AppError | undefined;
  #calls = 0;

  constructor(worker: Worker) {
    this.#worker = worker;
    this.#host = wrap<EngineHost>(worker);
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.close(
        new AppError(
          'engine-crashed',
          `the engine's worker failed: ${event.message || 'it could not start'}`,
        ),
      );
    });
    worker.addEventListener('messageerror', () => {
      this.close(new AppError('engine-crashed', "a message of the engine's worker could not be read"));
    });
  }

  /**
   * Sends one request. On abort, or when `ending` comes, it rejects at once and tells the worker to stop; a crash or a lost
   * device closes the connection.
   */
  call<T>(
    signal: CancelSignal | undefined,
    send: (host: Host, call: number) => Promise<T>,
    ending?: Ending,
  ): Promise<T> {
    if (this.#closed !== undefined) return Promise.reject(this.#closed);
    if (ending?.signal.aborted === true) return Promise.reject(ending.reason);
    if (signal?.aborted === true) return Promise.reject(aborted());
    const call = ++this.#calls;
    return new Promise((resolve, reject) => {
      const done = (): void => {
        this.#pending.delete(fail);
        signal?.removeEventListener('abort', stop);
        ending?.signal.removeEventListener('abort', end);
      };
      const fail = (error: AppError): void => {
        done();
        reject(error);
        if (isFatal(error) && error !== ending?.reason) this.close(error);
      };
      const interrupt = (error: AppError): void => {
        fail(error);
        void this.#host.interrupt(call);
      };
      const stop = (): void => {
        interrupt(aborted());
      };
      const end = (): void => {
        interrupt(ending?.reason ?? aborted());
      };
      this.#pending.add(fail);
      signal?.addEventListener('abort', stop, { once: true });
      ending?.signal.addEventListener('abort', end, { once: true });
      send(this.#host, call).then(
        (value) => {
          done();
          resolve(value);
        },
        (thrown: unknown) => {
          fail(toAppError(thrown));
        },
      );
    });
  }

  /** Ends the worker and with it its memory; every request in flight and every later one rejects with `reason`. */
  close(reason: AppError): void {
    if (this.#closed !== undefined) return;
    this.#closed = reason;
    for (const fail of [...this.#pending]) fail(reason);
    this.#host[releaseProxy]();
    this.#worker.terminate();
  }
}

function isFatal({ code }: AppError): boolean {
  return code === 'engine-crashed' || code === 'device-lost';
}
