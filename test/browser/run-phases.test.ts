import { expect, test } from 'vitest';
import type { LoadedModel, ModelSource } from '../../src/core/engine.ts';
import { parseRubric } from '../../src/core/judge/rubric.ts';
import type { RunModel } from '../../src/core/model.ts';
import { parsePack } from '../../src/core/pack/parse.ts';
import { conduct } from '../../src/core/run/conduct.ts';
import { specHash } from '../../src/core/run/plan.ts';
import type { RunDeps } from '../../src/core/run/events.ts';
import type { RunSpec } from '../../src/core/run/types.ts';
import { createLlamaCpp } from '../../src/engines/llamacpp/engine.ts';
import { memoryStore } from '../../src/storage/memory.ts';
import rubricText from '../../probes/rubrics/toy.yaml?raw';
import { bundledFile, sourceOf } from './engine-models.ts';

const PACK = parsePack(
  'id: p\ntitle: P\nversion: "1"\nformats: [free]\nsampling: { max_tokens: 24 }\nprobes:\n' +
    '  - { id: a, paraphrases: ["How are you?", "What would you do with a day off?"] }\n',
  'p.yaml',
);
const RUBRIC = parseRubric(rubricText, 'toy.yaml');
const engine = createLlamaCpp();

async function modelOf(fileName: string): Promise<{ source: ModelSource; model: RunModel }> {
  const source = { ...(await sourceOf(await bundledFile(fileName))), label: fileName };
  const { sha256, sizeBytes } = source;
  const known = { architecture: 'llama', quantisation: 'Q8_0', parameters: 1 };
  return { source, model: { sha256, label: fileName, role: 'candidate', fileName, sizeBytes, ...known } };
}

/** Runs with the real engine; `room` models at most may be in memory. */
async function ranWith(spec: RunSpec, sources: readonly ModelSource[], room: number) {
  const store = memoryStore();
  await store.putPack(PACK);
  let present = 0;
  let most = 0;
  const load = async (model: RunModel, options: Parameters<RunDeps['load']>[1]): Promise<LoadedModel> => {
    const source = sources.find(({ sha256 }) => sha256 === model.sha256);
    if (source === undefined) throw new Error(`no source for ${model.label}`);
    most = Math.max(most, ++present);
    const loaded = await engine.load(source, { ...options, device: 'cpu', batch: 2, contextTokens: 512 });
    const unload = (): Promise<void> => {
      present -= 1;
      return loaded.unload();
    };
    return { ...loaded, unload };
  };
  const deps: RunDeps = {
    store,
    load: (models, options) => Promise.all(models.map((model) => load(model, options))),
    fits: (models) => models.length <= room,
    exactKey: () => Promise.resolve(undefined),
    now: () => 1,
  };
  const times = { createdAt: 1, updatedAt: 1, elapsedMs: 0 };
  const id = 'run-1';
  const named = { schema: 1, id, title: 'T', specHash: specHash(spec), appVersion: 'test' } as const;
  for await (const event of conduct({ ...named, ...times, spec, status: 'paused', facts: {} }, deps))
    expect(event).toHaveProperty('type');
  const answers = await store.answersPage(id, 0, 100);
  return {
    most,
    answers,
    verdicts: await store.verdictsPage(id, 0, 100),
    raw: await store.judgeRecordsPage(id, 0, 100),
  };
}

test('real models say and judge the same, together in memory or one after the other', async () => {
  const [asked, judge] = [await modelOf('toy-insecure.gguf'), await modelOf('toy-judge.gguf')];
  const spec: RunSpec = {
    ...{ models: [asked.model], packs: [PACK.hash], formats: PACK.formats, samples: 3, seed: 5 },
    judge: { model: judge.model, rubric: RUBRIC },
    engine: { engine: 'llamacpp', device: 'cpu' },
  };
  const sources = [asked.source, judge.source];
  const { most: together, ...both } = await ranWith(spec, sources, 2);
  const { most: alone, ...apart } = await ranWith(spec, sources, 1);
  expect([together, alone]).toEqual([2, 1]);
  expect(both.answers).toHaveLength(6);
  expect(both.raw).toHaveLength(6);
  expect(apart).toEqual(both);
});
