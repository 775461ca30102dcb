import type { MlcConfig } from '../../core/mlc/config.ts';
import type { Library } from '../../core/mlc/library.ts';
import type { DeviceLimits, DeviceModel } from './device-model.ts';

/** What the way into the GPU needs to know of a model, all of it checked. */
export interface OpenRequest {
  /** The model's files by their path from its `mlc-chat-config.json`. */
  readonly files: ReadonlyMap<string, Blob>;
  readonly library: Library & { readonly blob: Blob };
  readonly config: MlcConfig;
  /** Which of `files` is the index of the weights. */
  readonly indexFile: string;
  readonly contextTokens: number;
  /** Room for many sequences, or for one that shares nothing. */
  readonly limits: (kind: 'batched' | 'single') => DeviceLimits;
  readonly onProgress: (fraction: number) => void;
}

export interface Opened {
  readonly model: DeviceModel;
  /** Version of what runs the library, and the library's. */
  readonly version: string;
  /** The GPU as the browser names it. */
  readonly adapterName: string;
  /** What a reader of the results should know of this way. */
  readonly notes: readonly string[];
}

export type OpenDevice = (request: OpenRequest) => Promise<Opened>;
