import { adaptedHash, modelHash } from '../../src/core/model-hash.ts';
import type { ModelFile, ModelSource } from '../../src/core/engine.ts';

async function sha256(blob: Blob): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export async function bundledFile(name: string): Promise<Blob> {
  const response = await fetch(`/models/${name}`);
  if (!response.ok) throw new Error(`/models/${name}: ${response.status}`);
  return response.blob();
}

export async function fileOf(blob: Blob, name: string, checksum?: string): Promise<ModelFile> {
  const sha = checksum ?? (await sha256(blob));
  return { name, sizeBytes: blob.size, sha256: sha, open: () => Promise.resolve(blob) };
}

/** A model of these bytes; with its own checksum unless another is given. */
export async function sourceOf(file: Blob, checksum?: string): Promise<ModelSource> {
  return sourceOfFiles([await fileOf(file, 'model.gguf', checksum)]);
}

/** A model of several files, with an adapter on it where one is given. */
export function sourceOfFiles(files: readonly ModelFile[], adapter?: ModelFile): ModelSource {
  const base = modelHash(files);
  return {
    sha256: adapter === undefined ? base : adaptedHash(base, adapter.sha256),
    label: 'model of a test',
    kind: 'gguf',
    sizeBytes: [...files, ...(adapter === undefined ? [] : [adapter])].reduce(
      (sum, { sizeBytes }) => sum + sizeBytes,
      0,
    ),
    files,
    ...(adapter === undefined ? {} : { adapter }),
  };
}
