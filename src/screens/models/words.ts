import type { ModelRecord } from '../../core/model.ts';
import { localName } from '../../core/recognise/paths.ts';
import type { FoundModel, ImportTarget } from '../../core/recognise/types.ts';
import { bytes, count, large } from '../../ui/format.ts';

/** What a find is, in words for people who did not make the files. */
export function kindWords({ kind, paths }: Pick<FoundModel, 'kind' | 'paths'>): string {
  switch (kind) {
    case 'gguf':
      return paths.length > 1 ? `GGUF in ${paths.length} parts` : 'GGUF file';
    case 'gguf-adapter':
      return 'Adapter (LoRA) as a GGUF file';
    case 'mlc':
      return paths.some((path) => path.endsWith('.wasm'))
        ? 'MLC folder with its model library'
        : 'MLC folder without a model library';
    case 'hugging-face':
      return 'Hugging Face folder';
    case 'peft':
      return 'Adapter (LoRA)';
  }
}

const BITS: Readonly<Record<string, string>> = {
  F32: '32-bit',
  F16: '16-bit',
  Q8_0: '8-bit',
  Q4_0: '4-bit',
};

/** `8-bit (Q8_0)`; names that say nothing to us stay as they are. */
function quantisationWords(quantisation: string): string {
  const bits = BITS[quantisation];
  return bits === undefined ? quantisation : `${bits} (${quantisation})`;
}

/** What a find becomes, as the label of a choice. */
export function targetWords(target: Pick<ImportTarget, 'to' | 'quantisation' | 'library'>): string {
  const { to, quantisation, library } = target;
  const type = quantisation === undefined ? '' : `, ${quantisationWords(quantisation)}`;
  const as = library === undefined ? type : `${type}, for ${localName(library)}`;
  switch (to) {
    case 'as-is':
      return 'Keep as it is';
    case 'gguf':
      return `Convert to GGUF${as}`;
    case 'mlc':
      return `Convert to MLC${as}`;
    case 'adapter':
      return 'Put on its base while it runs';
    case 'merged':
      return `Merge into its base${as}`;
  }
}

export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** What a find's files say about it; what they do not say is left out. */
export function factsOf(found: FoundModel): readonly Fact[] {
  const { architecture, parameters, weights, contextTokens, hasChatTemplate } = found;
  const facts = [
    { name: 'Architecture', value: architecture },
    { name: 'Parameters', value: parameters === undefined ? undefined : large(parameters) },
    { name: 'Weights', value: weights },
    { name: 'Context', value: contextTokens === undefined ? undefined : `${count(contextTokens)} tokens` },
    { name: 'Size', value: bytes(found.sizeBytes) },
    {
      name: 'Chat template',
      value: hasChatTemplate === undefined ? undefined : hasChatTemplate ? 'yes' : 'none',
    },
  ];
  return facts.flatMap(({ name, value }) => (value === undefined ? [] : [{ name, value }]));
}

/** What a model on this device is, for the tag on its card. */
export function modelKindWords({ kind, base, files }: Pick<ModelRecord, 'kind' | 'base' | 'files'>): string {
  if (base !== undefined) return 'Adapter (LoRA)';
  if (kind === 'mlc') return 'MLC';
  return files.length > 1 ? `GGUF in ${files.length} parts` : 'GGUF';
}
