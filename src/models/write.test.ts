import { proxy, wrap } from 'comlink';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OutFile } from '../core/convert/types.ts';
import { toAppError } from '../core/errors.ts';
import { hashOf } from '../../test/fixtures/models-state.ts';
import { copyOf, pieces } from './copy.ts';
import type { ModelImporter } from './importer.ts';
import { Hashing, type PieceHash } from './piece-hash.ts';
import { readAhead } from './read-ahead.ts';
import { writeFiles, type Sink } from './write.ts';

/** Takes so many bytes, then as a full disk does: short, or with the browser's error. */
function disk(room: number, how: 'short' | 'throws' = 'short') {
  const log = { written: 0, closed: 0, flushed: 0 };
  const sink: Sink = {
    write(bytes) {
      const taken = Math.min(bytes.length, room - log.written);
      if (taken < bytes.length && how === 'throws') throw new DOMException('full', 'QuotaExceededError');
      log.written += taken;
      return taken;
    },
    flush() {
      log.flushed++;
    },
    close() {
      log.closed++;
    },
  };
  return { log, open: () => Promise.resolve(sink) };
}

const MB = 1024 * 1024;
const files = ['a', 'b'].map((name, n) => copyOf(name, new Blob([new Uint8Array(9 * MB).fill(n)])));
let hashing: Hashing;
const sha256 = (sizeBytes: number): Promise<PieceHash> => hashing.sha256(sizeBytes);
const quiet = { sha256, onBytes: () => undefined };

beforeAll(() => {
  hashing = new Hashing();
});
afterAll(() => {
  hashing.end();
});

describe('writing', () => {
  it('hashes what it writes, tells how far it is, and closes every file', async () => {
    const { log, open } = disk(Infinity);
    const told: number[] = [];
    const records = await writeFiles(files, { open, sha256, onBytes: (done) => told.push(done) });
    expect(records).toEqual([
      { name: 'a', sizeBytes: 9 * MB, sha256: await hashOf(new Blob([new Uint8Array(9 * MB)])) },
      { name: 'b', sizeBytes: 9 * MB, sha256: await hashOf(new Blob([new Uint8Array(9 * MB).fill(1)])) },
    ]);
    expect(log).toEqual({ written: 18 * MB, closed: 2, flushed: 2 });
    expect(told.at(-1)).toBe(18 * MB);
    expect([...told].sort((a, b) => a - b)).toEqual(told);
  });

  it.each(['short', 'throws'] as const)(
    'on a disk that is full half-way (%s) says how much is missing',
    async (how) => {
      const { log, open } = disk(10 * MB, how);
      const error = await writeFiles(files, { open, ...quiet }).catch(toAppError);
      expect(error).toMatchObject({
        code: 'storage-full',
        message: `expected room for ${18 * MB - log.written} bytes, the disk is full`,
      });
      expect(log.closed).toBe(2);
    },
  );

  it('does not begin where the room is known to be too small', async () => {
    const { log, open } = disk(Infinity);
    await expect(writeFiles(files, { open, freeBytes: 18 * MB - 1, ...quiet })).rejects.toMatchObject({
      code: 'storage-full',
      message: `expected room for ${18 * MB} bytes, ${18 * MB - 1} bytes are free`,
    });
    expect(log).toEqual({ written: 0, closed: 0, flushed: 0 });
  });

  it('notices a conversion that makes more or less than it announced', async () => {
    const lying: OutFile = { ...copyOf('c', new Blob(['abc'])), sizeBytes: 4 };
    await expect(writeFiles([lying], { open: disk(Infinity).open, ...quiet })).rejects.toMatchObject({
      code: 'internal',
      message: 'c: expected 4 bytes to be made, got 3',
    });
  });
});

describe('the SHA-256 of a file that is made', () => {
  it.each([
    ['nothing', 0],
    ['one held whole', 64 * MB],
    ['one hashed piece by piece', 64 * MB + 1],
  ])('%s', async (_what, size) => {
    const file = new Blob([new Uint8Array(size).fill(7)]);
    const hash = await sha256(size);
    for await (const piece of pieces('a', file)) await hash.update(piece);
    expect(await hash.digest()).toBe(await hashOf(file));
  });

  it('is of no more than was announced', async () => {
    const longer: OutFile = { ...copyOf('c', new Blob(['abc'])), sizeBytes: 2 };
    await expect(writeFiles([longer], { open: disk(Infinity).open, ...quiet })).rejects.toMatchObject({
      code: 'internal',
      message: 'expected 2 bytes to hash, got 3 or more',
    });
  });
});

describe('reading ahead', () => {
  it('begins the next piece before it gives one away, fails where the source does, and ends it when stopped', async () => {
    const log: string[] = [];
    async function* source(): AsyncGenerator<number> {
      try {
        for (let i = 0; i < 3; i++) {
          log.push(`make ${i}`);
          yield await Promise.resolve(i);
        }
        throw new Error('no more');
      } finally {
        log.push('end');
      }
    }
    const all = async (most: number): Promise<void> => {
      for await (const i of readAhead(source())) {
        log.push(`take ${i}`);
        if (i === most) return;
      }
    };
    await expect(all(Infinity)).rejects.toThrow('no more');
    expect(log.slice(0, 3)).toEqual(['make 0', 'make 1', 'take 0']);
    expect(log.filter((line) => line.startsWith('take'))).toEqual(['take 0', 'take 1', 'take 2']);
    log.length = 0;
    await all(0);
    expect(log).toEqual(['make 0', 'make 1', 'take 0', 'end']);
  });
});

describe('the SHA-256 of a file that was handed in', () => {
  it.each([
    ['nothing', 0],
    ['one held whole', 64 * MB],
    ['one read as a stream', 64 * MB + 1],
  ])('%s', async (_what, size) => {
    const file = new File([new Uint8Array(size).fill(7)], 'a');
    const worker = new Worker(new URL('../../workers/import-model.ts', import.meta.url), { type: 'module' });
    const told: number[] = [];
    const onBytes = proxy((done: number) => told.push(done));
    try {
      const outcome = await wrap<ModelImporter>(worker).hash(file, onBytes);
      expect(outcome).toEqual({ value: await hashOf(file) });
    } finally {
      worker.terminate();
    }
    expect(told.at(-1) ?? 0).toBe(size);
  });
});
