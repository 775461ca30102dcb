import { createFake } from '../../src/engines/fake/engine.ts';
import { createLlamaCpp } from '../../src/engines/llamacpp/engine.ts';
import { describeEngine } from '../contract/engine-contract.ts';
import { bundledFile, sourceOf } from './engine-models.ts';

const model = async () => sourceOf(await bundledFile('toy-base.gguf'));

describeEngine({ name: 'fake', make: () => createFake(), model, tolerance: 1e-9 });
// Prefill and decoding sum in different orders; measured below 2e-5 with the toy models.
describeEngine({ name: 'llamacpp', make: () => createLlamaCpp(), model, tolerance: 1e-4 });
