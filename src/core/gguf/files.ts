import { concatBytes } from '@noble/hashes/utils.js';
import type { BinaryFile } from '../engine.ts';

/** Bytes in memory as a file. */
export class Held implements BinaryFile {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly size: number;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#bytes = bytes;
    this.size = bytes.length;
  }

  slice(start = 0, end = this.size): BinaryFile {
    return new Held(this.#bytes.slice(start, end));
  }

  arrayBuffer(): Promise<ArrayBuffer> {
    return Promise.resolve(this.#bytes.slice().buffer);
  }
}

/** Files one after the other as one, without a copy. */
export class Joined implements BinaryFile {
  readonly #files: readonly BinaryFile[];
  readonly size: number;

  constructor(files: readonly BinaryFile[]) {
    this.#files = files;
    this.size = files.reduce((sum, { size }) => sum + size, 0);
  }

  slice(start = 0, end = this.size): BinaryFile {
    let at = 0;
    const within: BinaryFile[] = [];
    for (const file of this.#files) {
      const from = Math.max(0, start - at);
      const to = Math.min(file.size, end - at);
      if (from < to) within.push(file.slice(from, to));
      at += file.size;
    }
    return new Joined(within);
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    const buffers = await Promise.all(this.#files.map((file) => file.arrayBuffer()));
    return concatBytes(...buffers.map((buffer) => new Uint8Array(buffer))).slice().buffer;
  }
}
