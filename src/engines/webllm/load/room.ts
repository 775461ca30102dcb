import { AppError } from '../../../core/errors.ts';
import type { LibraryMetadata } from '../../../core/mlc/metadata.ts';
import type { DeviceLimits } from '../device-model.ts';

/** Tokens of a page; TVM's kernels for attention are compiled for this. */
const PAGE_TOKENS = 16;
/** A fork copies a page and may split another; see schedule/sequences.ts. */
const FORK_PAGES = 2;
/** A browser tells nothing of how much memory a GPU has. So much for the cache leaves room for a model of 7B on a card of 8 GB. */
const CACHE_BYTES = 2 * 2 ** 30;
/** TVM keeps the pages of a layer in one buffer and asks for no larger ones. */
const BUFFER_BYTES = 2 ** 30;
/** Prompts kept for those that begin like them, beside those in use. */
const KEPT = 8;

export interface RoomRequest {
  readonly metadata: LibraryMetadata;
  readonly batch: number;
  readonly contextTokens: number;
}

export interface Room {
  readonly batch: number;
  readonly contextTokens: number;
  readonly limits: (kind: 'batched' | 'single') => DeviceLimits;
}

/** How many sequences of which length have room. Throws `model-unsupported` where not even one has. */
export function planRoom({ metadata, batch, contextTokens: asked }: RoomRequest): Room {
  const { kvCache } = metadata;
  if (kvCache === undefined) {
    throw new AppError(
      'model-unsupported',
      'expected a model library that writes text (with a key-value cache), got one without',
    );
  }
  const window = metadata.contextWindowSize ?? metadata.slidingWindowSize ?? asked;
  const layerBytes = PAGE_TOKENS * 2 * kvCache.kvHeads * kvCache.headDim * (isHalf(metadata) ? 2 : 4);
  const most = Math.min(
    Math.floor(CACHE_BYTES / (layerBytes * kvCache.layers)),
    Math.floor(BUFFER_BYTES / layerBytes),
  );
  // A prompt and a sequence from it, each to the context's end.
  const longest = (Math.floor(most / 2) - FORK_PAGES) * PAGE_TOKENS;
  const contextTokens = Math.min(asked, window, longest);
  if (contextTokens < 1) {
    throw new AppError(
      'model-unsupported',
      `expected room for two sequences of one page in ${CACHE_BYTES} bytes, got a page of ${layerBytes * kvCache.layers}`,
    );
  }
  const sequenceBatch = Math.min(batch, metadata.maxBatchSize);
  const sequences = Math.max(2, Math.min(2 * sequenceBatch + KEPT, sequenceBatch + metadata.maxBatchSize));
  const each = Math.ceil(contextTokens / PAGE_TOKENS) + FORK_PAGES;
  const shared = {
    contextTokens,
    prefillTokens: metadata.prefillChunkSize,
    pageTokens: PAGE_TOKENS,
  } as const;
  return {
    batch: sequenceBatch,
    contextTokens,
    limits: (kind) =>
      kind === 'batched'
        ? {
            ...shared,
            sequences,
            batch: metadata.maxBatchSize,
            pages: Math.min(most, sequences * each),
            reads: 'any',
            continues: true,
          }
        : { ...shared, sequences: 1, batch: 1, pages: each, reads: 'last', continues: true },
  };
}

function isHalf({ quantization }: LibraryMetadata): boolean {
  return quantization.includes('f16');
}
