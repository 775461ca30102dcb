import type { Codec } from './codec.ts';
import { F16, F32 } from './floats.ts';
import { Q4_0, Q8_0 } from './ggml.ts';

/** The types in which Assay writes GGUF tensors. */
export const CODECS = { F32, F16, Q8_0, Q4_0 } as const satisfies Record<Codec['name'], Codec>;
