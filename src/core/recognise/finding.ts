import type { FoundModel } from './types.ts';

/** What a finder makes of files; bases are looked for when everything has been found. */
export interface Finding {
  readonly found: Omit<FoundModel, 'bases'>;
  /** Shapes of weights by Hugging Face's names, as PyTorch gives them, of what adapters can be put on. */
  readonly shapes?: ReadonlyMap<string, readonly number[]>;
  /** What llama.cpp calls its architecture, where that differs. */
  readonly ggufArchitecture?: string;
  /** What an adapter says that it needs. */
  readonly needs?: AdapterNeeds;
}

export interface AdapterNeeds {
  /** Architecture of the base, where the adapter's file says it. */
  readonly architecture?: string;
  /** As the adapter's configuration calls its base. */
  readonly baseName?: string;
  /** Shapes of the weights that it changes, as in Finding.shapes. */
  readonly shapes?: ReadonlyMap<string, readonly number[]>;
}
