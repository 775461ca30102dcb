import type { ModelSource } from '../../src/core/engine.ts';
import { createFake } from '../../src/engines/fake/engine.ts';
import { createLlamaCpp } from '../../src/engines/llamacpp/engine.ts';
import { describeEngine } from '../contract/engine-contract.ts';
import { describeSeries } from '../contract/series-contract.ts';
import { randomAdapter } from '../fixtures/adapter.ts';
import { bundledFile, fileOf, sourceOf, sourceOfFiles } from './engine-models.ts';
import { createStandIn, folderSource, toyFolder } from './webllm-folder.ts';

const model = async () => sourceOf(await bundledFile('toy-base.gguf'));

describeEngine({ name: 'fake', make: () => createFake(), model, tolerance: 1e-9 });
// Prefill and decoding sum in different orders; measured below 2e-5 with the toy models.
describeEngine({ name: 'llamacpp', make: () => createLlamaCpp(), model, tolerance: 1e-4 });

/** The toy model, and two random adapters of it. */
async function series(): Promise<readonly ModelSource[]> {
  const base = await bundledFile('toy-base.gguf');
  const file = await fileOf(base, 'base.gguf');
  const adapted = [1, 2].map(async (seed) => {
    const adapter = await randomAdapter(base, { seed });
    return sourceOfFiles([file], await fileOf(adapter.file, `adapter-${seed}.gguf`));
  });
  return [sourceOfFiles([file]), ...(await Promise.all(adapted))];
}

describeSeries({ name: 'fake', make: () => createFake(), models: series, tolerance: 1e-9 });
describeSeries({ name: 'llamacpp', make: () => createLlamaCpp(), models: series, tolerance: 1e-6 });

const folder = async () => folderSource(await toyFolder());
const standIn = { model: folder, tolerance: 1e-4, device: 'webgpu', unscorable: [''] } as const;
// No compiled library can be shipped: plain code computes the logits, everything else is what runs with one.
describeEngine({
  name: 'webllm (stand-in for the compiled library)',
  make: () => createStandIn(),
  ...standIn,
});
