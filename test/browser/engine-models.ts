import type { ModelSource } from '../../src/core/engine.ts';

async function sha256(blob: Blob): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export async function bundledFile(name: string): Promise<Blob> {
  const response = await fetch(`/models/${name}`);
  if (!response.ok) throw new Error(`/models/${name}: ${response.status}`);
  return response.blob();
}

/** A model of these bytes; with its own checksum unless another is given. */
export async function sourceOf(file: Blob, checksum?: string): Promise<ModelSource> {
  const sha = checksum ?? (await sha256(file));
  const sizeBytes = file.size;
  const files = [{ name: 'model.gguf', sizeBytes, sha256: sha, open: () => Promise.resolve(file) }];
  return { sha256: sha, label: 'model of a test', kind: 'gguf', sizeBytes, files };
}
