import { openAsBlob } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mlcFolder } from '../../../test/fixtures/mlc-folder.ts';
import { asDropped, randomModel } from '../../../test/fixtures/random-model.ts';
import type { DroppedFile, Survey } from './types.ts';
import { survey } from './survey.ts';

const base = await openAsBlob(
  fileURLToPath(new URL('../../../static/models/toy-base.gguf', import.meta.url)),
);
const QWEN = randomModel({
  family: 'qwen2',
  seed: 1,
  type: 'BF16',
  shards: 2,
  adapters: { seed: 2, steps: [5, 20], rank: 2, alpha: 4, targets: ['q_proj'] },
});

function only(path: string, content: BlobPart): readonly DroppedFile[] {
  return [{ path, file: new Blob([content]) }];
}

function series(folder = 'runs/mine'): readonly DroppedFile[] {
  return QWEN.adapters.flatMap(({ name, files }) => asDropped(files, `${folder}/${name}`));
}

function whyOf({ unused }: Survey, path: string): string | undefined {
  return unused.find((file) => file.path === path)?.why;
}

describe('what is no model', () => {
  const header = new Uint8Array(64);
  header.set([0x47, 0x47, 0x55, 0x46, 0, 0, 0, 3]);

  it.each<[string, BlobPart, RegExp]>([
    ['empty.gguf', '', /empty/],
    ['a.gguf', new Uint8Array([0x50, 0x4b, 3, 4]), /zip archive/],
    ['be.gguf', header, /big-endian/],
    ['b.safetensors', 'hello', /something else or damaged/],
    ['cut.gguf', 'GGUF\u0003\0\0\0', /cut short/],
    ['lib.wasm', '\0asm\u0001\0\0\0', /expected/],
    ['notes.txt', 'hello', /Not needed/],
  ])('%s is told why', async (path, content, why) => {
    const result = await survey(only(path, content), []);
    expect(result.found).toEqual([]);
    expect(whyOf(result, path)).toMatch(why);
  });

  it.each(['../up.gguf', 'a/../../up.gguf', 'a\\b.gguf', '/etc/x.gguf', 'a//b.gguf', '', 'nul\0.gguf'])(
    'a path such as %j is refused',
    async (path) => {
      const result = await survey([{ path, file: base }], []);
      expect(result.found).toEqual([]);
      expect(whyOf(result, path)).toMatch(/path/);
    },
  );

  it('of thousands of files is looked at up to a limit', async () => {
    const file = new Blob(['{}']);
    const files = Array.from({ length: 20_050 }, (_, at) => ({ path: `d${at % 300}/${at}.json`, file }));
    const { found, unused } = await survey(files, []);
    expect(found).toEqual([]);
    expect(unused).toHaveLength(20_050);
    expect(unused.filter(({ why }) => why.startsWith('Not looked at'))).toHaveLength(50);
  });

  it('a file that cannot be read is told', async () => {
    const unreadable = {
      size: 9,
      slice: () => unreadable,
      arrayBuffer: () => Promise.reject(new Error('gone')),
    };
    expect(await survey([{ path: 'a.gguf', file: unreadable }], [])).toEqual({
      found: [],
      unused: [{ path: 'a.gguf', why: 'It cannot be read: gone.' }],
    });
  });
});

describe('hostile content', () => {
  const NAMES = [
    'config.json',
    'tokenizer.json',
    'model.safetensors',
    'model.safetensors.index.json',
    'adapter_config.json',
    'adapter_model.safetensors',
    'mlc-chat-config.json',
    'tensor-cache.json',
    'trainer_state.json',
    'x.gguf',
    'x.wasm',
  ];
  const json = fc.oneof(
    fc.json(),
    fc.constant('{"__proto__": {"model_type": "qwen2"}, "constructor": 1}'),
    fc.constant(`${'['.repeat(20_000)}${']'.repeat(20_000)}`),
    fc.constant(`{"a": ${'{"a":'.repeat(5000)}1${'}'.repeat(5001)}`),
  );
  const content = fc.oneof(
    json.map((text) => new TextEncoder().encode(text)),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => new Uint8Array(bytes)),
    fc
      .uint8Array({ maxLength: 64 })
      .map((bytes) => Uint8Array.from([0x47, 0x47, 0x55, 0x46, 3, 0, 0, 0, ...bytes])),
  );

  it('never breaks the survey, and every file is accounted for', async () => {
    const folder = fc.constantFrom('a', 'a/checkpoint-1', 'b', '');
    const file = fc.tuple(folder, fc.constantFrom(...NAMES), content);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(file, { selector: ([at, name]) => `${at}/${name}` }), async (made) => {
        const files = made.map(([at, name, bytes]) => ({
          path: at === '' ? name : `${at}/${name}`,
          file: new Blob([bytes]),
        }));
        const { found, unused } = await survey(files, []);
        expect(found.flatMap(({ targets }) => targets)).toEqual([]);
        const told = new Set([...found.flatMap(({ paths }) => paths), ...unused.map(({ path }) => path)]);
        expect(files.filter(({ path }) => !told.has(path))).toEqual([]);
      }),
      { numRuns: 150, seed: 31 },
    );
  });

  it('is one byte changed in a real folder: found, refused, or left out, but never a crash', async () => {
    const files = [...asDropped(QWEN.files, 'q'), ...asDropped(mlcFolder(), 'm'), ...series()];
    const buffers = await Promise.all(
      files.map(async ({ file }) => new Uint8Array(await file.arrayBuffer())),
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }), async (which, where, change) => {
        const at = which % files.length;
        const bytes = Uint8Array.from(buffers[at]!);
        const place = where % Math.min(bytes.length, 2000);
        bytes[place] = bytes[place]! ^ change;
        const changed = files.map((one, i) => (i === at ? { path: one.path, file: new Blob([bytes]) } : one));
        const { found } = await survey(changed, []);
        expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
      }),
      { numRuns: 40, seed: 32 },
    );
  });
});
