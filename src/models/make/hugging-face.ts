import { convertToGguf } from '../../core/convert/to-gguf.ts';
import type { Converted } from '../../core/convert/types.ts';
import { AppError } from '../../core/errors.ts';
import { openHfFolder, type HfFolder } from '../../core/huggingface/folder.ts';
import { checkBase, peftAdapter, type PeftAdapter } from '../../core/peft/adapter.ts';
import { ggufBase } from '../../core/peft/base.ts';
import { parseAdapterConfig } from '../../core/peft/config.ts';
import { merged } from '../../core/peft/merge.ts';
import { adapterGguf } from '../../core/peft/to-gguf.ts';
import { GGUF_TYPES, mainType } from '../../core/recognise/weights.ts';
import { readGgufParts } from '../../core/gguf/join.ts';
import { openSafetensors } from '../../core/safetensors/open.ts';
import { sizeOf, type Tensors } from '../../core/tensors/types.ts';
import type { AdapterReading, ImportJob, LocalFile } from '../importer.ts';
import { fileIn, homeOf, pathWithin } from './folder.ts';
import { factsOf } from './gguf.ts';
import type { Made } from './types.ts';

/** A Hugging Face folder as a GGUF file. */
export async function huggingFaceToGguf({ files, target }: ImportJob, version: string): Promise<Made> {
  const folder = await openHfFolder(files);
  return madeOf(folder, toGguf(folder, target.quantisation, version), version);
}

/** A PEFT adapter in the weights of its base, as a GGUF file. */
export async function mergedToGguf(job: ImportJob, version: string): Promise<Made> {
  const folder = await openHfFolder(job.baseFiles);
  const adapter = await openPeft(job.files);
  const tensors = merged(folder.tensors, adapter);
  const made = madeOf(folder, toGguf(folder, job.target.quantisation, version, tensors), version);
  const conversion = `${made.conversion ?? ''}, with a LoRA adapter merged in`;
  return { ...made, conversion, adapter: readingOf(adapter) };
}

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

function toGguf(
  folder: HfFolder,
  wanted: string | undefined,
  appVersion: string,
  tensors?: Tensors,
): Converted {
  const type = GGUF_TYPES.find(({ quantisation }) => quantisation === wanted);
  if (type === undefined) {
    const expected = GGUF_TYPES.map(({ quantisation }) => quantisation).join(', ');
    throw new AppError('invalid-option', `expected one of ${expected}, got "${wanted ?? ''}"`);
  }
  const { quantisation } = type;
  return convertToGguf(folder, { quantisation, appVersion, ...(tensors === undefined ? {} : { tensors }) });
}

function madeOf(folder: HfFolder, converted: Converted, version: string): Made {
  const { files, architecture, quantisation, parameters, contextTokens, cacheWidth, chatTemplate } =
    converted;
  const from = mainType(folder.tensors.values()) ?? '';
  return {
    files,
    facts: {
      kind: 'gguf',
      ...{ architecture, quantisation, parameters, contextTokens, cacheWidth },
      hasChatTemplate: chatTemplate !== undefined,
    },
    conversion: `Assay ${version}: safetensors ${from} to GGUF ${quantisation}`,
    ...(chatTemplate === undefined ? {} : { chatTemplate }),
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
