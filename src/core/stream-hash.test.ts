import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { streamMd5, streamSha256, type StreamHash } from './stream-hash.ts';

const bytes = Uint8Array.from({ length: 1_000_003 }, (_, i) => (i * 7 + (i >> 8)) & 0xff);

test.each([
  ['sha256', streamSha256],
  ['md5', streamMd5],
] as const)('%s of pieces is that of the whole, two at a time', async (name, create) => {
  const [first, second]: readonly StreamHash[] = await Promise.all([create(), create()]);
  if (first === undefined || second === undefined) throw new Error('expected two hashes');
  for (let at = 0; at < bytes.length; at += 77_777) {
    first.update(bytes.subarray(at, at + 77_777));
    second.update(Uint8Array.of(at & 0xff));
  }
  expect(first.digest()).toBe(createHash(name).update(bytes).digest('hex'));
  const starts = Uint8Array.from({ length: Math.ceil(bytes.length / 77_777) }, (_, i) => (i * 77_777) & 0xff);
  expect(second.digest()).toBe(createHash(name).update(starts).digest('hex'));
});
