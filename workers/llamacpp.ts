import { expose } from 'comlink';
import { carryErrors } from '../src/engines/llamacpp/bridge.ts';
import { createHost } from '../src/engines/llamacpp/host.ts';
import type { LlamaHost } from '../src/engines/llamacpp/protocol.ts';

carryErrors();

// wllama's own failures while it starts are rejections that nobody awaits; reported, they reach the page as a worker error.
globalThis.addEventListener('unhandledrejection', (event) => {
  reportError(event.reason);
});

expose(
  createHost({
    cores: navigator.hardwareConcurrency,
    hasShaderF16: async () => {
      const adapter = 'gpu' in navigator ? await navigator.gpu.requestAdapter() : null;
      return adapter?.features.has('shader-f16') === true;
    },
  }) satisfies LlamaHost,
);
