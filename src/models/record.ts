import { adaptedHash, modelHash } from '../core/model-hash.ts';
import type { FileRecord, ModelRecord, Provenance, StoredFile } from '../core/model.ts';
import { labelOf } from '../core/recognise/label.ts';
import { localName } from '../core/recognise/paths.ts';
import type { FoundKind } from '../core/recognise/types.ts';
import type { Imported, ImportJob } from './importer.ts';

const ORIGIN: Readonly<Record<FoundKind, Provenance['origin']>> = {
  gguf: 'gguf',
  'gguf-adapter': 'gguf',
  mlc: 'mlc',
  'hugging-face': 'hugging-face',
  peft: 'peft',
};

export interface RecordParts {
  readonly job: ImportJob;
  readonly imported: Imported;
  /** Every file that was handed in. */
  readonly sources: readonly FileRecord[];
  /** Where each of the imported files lies, in their order. */
  readonly files: readonly StoredFile[];
  readonly location: 'opfs' | 'folder';
  readonly handle?: string;
  /** `sha256` of the model that a merged adapter was merged with, or that an adapter is put on. */
  readonly base?: string;
  readonly importedBy?: string;
  readonly now: number;
}

/** The record of a model that has been written, or that is read where it lies. */
export function recordOf(parts: RecordParts): ModelRecord {
  const { job, imported, files, location, handle, now } = parts;
  const { found, base } = job;
  const [path = ''] = found.paths;
  return {
    schema: 2,
    sha256:
      base === undefined ? modelHash(imported.files) : adaptedHash(base.sha256, modelHash(imported.files)),
    ...imported.facts,
    label: labelOf(found),
    fileName: found.kind === 'gguf' || found.kind === 'gguf-adapter' ? localName(path) : found.title,
    sizeBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    location,
    files,
    ...(handle === undefined ? {} : { handle }),
    ...(base === undefined ? {} : { base: base.sha256 }),
    ...(found.series === undefined ? {} : { series: found.series }),
    ...(found.step === undefined ? {} : { step: found.step }),
    provenance: provenanceOf(parts),
    addedAt: now,
  };
}

function provenanceOf({ job, imported, sources, base, importedBy, now }: RecordParts): Provenance {
  const { conversion, templateSha256, adapter } = imported;
  const applied = job.target.to === 'merged' ? 'merged' : 'at-run-time';
  return {
    origin: ORIGIN[job.found.kind],
    sources,
    ...(conversion === undefined ? {} : { conversion }),
    ...(templateSha256 === undefined ? {} : { templateSha256 }),
    ...(adapter === undefined || base === undefined ? {} : { adapter: { ...adapter, applied, base } }),
    ...(importedBy === undefined ? {} : { importedBy }),
    importedAt: now,
  };
}
