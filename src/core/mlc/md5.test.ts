import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { xorshift32 } from '../tensors/testing.ts';
import { Md5 } from './md5.ts';

function md5(...parts: readonly Uint8Array<ArrayBuffer>[]): string {
  const hash = new Md5();
  for (const part of parts) hash.update(part);
  return hash.finish();
}
const text = (letters: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(letters);

describe('Md5', () => {
  // RFC 1321, A.5.
  it.each([
    ['', 'd41d8cd98f00b204e9800998ecf8427e'],
    ['a', '0cc175b9c0f1b6a831c399e269772661'],
    ['abc', '900150983cd24fb0d6963f7d28e17f72'],
    ['message digest', 'f96b697d7cb7938d525a2f31aaf161d0'],
    ['abcdefghijklmnopqrstuvwxyz', 'c3fcd3d76192e4007dfb496cca67e13b'],
    ['1234567890'.repeat(8), '57edf4a22be3c955ac49da2e2107b67a'],
  ])('of "%s"', (letters, digest) => {
    expect(md5(text(letters))).toBe(digest);
  });

  const bytes = new Uint8Array(xorshift32(400, 9).buffer);

  it('is Node’s own for every length around a block', () => {
    for (let length = 0; length <= 200; length++) {
      const part = bytes.slice(0, length);
      expect(md5(part)).toBe(createHash('md5').update(part).digest('hex'));
    }
  });

  it('is the same in whatever parts the bytes come, aligned or not', () => {
    const whole = createHash('md5').update(bytes).digest('hex');
    for (const step of [1, 3, 63, 64, 65, 127, 700, 1600]) {
      const parts: Uint8Array<ArrayBuffer>[] = [];
      for (let at = 0; at < bytes.length; at += step) parts.push(bytes.subarray(at, at + step));
      expect(md5(...parts)).toBe(whole);
    }
  });
});
