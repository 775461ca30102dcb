import { expose } from 'comlink';
import { carryErrors } from '../../src/engines/shared/bridge.ts';
import { createHost } from '../../src/engines/shared/host.ts';
import type { EngineHost } from '../../src/engines/shared/protocol.ts';
import { loadModel } from '../../src/engines/webllm/load/load.ts';
import { openStandIn } from './webllm-stand-in.ts';
import { testDevice } from './gpu.ts';

carryErrors();

/** The page names the worker for what it is to do without. */
const without: unknown = Reflect.get(globalThis, 'name');
const now = () => performance.now();

expose(
  createHost((request, onProgress) =>
    loadModel(request, async (asked) => openStandIn(asked, await testDevice(), without), onProgress, now),
  ) satisfies EngineHost,
);
