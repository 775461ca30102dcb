import { AppError } from '../errors.ts';

/** The web's decoder, which Node and workers have too; the domain's library has no DOM types, so its shape stands here. */
declare const TextDecoder: new (label: string) => { decode(bytes: Uint8Array): string };

/** Thrown by ByteReader where the loaded part of a file ends; the caller loads more and starts again. */
export class NeedMoreBytes extends Error {
  readonly upTo: number;
  constructor(upTo: number) {
    super(`needs ${upTo} bytes`);
    this.upTo = upTo;
  }
}

/** No string of a real header comes near (long chat templates have some 20 kB); a damaged length does. */
const MAX_STRING_BYTES = 16 * 1024 * 1024;

/** Reads little-endian values one after the other. */
export class ByteReader {
  offset = 0;
  /** Values of arrays that were promised so far. */
  listed = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #decoder = new TextDecoder('utf-8');

  constructor(buffer: ArrayBuffer) {
    this.#bytes = new Uint8Array(buffer);
    this.#view = new DataView(buffer);
  }

  #take(length: number): number {
    const start = this.offset;
    const end = start + length;
    if (end > this.#bytes.length) throw new NeedMoreBytes(end);
    this.offset = end;
    return start;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }
  i8(): number {
    return this.#view.getInt8(this.#take(1));
  }
  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }
  i16(): number {
    return this.#view.getInt16(this.#take(2), true);
  }
  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }
  i32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }
  f32(): number {
    return this.#view.getFloat32(this.#take(4), true);
  }
  f64(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }
  /** 64-bit integers lose precision above 2^53; counts and lengths are checked by `count`. */
  u64(): number {
    return Number(this.#view.getBigUint64(this.#take(8), true));
  }
  i64(): number {
    return Number(this.#view.getBigInt64(this.#take(8), true));
  }

  /** A 64-bit length or count that must not be absurd. */
  count(what: string, max: number): number {
    const value = this.u64();
    if (value > max) {
      throw new AppError(
        'invalid-file',
        `GGUF header: ${what} expected at most ${max}, got ${value}: the file is damaged`,
      );
    }
    return value;
  }

  string(what: string): string {
    const length = this.count(`length of ${what}`, MAX_STRING_BYTES);
    const start = this.#take(length);
    return this.#decoder.decode(this.#bytes.subarray(start, start + length));
  }
}
