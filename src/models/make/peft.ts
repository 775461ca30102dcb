import { AppError } from '../../core/errors.ts';
import { readGgufParts } from '../../core/gguf/join.ts';
import { checkBase, peftAdapter, type PeftAdapter } from '../../core/peft/adapter.ts';
import { ggufBase } from '../../core/peft/base.ts';
import { parseAdapterConfig } from '../../core/peft/config.ts';
import { adapterGguf } from '../../core/peft/to-gguf.ts';
import { openSafetensors } from '../../core/safetensors/open.ts';
import { sizeOf } from '../../core/tensors/types.ts';
import type { AdapterReading, ImportJob, LocalFile } from '../importer.ts';
import { fileIn, homeOf, pathWithin } from './folder.ts';
import { factsOf } from './gguf.ts';
import type { Made } from './types.ts';

/** A PEFT adapter as a GGUF adapter for a base that is a GGUF model on this device; its factors stay in 32-bit floats. */
export async function peftToGgufAdapter({ files, baseFiles }: ImportJob, version: string): Promise<Made> {
  const blobs = baseFiles.map(({ file }) => file);
  const [info, base, adapter] = await Promise.all([readGgufParts(blobs), ggufBase(blobs), openPeft(files)]);
  checkBase(base.shapes, adapter);
  const parameters = adapter.pairs.reduce((sum, { a, b }) => sum + sizeOf(a.shape) + sizeOf(b.shape), 0);
  return {
    files: [adapterGguf(adapter, base, { fileName: 'adapter.gguf', type: 'F32' })],
    facts: { ...factsOf(info), parameters: info.parameters + parameters },
    conversion: `Assay ${version}: PEFT LoRA to GGUF LoRA F32`,
    adapter: readingOf(adapter),
    ...(info.chatTemplate === undefined ? {} : { chatTemplate: info.chatTemplate }),
  };
}

/** The adapter of a PEFT folder's files. */
export async function openPeft(files: readonly LocalFile[]): Promise<PeftAdapter> {
  const config = fileIn(files, 'adapter_config.json');
  if (config === undefined)
    throw new AppError('not-found', 'PEFT adapter: expected adapter_config.json, got none');
  const home = homeOf(files);
  const weights = files
    .filter(({ path }) => path.endsWith('.safetensors'))
    .map(({ path, file }) => ({ name: pathWithin(home, path), file }));
  return peftAdapter(parseAdapterConfig(await config.file.text()), await openSafetensors(weights));
}

export function readingOf({ config, targets }: PeftAdapter): AdapterReading {
  const { rank, alpha, baseName } = config;
  return { rank, alpha, targets, ...(baseName === undefined ? {} : { baseName }) };
}
