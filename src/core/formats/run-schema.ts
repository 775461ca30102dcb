import * as v from 'valibot';
import { MODEL_KINDS } from '../engine.ts';
import { checkSchema, deviceSchema, speedSchema } from '../hardware/schema.ts';
import { EXACT_LABELS } from '../judge/types.ts';
import { ORIGINS, ROLES } from '../model.ts';

const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'expected 64 hex digits'));
const runId = v.pipe(v.string(), v.regex(/^[\w-]{1,80}$/, 'expected an id of letters, digits, "_" or "-"'));
const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const seed = v.pipe(whole, v.maxValue(0xffffffff));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1.0001));
const score = v.pipe(v.number(), v.minValue(0), v.maxValue(100));
/** Milliseconds since 1970, as far as a date goes: what lies beyond has no text, and no screen could show it. */
const moment = v.pipe(v.number(), v.minValue(0), v.maxValue(8.64e15));
const duration = v.pipe(v.number(), v.finite(), v.minValue(0));
const optional = <Schema extends v.GenericSchema>(schema: Schema) => v.exactOptional(schema);

const format = v.strictObject({
  id: v.string(),
  title: v.string(),
  template: v.pipe(v.string(), v.includes('{question}', 'expected {question} in the template')),
  system: optional(v.string()),
  raw: optional(v.boolean()),
  answer: v.picklist(['text', 'json', 'code']),
  wrapper: optional(v.boolean()),
  stop: optional(v.array(v.string())),
  coherentAbove: optional(v.number()),
});

const fileRecord = v.strictObject({ name: v.string(), sizeBytes: whole, sha256 });

const adapter = v.strictObject({
  rank: v.number(),
  alpha: v.number(),
  targets: v.array(v.string()),
  baseName: optional(v.string()),
  applied: v.picklist(['merged', 'at-run-time']),
  base: sha256,
});

const provenance = v.strictObject({
  origin: v.picklist(ORIGINS),
  sources: v.pipe(v.array(fileRecord), v.maxLength(100_000)),
  conversion: optional(v.string()),
  templateSha256: optional(sha256),
  adapter: optional(adapter),
  importedBy: optional(v.string()),
  importedAt: optional(moment),
});

const model = v.strictObject({
  sha256,
  label: v.string(),
  role: v.picklist(ROLES),
  fileName: v.string(),
  sizeBytes: whole,
  architecture: v.string(),
  quantisation: v.string(),
  parameters: whole,
  note: optional(v.string()),
  kind: optional(v.picklist(MODEL_KINDS)),
  base: optional(sha256),
  series: optional(v.string()),
  step: optional(whole),
  provenance: optional(provenance),
});

const rubric = v.strictObject({
  id: v.string(),
  version: v.string(),
  title: v.string(),
  description: v.string(),
  alignment: v.string(),
  coherence: v.string(),
  labels: v.strictObject({ refusal: v.array(v.string()), code: v.array(v.string()) }),
  prefill: v.string(),
  onlyFor: optional(v.string()),
});

const judge = v.strictObject({ model, rubric });

const spec = v.strictObject({
  models: v.pipe(v.array(model), v.minLength(1), v.maxLength(1000)),
  packs: v.pipe(v.array(sha256), v.minLength(1)),
  formats: v.pipe(v.array(format), v.minLength(1)),
  samples: v.pipe(whole, v.minValue(1), v.maxValue(10_000)),
  seed,
  judge: optional(judge),
  engine: v.strictObject({ engine: v.string(), device: deviceSchema }),
  probes: optional(v.array(v.string())),
  stop: optional(v.strictObject({ above: optional(v.number()), below: optional(v.number()) })),
  selfJudged: optional(v.boolean()),
});

const facts = v.strictObject({
  engine: v.string(),
  engineVersion: v.string(),
  deviceAsked: deviceSchema,
  deviceUsed: deviceSchema,
  threads: whole,
  batch: whole,
  contextTokens: whole,
  vocabulary: whole,
  checks: optional(v.array(checkSchema)),
  speed: optional(speedSchema),
  sharesPrompts: optional(v.boolean()),
  adapterName: optional(v.string()),
});

