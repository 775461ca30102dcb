import { expose } from 'comlink';
import { loadModel, type Environment } from '../src/engines/llamacpp/model.ts';
import { carryErrors } from '../src/engines/shared/bridge.ts';
import { createHost } from '../src/engines/shared/host.ts';
import type { EngineHost } from '../src/engines/shared/protocol.ts';

carryErrors();

// wllama's own failures while it starts are rejections that nobody awaits; reported, they reach the page as a worker error.
globalThis.addEventListener('unhandledrejection', (event) => {
  reportError(event.reason);
});

const environment: Environment = {
  cores: navigator.hardwareConcurrency,
  gpu: async () => {
    const adapter =
      'gpu' in navigator ? await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' }) : null;
    if (adapter === null) return undefined;
    const { vendor, architecture, device, description } = adapter.info;
    const name = [vendor, architecture, device, description].filter((part) => part !== '').join(' ');
    return { hasShaderF16: adapter.features.has('shader-f16'), name };
  },
};

expose(createHost((request, onProgress) => loadModel(request, environment, onProgress)) satisfies EngineHost);
