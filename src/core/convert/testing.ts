import type { OutFile } from './types.ts';

/** For tests: a made file as a whole; its size must be what was announced. */
export async function wholeFile(file: OutFile): Promise<Uint8Array<ArrayBuffer>> {
  const out = new Uint8Array(file.sizeBytes);
  let at = 0;
  for await (const chunk of file.chunks()) {
    out.set(chunk, at);
    at += chunk.length;
  }
  if (at !== file.sizeBytes) throw new Error(`${file.name}: expected ${file.sizeBytes} bytes, got ${at}`);
  return out;
}
