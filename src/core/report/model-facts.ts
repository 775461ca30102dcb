import type { ModelKind } from '../engine.ts';
import type { AdapterFacts, Provenance } from '../model.ts';

/** One line of what is known about something: a name and a value, both plain text. */
export interface NamedFact {
  readonly name: string;
  readonly value: string;
}

/** The part of a ModelRecord or RunModel that says where a model comes from; absent fields are of Assay 0.1 or not so. */
export interface Described {
  readonly kind?: ModelKind;
  readonly base?: string;
  readonly series?: string;
  readonly step?: number;
  readonly provenance?: Provenance;
}

export interface DescribeOptions {
  /** The name of another model by its `sha256`, where it is known. */
  readonly labelOf: (sha256: string) => string | undefined;
  /** A moment (milliseconds since 1970) as text. */
  readonly dateOf: (at: number) => string;
}

const KINDS: Readonly<Record<ModelKind, string>> = {
  gguf: 'GGUF',
  mlc: 'MLC folder with its model library',
};

const ORIGINS: Readonly<Record<Provenance['origin'], string>> = {
  gguf: 'GGUF',
  mlc: 'MLC folder',
  'hugging-face': 'Hugging Face folder',
  peft: 'adapter (LoRA)',
};

const APPLIED: Readonly<Record<AdapterFacts['applied'], string>> = {
  merged: 'merged into the weights of its base at import',
  'at-run-time': 'put on its base while it runs',
};

function adapterText({ rank, alpha, targets, applied }: AdapterFacts): string {
  const on = targets.length === 0 ? '' : ` on ${targets.join(', ')}`;
  return `LoRA of rank ${rank}, alpha ${alpha}${on}; ${APPLIED[applied]}`;
}

function importedText({ importedBy, importedAt }: Provenance, dateOf: DescribeOptions['dateOf']): string {
  const parts = [
    ...(importedBy === undefined ? [] : [`by ${importedBy}`]),
    ...(importedAt === undefined ? [] : [`on ${dateOf(importedAt)}`]),
  ];
  return parts.join(', ');
}

function stepText({ series, step }: Described): string {
  const parts = [...(series === undefined ? [] : [series]), ...(step === undefined ? [] : [`step ${step}`])];
  return parts.join(', ');
}

/** What a model is and where it comes from, in the order of telling; what is not known is left out. */
export function modelFacts(model: Described, { labelOf, dateOf }: DescribeOptions): readonly NamedFact[] {
  const { kind, provenance } = model;
  const adapter = provenance?.adapter;
  const base = model.base ?? adapter?.base;
  const baseLabel = base === undefined ? undefined : labelOf(base);
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Kind', kind === undefined ? undefined : KINDS[kind]],
    ['Handed in as', provenance === undefined ? undefined : ORIGINS[provenance.origin]],
    ['Conversion', provenance?.conversion],
    ['Adapter', adapter === undefined ? undefined : adapterText(adapter)],
    [
      'Base',
      base === undefined
        ? undefined
        : baseLabel === undefined
          ? `SHA-256 ${base}`
          : `${baseLabel}, SHA-256 ${base}`,
    ],
    ['Base as the adapter names it', adapter?.baseName],
    ['Checkpoint', stepText(model)],
    ['Chat template (SHA-256)', provenance?.templateSha256],
    ['Imported', provenance === undefined ? undefined : importedText(provenance, dateOf)],
  ];
  return facts.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [{ name, value }]));
}
