import { bytesToHex } from '@noble/hashes/utils.js';
import { parseCalibration } from '../core/calibration/parse.ts';
import { AppError } from '../core/errors.ts';
import { readDocument, type Document } from '../core/formats/read-document.ts';
import { MAX_DOCUMENT_BYTES, MOST_CHARACTERS, SIZE_RULE } from '../core/formats/recognise.ts';
import { decodeText } from '../core/formats/text.ts';
import { hashText } from '../core/hash.ts';
import { copyText, wrappedText } from '../core/pack/copy.ts';
import { readPack } from '../core/pack/parse.ts';
import { asImported } from './imported.ts';
import { outcomeOf, type DocumentDesk, type Found, type Kept } from './document-desk.ts';
import type { Store } from './types.ts';

export interface DeskParts {
  readonly openStore: () => Store;
  readonly now: () => number;
  readonly version: string;
}

/** A name is text of whoever made the file: on one line, without marks that turn the text around. */
function plainName(name: string): string {
  return name.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '\ufffd').slice(-200);
}

/** Nothing that is written in YAML may be large; a character is three bytes at most, or four for two. */
function mostBytes(name: string): number {
  return /\.ya?ml$/i.test(name) ? 3 * MOST_CHARACTERS.pack : MAX_DOCUMENT_BYTES;
}

async function bytesOf(file: File, name: string): Promise<Uint8Array<ArrayBuffer>> {
  if (file.size > mostBytes(name)) {
    const message = `${name}: expected ${SIZE_RULE}, got ${Math.round(file.size / 1e6)} MB`;
    throw new AppError('invalid-file', message, { place: { file: name } });
  }
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (cause) {
    throw new AppError('invalid-file', `${name}: expected a file that can be read, got none`, {
      cause,
      place: { file: name },
    });
  }
}

async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return bytesToHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}

function foundOf(document: Document): Found {
  if (document.kind !== 'run') return document;
  const { whole, judged, notes } = document;
  const [first] = whole.packs.flatMap(({ probes }) => probes.flatMap(({ wordings }) => wordings));
  return {
    ...{ kind: 'run', id: whole.run.id, title: whole.run.title, answers: whole.answers.length },
    ...{ question: first?.at(-1)?.content ?? '', notes },
    ...(judged === undefined ? {} : { judged }),
  };
}

/** Stores what was read: a run with all of its parts or not at all. */
async function store(document: Document, file: string, at: number, to: Store): Promise<Kept> {
  switch (document.kind) {
    case 'pack': {
      const { hash, title } = document.pack;
      await to.putPack(document.pack);
      return { kind: 'pack', id: hash, title };
    }
    case 'run': {
      const { run } = document.whole;
      await to.putWholeRun(asImported(document.whole));
      return { kind: 'run', id: run.id, title: run.title };
    }
    case 'calibration': {
      const { hash, source, title } = document.set;
      await to.putDocument({ hash, kind: 'calibration', file, source, addedAt: at });
      return { kind: 'calibration', id: hash, title };
    }
    case 'rubric': {
      const { source, rubric } = document;
      const hash = hashText(source);
      await to.putDocument({ hash, kind: 'rubric', file, source, addedAt: at });
      return { kind: 'rubric', id: hash, title: rubric.title };
    }
  }
}

/** The desk itself; it runs in a worker, and in tests where they are. */
export function documentDesk({ openStore, now, version }: DeskParts): DocumentDesk {
  const read = async (file: File): Promise<Document> => {
    const name = plainName(file.name);
    const bytes = await bytesOf(file, name);
    const source = { name, text: decodeText(bytes, name), sha256: await sha256Of(bytes) };
    return readDocument(source, { at: now(), appVersion: version });
  };
  return {
    inspect: (file) => outcomeOf(async () => foundOf(await read(file))),
    keep: (file) =>
      outcomeOf(async () => {
        const document = await read(file);
        const to = openStore();
        try {
          return await store(document, plainName(file.name), now(), to);
        } finally {
          to.close();
        }
      }),
    pack: (source, file) => outcomeOf(() => readPack(source, file)),
    calibration: (source, file) => outcomeOf(() => parseCalibration(source, file)),
    copy: (pack, { taken, wrapping }) =>
      outcomeOf(() => (wrapping === undefined ? copyText(pack, taken) : wrappedText(pack, wrapping, taken))),
  };
}
