import { part } from './reflect.ts';

/** Names that lead nowhere: `.invalid` is reserved (RFC 2606), and WebLLM takes addresses of the web only. */
export const MODEL_ADDRESS = 'https://model.invalid/resolve/main/';
export const LIBRARY_ADDRESS = 'https://model.invalid/library.wasm';

/**
 * WebLLM reads a model through the browser's cache of the web, and fetches what is not in it. In this worker, from now on, the
 * cache is these files, which are neither copied nor stored, and nothing can be fetched.
 */
export function serveOnly(files: ReadonlyMap<string, Blob>): void {
  const cache = {
    match: (asked: unknown) => {
      const file = files.get(addressOf(asked));
      return Promise.resolve(file === undefined ? undefined : new Response(file));
    },
    add: (asked: unknown) => refuse(asked),
    put: () => Promise.resolve(),
    delete: () => Promise.resolve(false),
    keys: () => Promise.resolve([...files.keys()].map((url) => ({ url }))),
  };
  Object.defineProperty(globalThis, 'caches', {
    configurable: true,
    value: { open: () => Promise.resolve(cache) },
  });
  Object.defineProperty(globalThis, 'fetch', { configurable: true, value: refuse });
}

function refuse(asked: unknown): Promise<never> {
  return Promise.reject(new Error(`the model's files hold no ${addressOf(asked)}, and nothing is fetched`));
}

function addressOf(asked: unknown): string {
  const url = part(asked, 'url');
  return typeof url === 'string' ? url : String(asked);
}
