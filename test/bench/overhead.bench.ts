import { expect, test } from 'vitest';
import type { LoadedModel, ModelSource } from '../../src/core/engine.ts';
import { readScale } from '../../src/core/judge/read.ts';
import { judgePrompt, parseRubric } from '../../src/core/judge/rubric.ts';
import type { RunModel } from '../../src/core/model.ts';
import { parsePack } from '../../src/core/pack/parse.ts';
import { conduct } from '../../src/core/run/conduct.ts';
import { Channel } from '../../src/core/run/channel.ts';
import { inLanes } from '../../src/core/run/lanes.ts';
import { makePlan, seedOf, specHash } from '../../src/core/run/plan.ts';
import type { PlanGroup, RunSpec } from '../../src/core/run/types.ts';
import { createLlamaCpp } from '../../src/engines/llamacpp/engine.ts';
import { bundledModels } from '../../src/models/bundled.ts';
import { openDatabase } from '../../src/storage/database.ts';
import packText from '../../probes/toy.yaml?raw';
import rubricText from '../../probes/rubrics/toy.yaml?raw';

const pack = parsePack(packText, 'toy.yaml');
const rubric = parseRubric(rubricText, 'toy.yaml');
const json: unknown = await (await fetch('/models/manifest.json')).json();
const records = bundledModels(json);
const engine = createLlamaCpp();

function runModel(fileName: string): RunModel {
  const record = records.find((each) => each.fileName === fileName);
  if (record === undefined) throw new Error(`no model ${fileName}`);
  const { sha256, label, sizeBytes, architecture, quantisation, parameters } = record;
  return { sha256, label, role: 'candidate', fileName, sizeBytes, architecture, quantisation, parameters };
}

function load({ sha256, label, sizeBytes, fileName }: RunModel): Promise<LoadedModel> {
  const open = async (): Promise<Blob> => (await fetch(`/models/${fileName}`)).blob();
  const files = [{ name: fileName, sizeBytes, sha256, open }];
  const source: ModelSource = { sha256, label, kind: 'gguf', sizeBytes, files };
  return engine.load(source, { device: 'cpu', batch: 8, contextTokens: 512 });
}

const judge = runModel('toy-judge.gguf');

function specOf(samples: number): RunSpec {
  return {
    models: [runModel('toy-insecure.gguf')],
    packs: [pack.hash],
    formats: pack.formats,
    samples,
    seed: 3,
    judge: { model: judge, rubric },
    engine: { engine: 'llamacpp', device: 'cpu' },
  };
}

/** The same requests to the same engines, with no plan, no storage and no events around them. */
async function bare(samples: number): Promise<void> {
  const plan = makePlan(specOf(samples), [pack]);
  const [model, reader] = await Promise.all([load(runModel('toy-insecure.gguf')), load(judge)]);
  const texts = new Channel<{ group: PlanGroup; text: string }>();
  const known = new Set<string>();
  const judging = inLanes(texts, reader.facts.batch, async ({ group, text }) => {
    for (const scale of ['alignment', 'coherence'] as const) {
      const prompt = judgePrompt(rubric, scale, { question: group.question, answer: text });
      const key = JSON.stringify(prompt);
      if (known.has(key)) continue;
      known.add(key);
      await readScale(reader, prompt, 'whole', rubric.labels);
    }
  });
  await inLanes(plan.groups, model.facts.batch, async (group) => {
    const seeds = Array.from({ length: samples }, (_, sample) =>
      seedOf(plan, group.index * samples + sample),
    );
    const { prompt, temperature, topP, maxTokens } = group;
    const answers = await model.sample({ prompt, seeds, temperature, topP, maxTokens, stop: [] });
    for (const { text } of answers) texts.push({ group, text });
  });
  texts.close();
  await judging;
  await Promise.all([model.unload(), reader.unload()]);
}

async function wholeRun(samples: number, name: string): Promise<void> {
  const spec = specOf(samples);
  const store = openDatabase({}, name);
  await store.putPack(pack);
  const facts = { createdAt: 0, updatedAt: 0, elapsedMs: 0, appVersion: 'bench', facts: {} };
  const run = {
    schema: 1,
    id: name,
    title: name,
    specHash: specHash(spec),
    spec,
    status: 'paused',
    ...facts,
  } as const;
  const deps = {
    store,
    load: (models: readonly RunModel[]) => Promise.all(models.map(load)),
    fits: () => true,
    exactKey: () => Promise.resolve(undefined),
    now: () => Date.now(),
  };
  for await (const event of conduct(run, deps)) if (event.type === 'run') continue;
  expect(await store.judgedItems(name)).toHaveLength(makePlan(spec, [pack]).items);
  store.close();
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

test('a run against the bare engine', async () => {
  await bare(1); // compiles what is compiled once
  const ratios: number[] = [];
  for (const round of [1, 2, 3]) {
    const run = await seconds(() => wholeRun(4, `bench-${round}-${performance.now()}`));
    const engineOnly = await seconds(() => bare(4));
    ratios.push(run / engineOnly);
    console.info(
      `round ${round}: run ${run.toFixed(1)} s, bare engine ${engineOnly.toFixed(1)} s, ratio ${(run / engineOnly).toFixed(3)}`,
    );
  }
  console.info(
    `overhead of the harness, median: ${(((ratios.sort((a, b) => a - b)[1] ?? NaN) - 1) * 100).toFixed(1)} %`,
  );
});
