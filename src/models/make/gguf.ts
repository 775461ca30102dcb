import { checkFits, readGgufAdapter } from '../../core/gguf/adapter.ts';
import type { GgufInfo } from '../../core/gguf/info.ts';
import { readGgufParts } from '../../core/gguf/join.ts';
import { localName } from '../../core/recognise/paths.ts';
import { copyOf } from '../copy.ts';
import type { Imported, ImportJob, LocalFile } from '../importer.ts';
import type { Made } from './types.ts';

export function factsOf(info: GgufInfo): Imported['facts'] {
  const { architecture, quantisation, parameters, contextTokens, cacheWidth, hasChatTemplate } = info;
  return {
    kind: 'gguf',
    ...{ architecture, quantisation, parameters, contextTokens, cacheWidth, hasChatTemplate },
  };
}

/** A model of one GGUF file or of several parts, as it came. */
export async function ggufAsIs({ files }: ImportJob): Promise<Made> {
  const info = await readGgufParts(files.map(({ file }) => file));
  return {
    files: files.map(copied),
    facts: factsOf(info),
    ...(info.chatTemplate === undefined ? {} : { chatTemplate: info.chatTemplate }),
  };
}

/** A GGUF adapter as it came; rejects with `model-unsupported` where it is for another base. */
export async function adapterAsIs({ files, baseFiles }: ImportJob): Promise<Made> {
  const base = await readGgufParts(baseFiles.map(({ file }) => file));
  const [first] = files;
  const adapter = await readGgufAdapter(first?.file ?? new File([], 'none'));
  checkFits(adapter, base);
  return {
    files: files.map(copied),
    facts: { ...factsOf(base), parameters: base.parameters + adapter.parameters },
    adapter: {
      rank: adapter.rank,
      alpha: adapter.alpha,
      targets: adapter.targets,
      ...(adapter.name === undefined ? {} : { baseName: adapter.name }),
    },
    ...(base.chatTemplate === undefined ? {} : { chatTemplate: base.chatTemplate }),
  };
}

export function copied({ path, file }: LocalFile): Made['files'][number] {
  return copyOf(localName(path), file);
}
