import type { ErrorCode } from '../core/errors.ts';
import type { ModelRecord } from '../core/model.ts';

/** Comlink drops an error's code, so a failure is a value. */
export type ImportOutcome =
  | { readonly model: ModelRecord }
  | { readonly failure: { readonly code: ErrorCode; readonly message: string } };

/** What the page and the import worker say to each other. */
export interface ModelImporter {
  /** Copies a GGUF file into `folder` as `storedAs`, hashing as it goes. `onBytes` hears of every chunk. */
  importModel(
    file: File,
    folder: FileSystemDirectoryHandle,
    storedAs: string,
    now: number,
    onBytes: (done: number) => void,
  ): Promise<ImportOutcome>;
  cancel(): void;
}
