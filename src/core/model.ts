import type { Device, ModelKind } from './engine.ts';

export const ROLES = ['baseline', 'control', 'candidate'] as const;
/** What a model stands for in a comparison. */
export type Role = (typeof ROLES)[number];

/** A file by its content. `name` is its path within the folder that it came from, with `/`. */
export interface FileRecord {
  readonly name: string;
  readonly sizeBytes: number;
  /** 64 hex digits. */
  readonly sha256: string;
}

/** A file that Assay can open again: where it lies under the model's `location`. */
export interface StoredFile extends FileRecord {
  readonly path: string;
}

/** A low-rank adapter (LoRA) as its files describe it. */
export interface AdapterFacts {
  readonly rank: number;
  readonly alpha: number;
  /** Names of the layers' parts that it changes, e.g. `q_proj`. */
  readonly targets: readonly string[];
  /** What adapter_config.json calls its base; a name only, nothing is fetched from there. */
  readonly baseName?: string;
  /** `merged` into the weights at import, or put on `at-run-time`. */
  readonly applied: 'merged' | 'at-run-time';
  /** `sha256` of the model it is on, as it is known on this device. */
  readonly base: string;
}

export const ORIGINS = ['gguf', 'mlc', 'hugging-face', 'peft'] as const;

/** Where a model comes from; kept with it and printed in every result. */
export interface Provenance {
  /** What was handed in. */
  readonly origin: (typeof ORIGINS)[number];
  /** Every file that was handed in for it, an adapter's too. */
  readonly sources: readonly FileRecord[];
  /** How what was handed in became what runs, e.g. `Assay 0.2.0: safetensors BF16 to GGUF Q8_0`; absent where it runs as it came. */
  readonly conversion?: string;
  /** SHA-256 of the chat template's text; absent where there is none. */
  readonly templateSha256?: string;
  readonly adapter?: AdapterFacts;
  /** As the importing person named themselves. */
  readonly importedBy?: string;
  /** Milliseconds since 1970. */
  readonly importedAt?: number;
}

/** A model known on this device. */
export interface ModelRecord {
  readonly schema: 2;
  /** 64 hex digits; see `modelHash` in core/model-hash.ts. */
  readonly sha256: string;
  readonly kind: ModelKind;
  readonly label: string;
  /** Name of the file or folder it came from. */
  readonly fileName: string;
  /** Of all its files; an adapter's without its base. */
  readonly sizeBytes: number;
  readonly architecture: string;
  /** As llama.cpp or MLC names it, e.g. `Q8_0`, `q4f16_1`. */
  readonly quantisation: string;
  readonly parameters: number;
  /** Tokens the model was trained to see at once. */
  readonly contextTokens: number;
  /** Numbers that a token adds to the key-value cache, over all layers; absent where unknown. */
  readonly cacheWidth?: number;
  readonly hasChatTemplate: boolean;
  /**
   * `bundled` models come with the app; `opfs` ones were copied into this origin's private folder; `folder` ones are read
   * where the user keeps them, through a directory handle that asks for permission again.
   */
  readonly location: 'bundled' | 'opfs' | 'folder';
  /** In the order of ModelSource.files; an adapter's record has its adapter file only. */
  readonly files: readonly StoredFile[];
  /** Key of the stored directory handle, for `folder`. */
  readonly handle?: string;
  /** `sha256` of the model that this adapter is put on while it runs. */
  readonly base?: string;
  readonly provenance?: Provenance;
  /** Milliseconds since 1970; absent for bundled models. */
  readonly addedAt?: number;
  /** What a bundled model is and how it was made; shown wherever the model is. */
  readonly note?: string;
  /** What it is offered as in the bundled study, or that it is a judge. */
  readonly suggested?: Role | 'judge';
  /** Name of the checkpoint series it belongs to. */
  readonly series?: string;
  /** Fine-tuning step, for a checkpoint series. */
  readonly step?: number;
}

/** The part of a model that a run keeps: enough to say exactly what was run. */
export interface RunModel {
  readonly sha256: string;
  readonly label: string;
  readonly role: Role;
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly architecture: string;
  readonly quantisation: string;
  readonly parameters: number;
  readonly note?: string;
  /** Absent in runs of Assay 0.1: `gguf`. */
  readonly kind?: ModelKind;
  readonly base?: string;
  readonly series?: string;
  readonly step?: number;
  readonly provenance?: Provenance;
}

export interface EngineChoice {
  readonly engine: string;
  readonly device: Device;
}
