import { expect, test } from 'vitest';
import { ENGINES } from '../../../test/fixtures/app-state.ts';
import { aHardwareReport, CONVERTED, LINKED } from '../../../test/fixtures/models.ts';
import type { EngineInfo } from '../../core/engine.ts';
import { routeWords } from './routes.ts';

const WEBLLM: EngineInfo = {
  id: 'webllm',
  label: 'WebLLM',
  fake: false,
  logprobs: 'full',
  seeded: true,
  devices: ['webgpu'],
  kinds: ['mlc'],
};
const ALL = [...ENGINES, WEBLLM];
const { gpu } = aHardwareReport();
const plain = gpu === undefined ? aHardwareReport() : aHardwareReport({ gpu: { ...gpu, shaderF16: false } });
const onGpu = { engine: 'llamacpp', device: 'webgpu' } as const;
const onCpu = { engine: 'llamacpp', device: 'cpu' } as const;

test.each([
  ['as chosen', CONVERTED, onGpu, ALL, aHardwareReport(), 'llama.cpp, graphics (WebGPU)', undefined, false],
  [
    'without 16-bit floats',
    CONVERTED,
    onGpu,
    ALL,
    plain,
    'llama.cpp, graphics (WebGPU)',
    /run on the processor/,
    false,
  ],
  [
    'of another kind',
    LINKED,
    onCpu,
    ALL,
    plain,
    'WebLLM, graphics (WebGPU)',
    /^llama\.cpp does not read MLC models\.$/,
    false,
  ],
  [
    'of another device',
    LINKED,
    { engine: 'webllm', device: 'cpu' } as const,
    ALL,
    plain,
    'WebLLM, graphics (WebGPU)',
    /^WebLLM runs there only\.$/,
    false,
  ],
  [
    'that needs what the GPU has not',
    { ...LINKED, quantisation: 'q4f16_1' },
    onCpu,
    ALL,
    plain,
    'WebLLM, graphics (WebGPU)',
    /16-bit shaders/,
    true,
  ],
  [
    'that nothing reads',
    LINKED,
    onCpu,
    ENGINES.slice(0, 1),
    plain,
    'nowhere',
    /No engine here reads MLC models/,
    true,
  ],
])('a model %s', (_what, model, choice, engines, report, where, why, blocked) => {
  const words = routeWords(model, choice, engines, report);
  expect(words).toMatchObject({ label: model.label, where, blocked });
  if (why === undefined) expect(words.why).toBeUndefined();
  else expect(words.why).toMatch(why);
});
