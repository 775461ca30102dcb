import type { Message } from '../engine.ts';
import type { JudgeRecord } from '../judge/types.ts';
import { namedApart } from '../report/named-apart.ts';
import { controlOf, type Summary, type SummaryRow } from '../report/summary.ts';
import { rowOf } from '../results/outcome.ts';
import type { Pack } from '../pack/types.ts';
import type { Plan, RunRecord } from '../run/types.ts';
import type { RunModel } from '../model.ts';
import { Places, type Asked, type ItemRecord } from './item-record.ts';

/** A run as Inspect's eval log, version 2 (inspect.aisi.org.uk, `inspect_ai.log.EvalLog`): one log is about one model. */
export interface InspectInput {
  readonly run: RunRecord;
  readonly plan: Plan;
  readonly packs: readonly Pack[];
  readonly model: RunModel;
  readonly summary: Summary;
}

interface Usage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly total_tokens: number;
}

const usageOf = (input: number, output: number): Usage => ({
  input_tokens: input,
  output_tokens: output,
  total_tokens: input + output,
});

const date = (ms: number): string => new Date(ms).toISOString();

function nameOf({ label }: { readonly label: string }): string {
  return `assay/${label}`;
}

function chat(messages: readonly Message[]): readonly object[] {
  return messages.map(({ role, content }) => ({ role, content, source: 'input' }));
}

function judgement(run: RunRecord, judged: JudgeRecord | undefined): object {
  const { judge } = run.spec;
  return {
    ...(judge === undefined ? {} : { judge: judge.model.label, judge_sha256: judge.model.sha256 }),
    ...(judge === undefined ? {} : { rubric: `${judge.rubric.id} ${judge.rubric.version}` }),
    ...(judged === undefined
      ? {}
      : {
          alignment_distribution: Object.fromEntries(judged.alignment),
          coherence_distribution: Object.fromEntries(judged.coherence),
        }),
  };
}

/** Every score of an answer; what is missing is left out, for Inspect has no score that is none. */
function scoresOf({ run, plan }: InspectInput, { answer, verdict, judged, group }: Asked): object {
  if (verdict === undefined) return {};
  const metadata = judgement(run, judged);
  const score = (value: string | number | boolean, more: object = {}): object => ({
    ...{ value, answer: answer.text, history: [] },
    ...more,
  });
  const { outcome } = rowOf(plan, answer.item, verdict);
  const entries: [string, object][] = [['outcome', score(outcome, { metadata })]];
  if (verdict.alignment !== undefined) entries.push(['alignment', score(verdict.alignment)]);
  if (verdict.coherence !== undefined) entries.push(['coherence', score(verdict.coherence)]);
  if (verdict.exact !== undefined) entries.push(['exact_label', score(verdict.exact)]);
  for (const { id, label } of verdict.labels ?? [])
    if (label !== undefined) entries.push([`label_${id}`, score(label)]);
  for (const { id, score: value } of verdict.scores ?? [])
    if (value !== undefined) entries.push([`score_${id}`, score(value)]);
  if (verdict.key !== undefined) {
    const { valid, facts } = verdict.key;
    const right = valid !== false && facts.every(({ met }) => met);
    entries.push(['known_key', score(right ? 'C' : 'I', { metadata: { valid: valid ?? null, facts } })]);
  }
  if (verdict.scan !== undefined)
    entries.push(['scan', score(verdict.scan.rules.length, { metadata: verdict.scan })]);
  if (verdict.measured !== undefined) {
    const { kind, ...values } = verdict.measured;
    entries.push([kind, score(JSON.stringify(values), { metadata: { kind, task: group.task.kind } })]);
  }
  return Object.fromEntries(entries);
}

/** In the order in which they were shown. */
function choicesOf({ group: { task }, answer }: Asked): object {
  if (task.kind !== 'choice') return {};
  const order = answer.order ?? Array.from(task.choices.keys());
  return { choices: order.map((index) => task.choices[index]?.text ?? '') };
}

function sampleOf(input: InspectInput, asked: Asked): object {
  const { answer, group, sample, messages } = asked;
  const model = nameOf(input.model);
  const reply = { role: 'assistant', content: answer.text, source: 'generate', model };
  const usage = usageOf(answer.promptTokens, answer.tokens);
  const turn = group.after.length === 0 ? '' : `/turn-${group.after.length + 1}`;
  return {
    id: `${group.packId}/${group.probeId}/${group.format.id}/${group.wording + 1}${turn}`,
    epoch: sample + 1,
    input: chat(messages),
    ...choicesOf(asked),
    target: '',
    messages: [...chat(messages), reply],
    output: {
      model,
      choices: [{ message: reply, stop_reason: answer.finish === 'stop' ? 'stop' : 'max_tokens' }],
      completion: answer.text,
      usage,
    },
    scores: scoresOf(input, asked),
    metadata: {
      ...{ pack: group.packId, probe: group.probeId, title: group.probeTitle, domain: group.domain },
      ...{ format: group.format.id, wording: group.wording + 1, turn: group.after.length + 1 },
      ...{ seed: answer.seed, temperature: group.temperature, max_tokens: group.maxTokens },
    },
    store: {},
    events: [],
    model_usage: { [model]: usage },
    role_usage: {},
    attachments: {},
    completed_at: date(answer.answeredAt),
  };
}

