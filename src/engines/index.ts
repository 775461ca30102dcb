import type { Engine } from '../core/engine.ts';

export interface EngineEntry {
  readonly id: string;
  /** Offered to people; the fake one is for tests and demonstrations. */
  readonly load: () => Promise<Engine>;
}

/** To add an engine: a folder here and one line in this table. */
export const ENGINES: readonly EngineEntry[] = [
  { id: 'llamacpp', load: async () => (await import('./llamacpp/engine.ts')).createLlamaCpp() },
  { id: 'webllm', load: async () => (await import('./webllm/engine.ts')).createWebLlm() },
  { id: 'fake', load: async () => (await import('./fake/engine.ts')).createFake() },
];
