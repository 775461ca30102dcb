/**
 * MD5 (RFC 1321), which MLC's index has of every shard: a checksum, no protection. Of our own because the library's takes 11 ms a
 * megabyte, longer than quantising does; this one takes 2 to 3. Little-endian machines only, as in tensors/numbers.ts.
 */
export class Md5 {
  readonly #state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
  readonly #rest = new Uint8Array(BLOCK);
  readonly #restWords = new Int32Array(this.#rest.buffer);
  #length = 0;

  update(bytes: Uint8Array<ArrayBuffer>): void {
    let at = 0;
    const held = this.#length % BLOCK;
    this.#length += bytes.length;
    if (held > 0) {
      at = Math.min(BLOCK - held, bytes.length);
      this.#rest.set(bytes.subarray(0, at), held);
      if (held + at < BLOCK) return;
      digestBlocks(this.#state, this.#restWords);
    }
    const blocks = Math.floor((bytes.length - at) / BLOCK);
    if (blocks > 0) {
      const whole = bytes.subarray(at, at + blocks * BLOCK);
      const aligned = whole.byteOffset % 4 === 0 ? whole : whole.slice();
      digestBlocks(this.#state, new Int32Array(aligned.buffer, aligned.byteOffset, aligned.length / 4));
    }
    this.#rest.set(bytes.subarray(at + blocks * BLOCK));
  }

  /** 32 hex digits of all that was given; nothing can be given after. */
  finish(): string {
    const length = this.#length;
    const held = length % BLOCK;
    const padding = new Uint8Array((held < LENGTH_AT ? LENGTH_AT : BLOCK + LENGTH_AT) - held + 8);
    padding[0] = 0x80;
    new DataView(padding.buffer).setBigUint64(padding.length - 8, BigInt(length) * 8n, true);
    this.update(padding);
    const bytes = new Uint8Array(this.#state.buffer);
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  }
}

const BLOCK = 64;
/** Where in the last block the number of bits stands. */
const LENGTH_AT = 56;

/** RFC 1321, 3.4: the integer part of 2^32 |sin(i)|, i from 1 on. */
const SINES = Int32Array.from({ length: 64 }, (_, i) => Math.floor(2 ** 32 * Math.abs(Math.sin(i + 1))) | 0);

/** Each step: rotate a sum left by `bits`, add the next of the four words. */
function turn(sum: number, bits: number, next: number): number {
  return (((sum << bits) | (sum >>> (32 - bits))) + next) | 0;
}

function digestBlocks(state: Int32Array, words: Int32Array): void {
  for (let at = 0; at < words.length; at += 16) digestBlock(state, words, at);
}

function digestBlock(state: Int32Array, x: Int32Array, at: number): void {
  let a = state[0] ?? 0;
  let b = state[1] ?? 0;
  let c = state[2] ?? 0;
  let d = state[3] ?? 0;
  for (let i = 0; i < 16; i += 4) {
    const from = at + i;
    a = turn((a + ((b & c) | (~b & d)) + sine(i) + word(x, from)) | 0, 7, b);
    d = turn((d + ((a & b) | (~a & c)) + sine(i + 1) + word(x, from + 1)) | 0, 12, a);
    c = turn((c + ((d & a) | (~d & b)) + sine(i + 2) + word(x, from + 2)) | 0, 17, d);
    b = turn((b + ((c & d) | (~c & a)) + sine(i + 3) + word(x, from + 3)) | 0, 22, c);
  }
  for (let i = 16, w = 1; i < 32; i += 4, w += 20) {
    a = turn((a + ((b & d) | (c & ~d)) + sine(i) + word(x, at + (w & 15))) | 0, 5, b);
    d = turn((d + ((a & c) | (b & ~c)) + sine(i + 1) + word(x, at + ((w + 5) & 15))) | 0, 9, a);
    c = turn((c + ((d & b) | (a & ~b)) + sine(i + 2) + word(x, at + ((w + 10) & 15))) | 0, 14, d);
    b = turn((b + ((c & a) | (d & ~a)) + sine(i + 3) + word(x, at + ((w + 15) & 15))) | 0, 20, c);
  }
  for (let i = 32, w = 5; i < 48; i += 4, w += 12) {
    a = turn((a + (b ^ c ^ d) + sine(i) + word(x, at + (w & 15))) | 0, 4, b);
    d = turn((d + (a ^ b ^ c) + sine(i + 1) + word(x, at + ((w + 3) & 15))) | 0, 11, a);
    c = turn((c + (d ^ a ^ b) + sine(i + 2) + word(x, at + ((w + 6) & 15))) | 0, 16, d);
    b = turn((b + (c ^ d ^ a) + sine(i + 3) + word(x, at + ((w + 9) & 15))) | 0, 23, c);
  }
  for (let i = 48, w = 0; i < 64; i += 4, w += 28) {
    a = turn((a + (c ^ (b | ~d)) + sine(i) + word(x, at + (w & 15))) | 0, 6, b);
    d = turn((d + (b ^ (a | ~c)) + sine(i + 1) + word(x, at + ((w + 7) & 15))) | 0, 10, a);
    c = turn((c + (a ^ (d | ~b)) + sine(i + 2) + word(x, at + ((w + 14) & 15))) | 0, 15, d);
    b = turn((b + (d ^ (c | ~a)) + sine(i + 3) + word(x, at + ((w + 21) & 15))) | 0, 21, c);
  }
  state[0] = (state[0] ?? 0) + a;
  state[1] = (state[1] ?? 0) + b;
  state[2] = (state[2] ?? 0) + c;
  state[3] = (state[3] ?? 0) + d;
}

function sine(i: number): number {
  return SINES[i] ?? 0;
}

function word(words: Int32Array, at: number): number {
  return words[at] ?? 0;
}
