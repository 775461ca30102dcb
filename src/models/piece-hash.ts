import { proxy, releaseProxy, transfer, wrap, type ProxyMarked, type Remote } from 'comlink';
import { AppError } from '../core/errors.ts';

/** A SHA-256 of pieces that is computed elsewhere. */
export interface PieceHash {
  /** Takes the bytes away, so they are empty after; resolves when there is room for more. */
  update(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** 64 hex digits of all that was given. */
  digest(): Promise<string>;
}

interface HashEnd {
  update(bytes: Uint8Array): void;
  digest(): string;
}

/** What a hashing worker can be asked. */
export interface Hasher {
  sha256(): Promise<HashEnd & ProxyMarked>;
}

/** The worker's end; `create` makes a hash of pieces. */
export function hasher(create: () => Promise<HashEnd>): Hasher {
  return {
    sha256: async () => {
      const hash = await create();
      // What the library returns of `update` cannot be sent.
      const update = (bytes: Uint8Array): void => {
        hash.update(bytes);
      };
      return proxy({ update, digest: () => hash.digest() });
    },
  };
}

/** Pieces under way to the worker: enough to keep it busy, few enough to hold. */
const UNDER_WAY = 3;

/** Hashes beside the work that makes the pieces: in WebAssembly, SHA-256 takes longer than reading, converting and writing 16-bit weights. */
export class HashingWorker {
  readonly #worker = new Worker(new URL('../../workers/hash.ts', import.meta.url), { type: 'module' });
  readonly #hasher: Remote<Hasher> = wrap<Hasher>(this.#worker);
  /** A call never settles where the worker has died. */
  readonly #died: Promise<never>;

  constructor() {
    this.#died = new Promise((_, reject) => {
      this.#worker.onerror = (event) => {
        event.preventDefault();
        reject(new AppError('engine-crashed', `the hashing worker stopped: ${event.message}`));
      };
    });
    this.#died.catch(() => undefined); // heard of by whoever asks
  }

  async sha256(): Promise<PieceHash> {
    const hash = await this.#alive(this.#hasher.sha256());
    const underWay: Promise<void>[] = [];
    return {
      update: async (bytes) => {
        const whole = bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
        const sent = this.#alive(hash.update(transfer(whole, [whole.buffer])));
        sent.catch(() => undefined); // awaited below, in its turn or at the end
        underWay.push(sent);
        if (underWay.length > UNDER_WAY) await underWay.shift();
      },
      digest: async () => {
        await Promise.all(underWay);
        const digest = await this.#alive(hash.digest());
        hash[releaseProxy]();
        return digest;
      },
    };
  }

  end(): void {
    this.#hasher[releaseProxy]();
    this.#worker.terminate();
  }

  #alive<T>(answer: Promise<T>): Promise<T> {
    return Promise.race([answer, this.#died]);
  }
}
