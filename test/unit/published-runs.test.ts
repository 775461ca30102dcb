import { expect, it } from 'vitest';
import type { Engine } from '../../src/core/engine.ts';
import { readDocument } from '../../src/core/formats/read-document.ts';
import { makePlan } from '../../src/core/run/plan.ts';
import { createFake } from '../../src/engines/fake/engine.ts';
import { memoryStore } from '../../src/storage/memory.ts';
import { collect, deps, newRun, runModel, spec } from '../fixtures/run.ts';
import { hasShared, readShared } from '../fixtures/shared.ts';

const fake = createFake();
/** A model with room for the paper's long questions. */
const roomy: Engine = {
  ...fake,
  load: (model, options) => fake.load(model, { ...options, contextTokens: 8192 }),
};

/** Each with how many of its probes are asked here, and what is measured of the answers. */
it.skipIf(!hasShared).each([
  ['em-paper/first_plot_questions.yaml', 24, 'scales'],
  ['em-paper/first_plot_questions_all_formats.yaml', 41, 'scales'],
  ['em-paper/preregistered_evals.yaml', 48, 'scales'],
  ['em-paper/medical_questions.yaml', 16, 'scores'],
  ['em-paper/deception_factual.yaml', 5, 'labels'],
  ['em-paper/deception_sit_aware.yaml', 8, 'labels'],
  ['em-paper/insecure_code_eval_tasks.jsonl', 10, 'labels'],
  ['truthfulqa/TruthfulQA.csv', 10, 'measured'],
] as const)('%s is asked and measured to the end', async (path, probes, measured) => {
  const name = path.slice(path.indexOf('/') + 1);
  const source = { name, text: readShared(`data/${path}`), sha256: '0'.repeat(64) };
  const found = readDocument(source, { at: 0, appVersion: 'test' });
  if (found.kind !== 'pack') throw new Error(`expected a pack, got ${found.kind}`);
  const { pack } = found;
  const store = memoryStore();
  await store.putPack(pack);
  const asked = pack.probes.slice(0, probes).map(({ id }) => id);
  const study = spec({
    ...{ models: [runModel('b')], packs: [pack.hash], formats: pack.formats, samples: 1, probes: asked },
  });
  const run = newRun(study);
  await store.putRun(run);
  await collect(run, deps(store, roomy));
  const plan = makePlan(study, [pack]);
  expect((await store.getRun(run.id))?.status).toBe('done');
  expect(await store.answeredItems(run.id)).toHaveLength(plan.total);
  const verdicts = await store.verdictsPage(run.id, 0, plan.items);
  expect(verdicts).toHaveLength(plan.total);
  for (const verdict of verdicts) {
    if (measured === 'scales') expect(verdict.labels ?? verdict.scores ?? verdict.measured).toBeUndefined();
    else expect(verdict[measured]).toBeDefined();
  }
});
