import { afterAll, beforeAll, expect, test } from 'vitest';
import { commands } from 'vitest/browser';
import { local, modelsFixture, type ModelsFixture } from '../fixtures/models-state.ts';
import { randomModel } from '../fixtures/random-model.ts';
import type { LocalFile } from '../../src/state/types.ts';
import { bigFolder, libraryOf, PIECE_BYTES } from './big-folder.ts';
import type { Usage } from './usage.ts';

declare module 'vitest/browser' {
  interface BrowserCommands {
    usage(): Promise<Usage | undefined>;
  }
}

const MB = 1e6;

let folder: FileSystemDirectoryHandle;
let fixture: ModelsFixture;
let files: readonly LocalFile[];
let sourceBytes = 0;

beforeAll(async () => {
  fixture = await modelsFixture();
  folder = await fixture.root.getDirectoryHandle('source', { create: true });
  files = await bigFolder(folder);
  sourceBytes = files.reduce((sum, { file }) => sum + file.size, 0);
}, 120_000);
afterAll(() => fixture.end());

interface Measured {
  readonly seconds: number;
  /** Of all processes of the browser, reading and writing included. */
  readonly cpuSeconds?: number;
  /** What the page and its workers took at most, beyond what they took before. */
  readonly peakBytes?: number;
}

async function measured(work: () => Promise<unknown>): Promise<Measured> {
  const before = await commands.usage();
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  const after = await commands.usage();
  if (before === undefined || after === undefined) return { seconds };
  return {
    seconds,
    cpuSeconds: after.cpuSeconds - before.cpuSeconds,
    peakBytes: after.pagePeakBytes - before.pageBytes,
  };
}

async function read(): Promise<void> {
  for (const { file } of files)
    for (let at = 0; at < file.size; at += PIECE_BYTES) await file.slice(at, at + PIECE_BYTES).arrayBuffer();
}

function copy(): Promise<void> {
  const worker = new Worker(new URL('./copy.js', import.meta.url), { type: 'module' });
  return new Promise<void>((resolve, reject) => {
    worker.onmessage = () => {
      resolve();
    };
    worker.onerror = ({ message }) => {
      reject(new Error(message));
    };
    worker.postMessage({ files: files.map(({ file }) => file), folder });
  }).finally(() => {
    worker.terminate();
  });
}

async function importAs(wanted: string, from = files): Promise<void> {
  const [to] = wanted.split(' ');
  // Handed in anew each time, as the app hashes one File once only.
  const source = from.map(({ path, file }) => ({ path, file: new File([file], file.name) }));
  await fixture.models.inspect(to === 'mlc' ? [...source, await libraryOf(source)] : source);
  const choices = fixture.models.review!.found.flatMap(({ id, targets }) => {
    const target = targets.find((each) => `${each.to} ${each.quantisation ?? ''}` === wanted);
    return target === undefined ? [] : [{ id, target }];
  });
  expect(choices).toHaveLength(1);
  await fixture.models.accept(choices, { link: false });
  expect(fixture.models.error).toBeUndefined();
}

async function forget(): Promise<void> {
  for (const { sha256 } of fixture.models.models) await fixture.models.remove(sha256);
}

function say(what: string, { seconds, cpuSeconds, peakBytes }: Measured, reading: Measured): void {
  const rate = (per: number | undefined): string =>
    per === undefined ? 'not known here' : `${(sourceBytes / MB / per).toFixed(0)} MB/s`;
  const memory = peakBytes === undefined ? 'not known here' : `${Math.max(0, peakBytes / MB).toFixed(0)} MB`;
  const share = ((100 * reading.seconds) / seconds).toFixed(0);
  console.info(
    `${what}: ${rate(seconds)} of source, ${share} % of reading; of processor time ${rate(cpuSeconds)}; memory at most +${memory}`,
  );
}

test('import of a Hugging Face folder against reading it', async () => {
  await read();
  const small = randomModel({ family: 'qwen2', seed: 1 }).files.map(({ path, bytes }) =>
    local(`small/${path}`, bytes),
  );
  await importAs('gguf F16', small);
  await forget();
  const { seconds, cpuSeconds } = await measured(() => importAs('gguf F16', small));
  await forget();
  console.info(
    `importing a folder of next to nothing, which the development server's workers make slow: ${seconds.toFixed(1)} s, ${cpuSeconds?.toFixed(1) ?? 'unknown'} s of processor time`,
  );
  console.info(`source: ${(sourceBytes / MB).toFixed(0)} MB in F16`);
  for (const type of ['gguf F16', 'gguf Q8_0', 'gguf Q4_0', 'mlc q4f32_1']) {
    const reading = await measured(read);
    say('reading alone', reading, reading);
    say('reading and writing alone', await measured(copy), reading);
    say(`import as ${type}`, await measured(() => importAs(type)), reading);
    await forget();
  }
});
