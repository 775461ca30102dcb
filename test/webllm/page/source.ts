import type { ModelSource } from '../../../src/core/engine.ts';
import { modelHash } from '../../../src/core/model-hash.ts';

/** The files that the driving program put into the page's file field. */
export function pickedFiles(): readonly File[] {
  const input = document.querySelector('input');
  return [...(input?.files ?? [])];
}

async function sha256(file: File): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** An MLC model of these files, as an import of them would describe it. */
export async function sourceOf(files: readonly File[]): Promise<ModelSource> {
  const described = [];
  for (const file of files) {
    described.push({
      name: file.name,
      sizeBytes: file.size,
      sha256: await sha256(file),
      open: () => Promise.resolve(file),
    });
  }
  return {
    sha256: modelHash(described),
    label: 'the model of this test',
    kind: 'mlc',
    sizeBytes: files.reduce((sum, { size }) => sum + size, 0),
    files: described,
  };
}
