import type { Device } from './engine.ts';

export const ROLES = ['baseline', 'control', 'candidate'] as const;
/** What a model stands for in a comparison. */
export type Role = (typeof ROLES)[number];

/** A model known on this device. Its id is the SHA-256 of its file. */
export interface ModelRecord {
  readonly schema: 1;
  /** 64 hex digits. */
  readonly sha256: string;
  readonly label: string;
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly architecture: string;
  /** As llama.cpp names it, e.g. `Q8_0`. */
  readonly quantisation: string;
  readonly parameters: number;
  /** Tokens the model was trained to see at once. */
  readonly contextTokens: number;
  readonly hasChatTemplate: boolean;
  /** `bundled` models come with the app; `opfs` ones were added by the user and stay on this device. */
  readonly location: 'bundled' | 'opfs';
  /** Name of the file in this origin's private folder; absent for bundled models. */
  readonly storedAs?: string;
  /** Milliseconds since 1970; absent for bundled models. */
  readonly addedAt?: number;
  /** What a bundled model is and how it was made; shown wherever the model is. */
  readonly note?: string;
  /** What it is offered as in the bundled study, or that it is a judge. */
  readonly suggested?: Role | 'judge';
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
}

export interface EngineChoice {
  readonly engine: string;
  readonly device: Device;
}
