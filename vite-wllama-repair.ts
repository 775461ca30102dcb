import type { Plugin } from 'vite';

/**
 * wllama 3.8.1 answers a C++ exception in one request by reading a null pointer as a reply, which rejects every request in
 * flight with rubbish. Two insertions into its worker (a string in its bundle) make only the failing request reject, with
 * llama.cpp's own words. Each place must occur exactly once, so that another version of wllama fails the build.
 */
const REPAIRS = [
  {
    after: 'const outputPtr = await wllamaAction(argAction, inputPtr);',
    insert:
      ' if (!Number(outputPtr)) { msg({ callbackId, err: { message: globalThis.lastNativeError } }); return; }',
  },
  {
    after: 'const logLine = cppLogToJSLog(text);',
    insert: " if (logLine.level === 'error') globalThis.lastNativeError = logLine.text;",
  },
] as const;

export function repairWllama(): Plugin {
  return {
    name: 'repair-wllama',
    transform: {
      filter: { id: /@wllama\/wllama\/esm\/index\.js/ },
      handler: (code) => ({ code: REPAIRS.reduce(repair, code), map: null }),
    },
  };
}

function repair(code: string, { after, insert }: (typeof REPAIRS)[number]): string {
  const parts = code.split(after);
  if (parts.length !== 2) {
    throw new Error(
      `wllama: expected "${after}" once, got it ${parts.length - 1} times; see vite-wllama-repair.ts`,
    );
  }
  return parts.join(after + insert);
}
