import { createHash } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { splitGguf } from '../../../test/fixtures/gguf-file.ts';
import { readGguf } from './info.ts';
import { joinGguf, readGgufParts } from './join.ts';
import { readGgufSplit } from './split.ts';

const folder = fileURLToPath(new URL('../../../static/models/', import.meta.url));
const base = await openAsBlob(`${folder}toy-base.gguf`);
const parts = await splitGguf(base, 3);
const [first = base, second = base, third = base] = parts;
const ofFour = (await splitGguf(base, 4))[2];
const misnumbered = await renumbered(second, 2);

async function bytesOf(files: readonly Blob[]): Promise<Uint8Array> {
  const pieces = await joinGguf(files);
  const whole = new Blob(
    pieces.map((piece) => (piece instanceof Uint8Array ? piece : piece.file.slice(piece.start, piece.end))),
  );
  return new Uint8Array(await whole.arrayBuffer());
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

describe('a split model', () => {
  it('is known by its metadata', async () => {
    expect(await readGgufSplit(base)).toBeUndefined();
    expect(await readGgufSplit(second)).toEqual({ part: 1, count: 3, tensors: 38 });
  });

  it('is refused where one whole file is expected', async () => {
    await expect(readGguf(first)).rejects.toThrow(/expected one whole file, got one of 3 parts/);
  });

  it('joins to the file that it came from, byte for byte, in whatever order its parts come', async () => {
    const expected = hash(new Uint8Array(await base.arrayBuffer()));
    expect(hash(await bytesOf([third, first, second]))).toBe(expected);
    expect(hash(await bytesOf([base]))).toBe(expected);
  });

  it('says the same of itself as the whole file', async () => {
    const whole = JSON.stringify(await readGguf(base));
    expect(JSON.stringify(await readGgufParts([second, third, first]))).toBe(whole);
    expect(JSON.stringify(await readGgufParts([base]))).toBe(whole);
  });

  it.each([
    ['none', [], 'expected one GGUF file or the parts of one, got 0 files'],
    ['a missing part', [first, third], 'expected all 3 parts of the model, part 2 is missing'],
    ['a part twice', [first, second, second], 'expected each part of the model once, got part 2 twice'],
    ['a part of another split', [first, second, ofFour], 'expected 3 parts'],
    ['a whole file among parts', [first, second, base], 'got one of 1 with 38'],
    ['two whole files', [base, base], 'expected one GGUF file or the parts of one, got 2 files'],
    ['a part cut short', [first, second.slice(0, second.size - 4000), third], 'the file is cut short'],
    ['a part with the wrong weights', [first, second, misnumbered], 'expected 38 tensors of different names'],
  ])('refuses %s', async (_what, files, message) => {
    const reading = readGgufParts(files.flatMap((file) => file ?? []));
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toMatchObject({ code: 'invalid-file' });
  });
});

/** A part that says that it is another one. */
async function renumbered(part: Blob, number: number): Promise<Blob> {
  const bytes = new Uint8Array(await part.arrayBuffer());
  const at = new TextDecoder('latin1').decode(bytes).indexOf('split.no') + 'split.no'.length + 4;
  bytes[at] = number;
  return new Blob([bytes]);
}