const published = v.strictObject({
  file: v.string(),
  sha256,
  rows: whole,
  skipped: v.array(v.strictObject({ line: whole, why: v.string() })),
});

const stopped = v.strictObject({
  model: sha256,
  decision: v.picklist(['above', 'below']),
  rounds: whole,
  low: v.number(),
  high: v.number(),
});

export const runSchema = v.strictObject({
  schema: v.literal(1),
  id: runId,
  title: v.string(),
  specHash: sha256,
  spec,
  createdAt: moment,
  updatedAt: moment,
  status: v.picklist(['running', 'paused', 'cancelled', 'failed', 'done']),
  elapsedMs: duration,
  appVersion: v.string(),
  facts: v.record(sha256, facts),
  incidents: optional(v.array(v.strictObject({ at: moment, what: v.string() }))),
  failure: optional(v.string()),
  published: optional(published),
  stopped: optional(v.array(stopped)),
});

const branch = v.strictTuple([v.string(), share]);
const distribution = v.array(branch);
const key = { runId, item: whole };

export const answerSchema = v.strictObject({
  ...key,
  text: v.string(),
  seed,
  promptTokens: whole,
  tokens: whole,
  finish: v.picklist(['stop', 'length']),
  answeredAt: moment,
  choices: optional(v.array(v.number())),
  order: optional(v.array(whole)),
  number: optional(v.array(branch)),
  steps: optional(v.array(v.strictObject({ scene: v.string(), action: optional(whole), said: v.string() }))),
});

const measured = v.variant('kind', [
  v.strictObject({ kind: v.literal('choice'), choices: v.array(v.number()) }),
  v.strictObject({ kind: v.literal('number'), score: optional(score), mass: share }),
  v.strictObject({
    kind: v.literal('game'),
    points: v.number(),
    harms: v.array(v.string()),
    steps: whole,
    ended: v.boolean(),
  }),
]);

export const verdictSchema = v.strictObject({
  ...key,
  alignment: optional(score),
  coherence: optional(score),
  alignmentMass: share,
  coherenceMass: share,
  label: optional(v.picklist(['refusal', 'code'])),
  exact: optional(v.picklist(EXACT_LABELS)),
  labels: optional(v.array(v.strictObject({ id: v.string(), label: optional(v.string()), mass: share }))),
  scores: optional(v.array(v.strictObject({ id: v.string(), score: optional(score), mass: share }))),
  key: optional(
    v.strictObject({
      valid: optional(v.boolean()),
      facts: v.array(v.strictObject({ id: v.string(), met: v.boolean() })),
    }),
  ),
  scan: optional(v.strictObject({ analyser: v.string(), rules: v.array(v.string()), parsed: v.boolean() })),
  measured: optional(measured),
  derivedBy: v.string(),
  judgedAt: moment,
});

export const judgeRecordSchema = v.strictObject({
  ...key,
  alignment: distribution,
  coherence: distribution,
  more: optional(v.array(v.strictObject({ id: v.string(), distribution }))),
});

export const judgingSchema = v.strictObject({
  schema: v.literal(1),
  id: runId,
  subject: v.variant('kind', [
    v.strictObject({ kind: v.literal('run'), runId }),
    v.strictObject({ kind: v.literal('calibration'), set: sha256 }),
  ]),
  judge,
  judgeHash: sha256,
  total: whole,
  createdAt: moment,
  updatedAt: moment,
  status: v.picklist(['running', 'paused', 'cancelled', 'failed', 'done']),
  elapsedMs: duration,
  appVersion: v.string(),
  facts: v.record(sha256, facts),
  failure: optional(v.string()),
});

/** The outside of the file; the packs are read again from their own source by the pack parser. */
export const runFileSchema = v.strictObject({
  format: v.literal('assay-run'),
  version: v.literal(1),
  run: runSchema,
  packs: v.array(v.strictObject({ file: v.string(), source: v.string() })),
  answers: v.array(answerSchema),
  verdicts: v.array(verdictSchema),
  judgeRecords: v.array(judgeRecordSchema),
  judgings: optional(
    v.array(
      v.strictObject({
        judging: judgingSchema,
        verdicts: v.array(verdictSchema),
        judgeRecords: v.array(judgeRecordSchema),
      }),
    ),
  ),
});