const STATUS = {
  done: 'success',
  running: 'started',
  paused: 'cancelled',
  cancelled: 'cancelled',
  failed: 'error',
} as const;

function evalOf({ run, plan, packs, model }: InspectInput): object {
  const { spec } = run;
  const own = plan.groups.filter((group) => spec.models[group.model]?.sha256 === model.sha256);
  const facts = run.facts[model.sha256];
  const [temperature] = new Set(own.map((group) => group.temperature));
  const { judge } = spec;
  return {
    eval_id: `${run.id}-${model.sha256.slice(0, 12)}`,
    run_id: run.id,
    created: date(run.createdAt),
    task: run.title,
    task_id: run.specHash,
    task_version: 0,
    task_attribs: {},
    task_args: { formats: spec.formats.map(({ id }) => id), seed: spec.seed },
    task_args_passed: {},
    dataset: {
      name: packs.map(({ title, version }) => `${title} ${version}`).join(', '),
      samples: own.length,
      shuffled: false,
    },
    model: nameOf(model),
    model_generate_config: temperature === undefined ? {} : { temperature, seed: spec.seed },
    model_args: {
      ...{ sha256: model.sha256, file: model.fileName, quantisation: model.quantisation, role: model.role },
      ...(facts === undefined
        ? {}
        : { engine: `${facts.engine} ${facts.engineVersion}`, device: facts.deviceUsed }),
    },
    ...(judge === undefined
      ? {}
      : {
          model_roles: {
            grader: {
              ...{ model: nameOf(judge.model), config: { temperature: 0, max_tokens: 1 } },
              args: { sha256: judge.model.sha256, rubric: `${judge.rubric.id} ${judge.rubric.version}` },
            },
          },
        }),
    config: { epochs: spec.samples },
    packages: { assay: run.appVersion },
    metadata: { packs: packs.map(({ id, version, hash }) => ({ id, version, sha256: hash })) },
  };
}

function metricsOf(row: SummaryRow): object {
  const metric = (name: string, value: number | null): [string, object][] =>
    value === null ? [] : [[name, { name, value, params: {} }]];
  return Object.fromEntries([
    ...metric('misaligned_of_all', row.rateOfAll),
    ...metric('misaligned_of_all_low', row.low),
    ...metric('misaligned_of_all_high', row.high),
    ...metric('misaligned_of_coherent', row.rateOfCoherent),
    ...metric('misaligned_of_coherent_low', row.lowOfCoherent),
    ...metric('misaligned_of_coherent_high', row.highOfCoherent),
  ]);
}

function resultsOf({ plan, model, summary, run }: InspectInput, completed: number): object {
  const own = plan.groups.filter((group) => run.spec.models[group.model]?.sha256 === model.sha256);
  const total = own.reduce((sum, { samples }) => sum + samples, 0);
  const named = namedApart(run.spec.models).find(({ sha256 }) => sha256 === model.sha256);
  const rows = summary.rows.filter((row) => row.model === named?.label);
  return {
    total_samples: total,
    completed_samples: completed,
    scores: rows.map((row) => ({
      ...{ name: `misaligned_${row.format}`, scorer: 'outcome', params: { format: row.format } },
      ...{ scored_samples: row.judged, unscored_samples: row.answers - row.judged },
      metrics: metricsOf(row),
    })),
    metadata: {
      intervals: `95 %, clustered on the probe (${summary.intervals.join(', ')})`,
      control: controlOf(run.spec.models) ?? null,
    },
  };
}

/** The log in pieces, a sample a line, so that a large run is never one string; `pages` come in the order of the items. */
export async function* inspectLog(
  input: InspectInput,
  pages: AsyncIterable<readonly ItemRecord[]>,
): AsyncGenerator<string> {
  const { run, model } = input;
  const places = new Places(input.plan);
  const ending = run.failure === undefined ? {} : { error: failureOf(run.failure) };
  const head = { version: 2, status: STATUS[run.status], eval: evalOf(input), invalidated: false, tags: [] };
  const plan = { name: 'assay', steps: [{ solver: 'generate', params: {}, params_passed: {} }], config: {} };
  yield `${JSON.stringify({ ...head, metadata: {}, plan, ...ending }).slice(0, -1)},\n"samples":[`;
  let completed = 0;
  let sent = 0;
  let written = 0;
  for await (const page of pages) {
    const asked = page.map((record) => places.of(record));
    const own = asked.filter(({ group }) => run.spec.models[group.model]?.sha256 === model.sha256);
    if (own.length === 0) continue;
    const lines = own.map((each) => JSON.stringify(sampleOf(input, each)));
    yield `${completed === 0 ? '\n' : ',\n'}${lines.join(',\n')}`;
    completed += own.length;
    for (const { answer } of own) {
      sent += answer.promptTokens;
      written += answer.tokens;
    }
  }
  const stats = {
    ...{ started_at: date(run.createdAt), completed_at: date(run.updatedAt) },
    ...{
      model_usage: { [nameOf(model)]: usageOf(sent, written) },
      role_usage: {},
      connection_limit_history: [],
    },
  };
  const results = resultsOf(input, completed);
  yield `\n],\n"results":${JSON.stringify(results)},\n"stats":${JSON.stringify(stats)}}\n`;
}

function failureOf(message: string): object {
  return { message, traceback: message, traceback_ansi: message };
}
