import type { BinaryFile } from '../engine.ts';

/** A file as it was dropped or picked. `path` is its place under what was dropped, with `/`. */
export interface DroppedFile {
  readonly path: string;
  readonly file: BinaryFile;
}

/** What a set of files turned out to be, by content and not by name. */
export type FoundKind = 'gguf' | 'gguf-adapter' | 'mlc' | 'hugging-face' | 'peft';

/**
 * What a find can become. `as-is`: kept as it came. `gguf`, `mlc`: converted to that quantisation. `adapter`: a GGUF adapter
 * put on its base while it runs. `merged`: its base with the adapter in the weights, converted to `quantisation`.
 */
export interface ImportTarget {
  readonly to: 'as-is' | 'gguf' | 'mlc' | 'adapter' | 'merged';
  /** `F16`, `Q8_0`, `Q4_0`; of MLC as the library names it, `q4f32_1`. */
  readonly quantisation?: string;
  /** For MLC: path of the model library (`.wasm`) in the drop that it is made for. */
  readonly library?: string;
  /** Room that it takes on this device's disk. */
  readonly diskBytes: number;
  /** Memory that it takes while it runs one request (`memoryOf` of core/hardware); of an adapter with its best base. */
  readonly memoryBytes: number;
}

/** What an adapter is put on: a model known on this device (`model`: sha256) or another find of the same drop (`found`: id). */
export type BaseChoice =
  | { readonly kind: 'model'; readonly sha256: string; readonly label: string }
  | { readonly kind: 'found'; readonly id: string; readonly label: string };

export interface FoundModel {
  /** Unique within the survey. */
  readonly id: string;
  readonly kind: FoundKind;
  /** Name of the file or folder. */
  readonly title: string;
  /** Paths of the files that belong to it. */
  readonly paths: readonly string[];
  readonly sizeBytes: number;
  readonly architecture?: string;
  readonly parameters?: number;
  /** As the weights come: `BF16`, `Q8_0`, `q4f32_1`. */
  readonly weights?: string;
  readonly contextTokens?: number;
  readonly hasChatTemplate?: boolean;
  readonly series?: string;
  readonly step?: number;
  /** What keeps it from being imported, one plain sentence each. */
  readonly missing: readonly string[];
  /** What the user should know before. */
  readonly warnings: readonly string[];
  /** Best first; empty where something is missing. */
  readonly targets: readonly ImportTarget[];
  /** For adapters: on what they can be put, best first. */
  readonly bases: readonly BaseChoice[];
}

/** What a drop holds, before anything is added. */
export interface Survey {
  readonly found: readonly FoundModel[];
  /** Files that belong to nothing that was found, with the reason. */
  readonly unused: readonly { readonly path: string; readonly why: string }[];
}

/** What the user wants of one find. */
export interface ImportChoice {
  readonly id: string;
  readonly target: ImportTarget;
  readonly base?: BaseChoice;
}
