import { bytesToHex } from '@noble/hashes/utils.js';
import { proxy, releaseProxy, transfer, wrap, type ProxyMarked, type Remote } from 'comlink';
import { AppError } from '../core/errors.ts';

/** A SHA-256 of pieces that is computed elsewhere. */
export interface PieceHash {
  /** May take the bytes away, so that they are empty after; resolves when there is room for more. */
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

/** A file up to here is hashed whole by the browser itself, in a third of the time; a larger one is not to be held in memory. */
export const WHOLE_BYTES = 64 * 1024 * 1024;

/** Hashes what is made, beside the work that makes it. */
export class Hashing {
  /** Started for the first file that needs it. */
  #worker: HashingWorker | undefined;

  /** A new SHA-256 of `sizeBytes` in pieces. */
  async sha256(sizeBytes: number): Promise<PieceHash> {
    if (sizeBytes <= WHOLE_BYTES) return wholeHash(sizeBytes);
    this.#worker ??= new HashingWorker();
    return this.#worker.sha256();
  }

  end(): void {
    this.#worker?.end();
  }
}

function wholeHash(sizeBytes: number): PieceHash {
  const whole = new Uint8Array(sizeBytes);
  let at = 0;
  return {
    update: (bytes) => {
      if (at + bytes.length > sizeBytes) {
        const got = `expected ${sizeBytes} bytes to hash, got ${at + bytes.length} or more`;
        return Promise.reject(new AppError('internal', got));
      }
      whole.set(bytes, at);
      at += bytes.length;
      return Promise.resolve();
    },
    digest: async () =>
      bytesToHex(new Uint8Array(await crypto.subtle.digest('SHA-256', whole.subarray(0, at)))),
  };
}

/** In a worker of its own: in WebAssembly, SHA-256 takes longer than reading, converting and writing 16-bit weights. */
class HashingWorker {
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
