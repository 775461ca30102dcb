import { WASM_BYTES } from '../hardware/memory.ts';

/** Said of a find before it is added. */
export const TOO_LARGE = `It needs more than the ${WASM_BYTES / 1e9} GB of memory that llama.cpp has in a browser.`;
export const NO_TEMPLATE = 'It has no chat template: it can be asked raw texts only.';
