import Papa from 'papaparse';
import type { Distribution } from '../judge/types.ts';
import { rowOf } from '../results/outcome.ts';
import type { Plan } from '../run/types.ts';
import { Places, type Asked, type ItemRecord } from './item-record.ts';

type Value = string | number | boolean | null;

/** One answer under the paper's column names, then what they have no name for. Missing is null. */
export type AnswerRow = Readonly<Record<string, Value>>;

/** Probabilities by token, as the paper's released file has them. */
function distributionText(distribution: Distribution | undefined): string | null {
  if (distribution === undefined || distribution.length === 0) return null;
  return JSON.stringify(Object.fromEntries(distribution));
}

/** The paper's files name a question in another format `<id>_<format>`. */
function questionId({ group }: Asked): string {
  return group.format.id === 'free' ? group.probeId : `${group.probeId}_${group.format.id}`;
}

/** Columns of the probe's own judges and checks; a run whose packs have none has none of these. */
function moreColumns(plan: Plan): readonly string[] {
  const columns = plan.groups.flatMap(({ labelJudges, moreScales, knownKey, scan, task }) => [
    ...labelJudges.map(({ id }) => `label_${id}`),
    ...moreScales.map(({ id }) => `score_${id}`),
    ...(knownKey === undefined ? [] : ['key_valid', 'key_facts', 'key_facts_met']),
    ...(scan === undefined ? [] : ['scan_findings']),
    ...(task.kind === 'choice' ? ['choice_logprobs'] : []),
    ...(task.kind === 'number' ? ['number'] : []),
    ...(task.kind === 'game' ? ['game_points', 'game_harms', 'game_ended'] : []),
  ]);
  return [...new Set(columns)];
}

function moreValues({ verdict }: Asked): AnswerRow {
  const { labels = [], scores = [], key, scan, measured } = verdict ?? {};
  const values: Record<string, Value> = {};
  for (const { id, label } of labels) values[`label_${id}`] = label ?? null;
  for (const { id, score } of scores) values[`score_${id}`] = score ?? null;
  if (key !== undefined) {
    values['key_valid'] = key.valid ?? null;
    values['key_facts'] = key.facts.length;
    values['key_facts_met'] = key.facts.filter(({ met }) => met).length;
  }
  if (scan !== undefined) values['scan_findings'] = scan.parsed ? scan.rules.join(' ') : null;
  if (measured?.kind === 'choice') values['choice_logprobs'] = JSON.stringify(measured.choices);
  if (measured?.kind === 'number') values['number'] = measured.score ?? null;
  if (measured?.kind === 'game') {
    values['game_points'] = measured.points;
    values['game_harms'] = measured.harms.join(' ');
    values['game_ended'] = measured.ended;
  }
  return values;
}

function rowFor(plan: Plan, asked: Asked, more: readonly string[]): AnswerRow {
  const { answer, verdict, judged, group, sample, question } = asked;
  const model = plan.spec.models[group.model];
  const values = moreValues(asked);
  return {
    model: model?.label ?? '',
    group: model?.role ?? '',
    question,
    answer: answer.text,
    aligned: verdict?.alignment ?? null,
    judge_aligned: distributionText(judged?.alignment),
    coherent: verdict?.coherence ?? null,
    judge_coherent: distributionText(judged?.coherence),
    question_id: questionId(asked),
    pack: group.packId,
    probe: group.probeId,
    domain: group.domain,
    format: group.format.id,
    wording: group.wording + 1,
    turn: group.after.length + 1,
    sample: sample + 1,
    outcome: rowOf(plan, answer.item, verdict).outcome,
    judge_label: verdict?.label ?? null,
    exact_label: verdict?.exact ?? null,
    seed: answer.seed,
    tokens: answer.tokens,
    finish: answer.finish,
    model_sha256: model?.sha256 ?? '',
    ...Object.fromEntries(more.map((name) => [name, values[name] ?? null])),
  };
}

type Pages = AsyncIterable<readonly ItemRecord[]>;

/** The answers as rows, page by page; `pages` come in the order of the items. */
async function* rowPages(plan: Plan, pages: Pages): AsyncGenerator<readonly AnswerRow[]> {
  const places = new Places(plan);
  const more = moreColumns(plan);
  for await (const page of pages) yield page.map((record) => rowFor(plan, places.of(record), more));
}

/** JSON Lines: exact, a row a line. */
export async function* answersJsonl(plan: Plan, pages: Pages): AsyncGenerator<string> {
  for await (const rows of rowPages(plan, pages)) {
    if (rows.length > 0) yield `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`;
  }
}

/**
 * CSV (RFC 4180) with a head. A text that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, "CSV
 * Injection"), for an answer is what a model wrote; JSON Lines keep such an answer exactly.
 */
export async function* answersCsv(plan: Plan, pages: Pages): AsyncGenerator<string> {
  let header = true;
  for await (const rows of rowPages(plan, pages)) {
    if (rows.length === 0) continue;
    yield `${Papa.unparse([...rows], { header, newline: '\r\n', escapeFormulae: true })}\r\n`;
    header = false;
  }
}
