import { AppError } from '../errors.ts';
import type { GgufNumberType } from './values.ts';

/** The web's encoder, which Node and workers have too; the domain's library has no DOM types, so its shape stands here. */
declare const TextEncoder: new () => { encode(text: string): Uint8Array<ArrayBuffer> };

/** Collects little-endian values one after the other, in a buffer that grows. */
export class ByteWriter {
  length = 0;
  #bytes = new Uint8Array(64 * 1024);
  #view = new DataView(this.#bytes.buffer);
  readonly #encoder = new TextEncoder();

  /** Makes room for `length` bytes and returns where they begin. */
  #take(length: number): number {
    const start = this.length;
    const end = start + length;
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(end, 2 * this.#bytes.length));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    this.length = end;
    return start;
  }

  u32(value: number): void {
    const at = this.#take(4);
    this.#view.setUint32(at, value, true);
  }

  u64(value: number): void {
    const at = this.#take(8);
    this.#view.setBigUint64(at, BigInt(value), true);
  }

  number(type: GgufNumberType, value: number, what: string): void {
    if (type === 'float32') {
      const at = this.#take(4);
      this.#view.setFloat32(at, value, true);
      return;
    }
    const [low, high] = LIMITS[type];
    if (!Number.isInteger(value) || value < low || value > high)
      throw new AppError('internal', `GGUF metadata "${what}": expected ${type}, got ${value}`);
    if (type === 'uint64') this.u64(value);
    else if (type === 'uint8') this.bytes(Uint8Array.of(value));
    else if (type === 'uint16') this.bytes(Uint8Array.of(value, value >> 8));
    else this.u32(value);
  }

  bytes(bytes: Uint8Array): void {
    const at = this.#take(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /** Its length in 64 bits, then UTF-8. */
  string(text: string): void {
    const bytes = this.#encoder.encode(text);
    this.u64(bytes.length);
    this.bytes(bytes);
  }

  /** Zeros up to a multiple of `alignment`. */
  align(alignment: number): void {
    this.#take((alignment - (this.length % alignment)) % alignment);
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.length);
  }
}

const LIMITS: Readonly<Record<Exclude<GgufNumberType, 'float32'>, readonly [number, number]>> = {
  uint8: [0, 0xff],
  uint16: [0, 0xffff],
  uint32: [0, 0xffffffff],
  uint64: [0, Number.MAX_SAFE_INTEGER],
  int32: [-0x80000000, 0x7fffffff],
};
