/** A file that a conversion makes, piece by piece; pieces may be read once only. */
export interface OutFile {
  readonly name: string;
  /** Known before the first piece is made. */
  readonly sizeBytes: number;
  /** Rejects with an AppError; a caller that stops reading stops the work. */
  chunks(): AsyncIterable<Uint8Array<ArrayBuffer>>;
}

/** What a conversion makes. */
export interface Converted {
  /** In the order in which an engine reads them. */
  readonly files: readonly OutFile[];
  readonly architecture: string;
  readonly quantisation: string;
  readonly parameters: number;
  readonly contextTokens: number;
  /** Numbers that a token adds to the key-value cache, over all layers. */
  readonly cacheWidth: number;
  readonly chatTemplate?: string;
}
