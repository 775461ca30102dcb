import { expose } from 'comlink';
import { loadModel } from '../src/engines/llamacpp/model.ts';
import { carryErrors } from '../src/engines/shared/bridge.ts';
import { createHost } from '../src/engines/shared/host.ts';
import type { EngineHost } from '../src/engines/shared/protocol.ts';

carryErrors();

// wllama's own failures while it starts are rejections that nobody awaits; reported, they reach the page as a worker error.
globalThis.addEventListener('unhandledrejection', (event) => {
  reportError(event.reason);
});

const environment = {
  cores: navigator.hardwareConcurrency,
  hasShaderF16: async () => {
    const adapter = 'gpu' in navigator ? await navigator.gpu.requestAdapter() : null;
    return adapter?.features.has('shader-f16') === true;
  },
};

expose(createHost((request, onProgress) => loadModel(request, environment, onProgress)) satisfies EngineHost);
