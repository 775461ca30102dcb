import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { aborted, AppError, toAppError } from '../core/errors.ts';
import { readGguf, type GgufInfo } from '../core/gguf/info.ts';
import type { ModelRecord } from '../core/model.ts';
import type { ImportOutcome, ModelImporter } from './importer.ts';

const CHUNK_BYTES = 8 * 1024 * 1024;

function failureOf(thrown: unknown, file: File): ImportOutcome {
  const full = thrown instanceof DOMException && thrown.name === 'QuotaExceededError';
  const error = full
    ? new AppError('storage-full', `expected room for ${file.size} bytes, got too little`)
    : toAppError(thrown, 'invalid-file');
  return { failure: { code: error.code, message: `${file.name}: ${error.message}` } };
}

async function copy(
  file: File,
  to: FileSystemSyncAccessHandle,
  onBytes: (done: number) => void,
  cancelled: () => boolean,
): Promise<string> {
  const hash = sha256.create();
  for (let at = 0; at < file.size; at += CHUNK_BYTES) {
    const bytes = new Uint8Array(await file.slice(at, at + CHUNK_BYTES).arrayBuffer());
    if (cancelled()) throw aborted();
    if (to.write(bytes, { at }) !== bytes.length) throw new DOMException('short', 'QuotaExceededError');
    hash.update(bytes);
    onBytes(at + bytes.length);
  }
  to.flush();
  return bytesToHex(hash.digest());
}

/** The file's name is the label: fine-tunes of one model often carry the same name inside. */
function recordOf(file: File, info: GgufInfo, sha: string, storedAs: string, addedAt: number): ModelRecord {
  return {
    schema: 2,
    sha256: sha,
    kind: 'gguf',
    label: file.name.replace(/\.gguf$/i, ''),
    fileName: file.name,
    sizeBytes: file.size,
    architecture: info.architecture,
    quantisation: info.quantisation,
    parameters: info.parameters,
    contextTokens: info.contextTokens,
    hasChatTemplate: info.hasChatTemplate,
    location: 'opfs',
    files: [{ name: file.name, path: storedAs, sizeBytes: file.size, sha256: sha }],
    cacheWidth: info.cacheWidth,
    provenance: {
      origin: 'gguf',
      sources: [{ name: file.name, sizeBytes: file.size, sha256: sha }],
      importedAt: addedAt,
    },
    addedAt,
  };
}

/** One import at a time; leaves nothing half-made behind when it fails or is cancelled. */
export function modelImporter(): ModelImporter {
  let cancelled = false;
  return {
    cancel() {
      cancelled = true;
    },
    async importModel(file, folder, storedAs, now, onBytes) {
      cancelled = false;
      try {
        const info = await readGguf(file);
        const handle = await folder.getFileHandle(storedAs, { create: true });
        const access = await handle.createSyncAccessHandle();
        const sha = await copy(file, access, onBytes, () => cancelled).finally(() => {
          access.close();
        });
        return { model: recordOf(file, info, sha, storedAs, now) };
      } catch (thrown) {
        await folder.removeEntry(storedAs).catch(() => undefined); // nothing had been written yet
        return failureOf(thrown, file);
      }
    },
  };
}
