import { expose } from 'comlink';
import { carryErrors } from '../src/engines/shared/bridge.ts';
import { createHost } from '../src/engines/shared/host.ts';
import type { EngineHost } from '../src/engines/shared/protocol.ts';
import { loadModel } from '../src/engines/webllm/load/load.ts';
import { openTvm } from '../src/engines/webllm/tvm/open.ts';

carryErrors();

const now = () => performance.now();

expose(
  createHost((request, onProgress) => loadModel(request, openTvm, onProgress, now)) satisfies EngineHost,
);
