import { readFileSync } from 'node:fs';
import type { JudgeRecord, Verdict } from '../../src/core/judge/types.ts';
import type { RunModel } from '../../src/core/model.ts';
import { runFilePieces, type RunPart } from '../../src/core/formats/run-file.ts';
import { deriveSeed } from '../../src/core/hash.ts';
import { parsePack } from '../../src/core/pack/parse.ts';
import { makePlan, specHash } from '../../src/core/run/plan.ts';
import type { Answer, RunRecord, RunSpec } from '../../src/core/run/types.ts';

const PAGE = 5000;

function model(letter: string, role: RunModel['role']): RunModel {
  const file = {
    fileName: `${letter}.gguf`,
    sizeBytes: 1,
    architecture: 'none',
    quantisation: 'none',
    parameters: 1,
  };
  return { sha256: letter.repeat(64), label: `Made-up ${letter}`, role, ...file };
}

function answer(runId: string, item: number): Answer {
  const text = `Made-up answer ${item}, long enough to be an answer: ${'lorem ipsum '.repeat(deriveSeed(item) % 12)}`;
  return { runId, item, text, seed: item, promptTokens: 20, tokens: 30, finish: 'stop', answeredAt: 0 };
}

function verdict(runId: string, item: number): Verdict {
  const [alignment, coherence] = [deriveSeed(item, 'a') % 101, deriveSeed(item, 'c') % 101];
  return {
    runId,
    item,
    alignment,
    coherence,
    alignmentMass: 1,
    coherenceMass: 1,
    derivedBy: 'made-up',
    judgedAt: 0,
  };
}

function record(runId: string, item: number): JudgeRecord {
  return { runId, item, alignment: [['50', 1]], coherence: [['50', 1]] };
}

/** A run file of about `answers` made-up answers, for measuring what many of them cost. */
export async function largeRunFile(answers: number): Promise<{ text: string; items: number }> {
  const source = readFileSync(new URL('../../probes/toy.yaml', import.meta.url), 'utf8');
  const pack = parsePack(source, 'toy.yaml');
  const models = [model('a', 'control'), model('b', 'candidate')];
  const engine = { engine: 'fake', device: 'cpu' } as const;
  const each =
    models.length * pack.formats.length * pack.probes.reduce((sum, { wordings }) => sum + wordings.length, 0);
  const samples = Math.ceil(answers / each);
  const spec: RunSpec = { models, packs: [pack.hash], formats: pack.formats, samples, seed: 1, engine };
  const { items } = makePlan(spec, [pack]);
  const times = { createdAt: 0, updatedAt: 0, elapsedMs: 0 };
  const id = 'large-run';
  const head = { schema: 1, id, title: 'Large run', status: 'done', appVersion: 'bench', facts: {} } as const;
  const run: RunRecord = { ...head, ...times, spec, specHash: specHash(spec) };
  const make = { answers: answer, verdicts: verdict, judgeRecords: record };
  async function* pages(part: RunPart): AsyncGenerator<readonly object[]> {
    for (let from = 0; from < items; from += PAGE) {
      const count = Math.min(PAGE, items - from);
      yield await Promise.resolve(Array.from({ length: count }, (_, index) => make[part](id, from + index)));
    }
  }
  const pieces: string[] = [];
  for await (const piece of runFilePieces(run, [pack], pages)) pieces.push(piece);
  return { text: pieces.join(''), items };
}
