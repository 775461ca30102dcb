import { convertToGguf } from '../../core/convert/to-gguf.ts';
import { convertToMlc } from '../../core/convert/to-mlc.ts';
import type { Converted } from '../../core/convert/types.ts';
import type { ModelKind } from '../../core/engine.ts';
import { AppError } from '../../core/errors.ts';
import { openHfFolder, type HfFolder } from '../../core/huggingface/folder.ts';
import { openLibrary } from '../../core/mlc/library.ts';
import { merged } from '../../core/peft/merge.ts';
import { localName } from '../../core/recognise/paths.ts';
import { GGUF_TYPES, mainType } from '../../core/recognise/weights.ts';
import type { Tensors } from '../../core/tensors/types.ts';
import { copyOf } from '../copy.ts';
import type { ImportJob, LocalFile } from '../importer.ts';
import { fileIn } from './folder.ts';
import { openPeft, readingOf } from './peft.ts';
import type { Made } from './types.ts';

/** What WebLLM and Assay read of a tokenizer. */
const TOKENIZER_FILES = ['tokenizer.json', 'tokenizer_config.json', 'chat_template.jinja'];

/** A Hugging Face folder as a GGUF file, or, with a model library, as a folder in MLC's format. */
export async function fromHuggingFace(job: ImportJob, version: string): Promise<Made> {
  return convert(job, job.files, version, await openHfFolder(job.files));
}

/** A PEFT adapter in the weights of its base, as one of the same. */
export async function fromMerged(job: ImportJob, version: string): Promise<Made> {
  const folder = await openHfFolder(job.baseFiles);
  const adapter = await openPeft(job.files);
  const tensors = merged(folder.tensors, adapter);
  const made = await convert(job, job.baseFiles, version, folder, tensors);
  const conversion = `${made.conversion ?? ''}, with a LoRA adapter merged in`;
  return { ...made, conversion, adapter: readingOf(adapter) };
}

async function convert(
  { target, libraries }: ImportJob,
  files: readonly LocalFile[],
  version: string,
  folder: HfFolder,
  tensors?: Tensors,
): Promise<Made> {
  const changed = tensors === undefined ? {} : { tensors };
  const [library] = libraries;
  if (library === undefined) {
    const quantisation = ggufType(target.quantisation);
    const converted = convertToGguf(folder, { quantisation, appVersion: version, ...changed });
    return madeOf('gguf', folder, converted, version);
  }
  const name = localName(library.path);
  const { metadata } = await openLibrary(library.file, name);
  const tokenizerFiles = TOKENIZER_FILES.flatMap((wanted) => {
    const found = fileIn(files, wanted);
    return found === undefined ? [] : [{ name: wanted, file: found.file }];
  });
  const made = madeOf('mlc', folder, convertToMlc(folder, metadata, { tokenizerFiles, ...changed }), version);
  return { ...made, files: [...made.files, copyOf(name, library.file)] };
}

function ggufType(wanted: string | undefined): (typeof GGUF_TYPES)[number]['quantisation'] {
  const type = GGUF_TYPES.find(({ quantisation }) => quantisation === wanted);
  if (type !== undefined) return type.quantisation;
  const expected = GGUF_TYPES.map(({ quantisation }) => quantisation).join(', ');
  throw new AppError('invalid-option', `expected one of ${expected}, got "${wanted ?? ''}"`);
}

function madeOf(kind: ModelKind, folder: HfFolder, converted: Converted, version: string): Made {
  const { files, architecture, quantisation, parameters, contextTokens, cacheWidth, chatTemplate } =
    converted;
  const from = mainType(folder.tensors.values()) ?? '';
  const format = kind === 'gguf' ? 'GGUF' : 'MLC';
  return {
    files,
    facts: {
      kind,
      ...{ architecture, quantisation, parameters, contextTokens, cacheWidth },
      hasChatTemplate: chatTemplate !== undefined,
    },
    conversion: `Assay ${version}: safetensors ${from} to ${format} ${quantisation}`,
    ...(chatTemplate === undefined ? {} : { chatTemplate }),
  };
}
