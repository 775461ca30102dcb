import type { LoadedFacts } from '../engine.ts';
import type { FileRecord, RunModel } from '../model.ts';
import type { Published, RunRecord } from '../run/types.ts';
import { deviceText, engineFacts } from './engine-facts.ts';
import { day, escape } from './markup.ts';
import { modelFacts } from './model-facts.ts';

/** What was run, on what, and with which settings: what somebody needs to do it again. */
export function provenance(run: RunRecord): string {
  const { spec } = run;
  if (run.published !== undefined) return publishedProvenance(run, run.published);
  const judge =
    spec.judge === undefined
      ? 'none'
      : `${spec.judge.model.label}, rubric ${spec.judge.rubric.title} (${spec.judge.rubric.id}) version ${spec.judge.rubric.version}` +
        (spec.selfJudged === true ? ', which is one of the models under test' : '');
  const facts: readonly (readonly [string, string])[] = [
    ['Run', run.id],
    ['Study (SHA-256 of its settings)', run.specHash],
    ['Status', run.imported === true ? `${run.status}, imported from a file` : run.status],
    ['Seed', String(spec.seed)],
    ['Answers for each wording', String(spec.samples)],
    ['Formats', spec.formats.map((format) => format.title).join(', ')],
    ['Packs (SHA-256)', spec.packs.join(', ')],
    ['Judge', judge],
    ['Working time', `${Math.round(run.elapsedMs / 1000)} s`],
    ['Assay', run.appVersion],
  ];
  const list = facts.map(([name, value]) => `<dt>${escape(name)}</dt><dd>${escape(value)}</dd>`).join('');
  const models: { model: RunModel; role: string }[] = spec.models.map((model) => ({
    model,
    role: model.role,
  }));
  if (spec.judge !== undefined) models.push({ model: spec.judge.model, role: 'judge' });
  const rows = models.map(({ model, role }) => modelRow(model, role, run.facts[model.sha256]));
  return (
    `<dl>${list}</dl><div class="wrap"><table><caption>Model files</caption><thead><tr>` +
    ['Model', 'Role', 'File', 'Quantisation', 'Parameters', 'Engine', 'Device used', 'SHA-256']
      .map((label) => `<th scope="col">${label}</th>`)
      .join('') +
    `</tr></thead><tbody>${rows.join('')}</tbody></table></div>` +
    incidentList(run) +
    models.map(({ model }) => modelDetails(model, run, models)).join('')
  );
}

/** Of answers that were made and judged elsewhere the file is known, and no model file, engine, seed or judge. */
function publishedProvenance(run: RunRecord, { file, sha256, rows, skipped }: Published): string {
  const facts: readonly (readonly [string, string])[] = [
    ['Run', run.id],
    ['File', file],
    ['SHA-256 of the file', sha256],
    ['Rows', `${rows}, ${skipped.length} of them left out`],
    ['Added', day(run.createdAt)],
    ['Packs (SHA-256)', run.spec.packs.join(', ')],
    ['Answered by', 'models elsewhere; which files and settings these were is not known'],
    ['Judge', 'judged elsewhere; the file does not say by which judge'],
    ['Assay', `${run.appVersion}, which read the file`],
  ];
  const list = facts.map(([name, value]) => `<dt>${escape(name)}</dt><dd>${escape(value)}</dd>`).join('');
  const models = run.spec.models.map(
    ({ label, role }) => `<tr><th scope="row">${escape(label)}</th><td>${role}</td></tr>`,
  );
  return (
    `<dl>${list}</dl><div class="wrap"><table><caption>Models that the file names</caption><thead><tr><th scope="col">Model</th>` +
    `<th scope="col">Taken as</th></tr></thead><tbody>${models.join('')}</tbody></table></div>`
  );
}

/** What went otherwise than planned while it ran; nothing where nothing did. */
function incidentList({ incidents = [] }: RunRecord): string {
  if (incidents.length === 0) return '';
  const items = incidents.map(({ at, what }) => `<li>${day(at)}: ${escape(what)}</li>`);
  return `<h3>What went otherwise than planned</h3><ul>${items.join('')}</ul>`;
}

function modelRow(model: RunModel, role: string, facts: LoadedFacts | undefined): string {
  const engine = facts === undefined ? 'not loaded yet' : `${facts.engine} ${facts.engineVersion}`;
  const cells = [
    role,
    model.fileName,
    model.quantisation,
    String(model.parameters),
    engine,
    facts === undefined ? '–' : deviceText(facts),
  ];
  return (
    `<tr><th scope="row">${escape(model.label)}</th>${cells.map((cell) => `<td>${escape(cell)}</td>`).join('')}` +
    `<td><code>${escape(model.sha256)}</code></td></tr>`
  );
}

/** Where one model comes from, how it ran, and every file that was handed in for it. */
function modelDetails(
  model: RunModel,
  run: RunRecord,
  models: readonly { readonly model: RunModel }[],
): string {
  const labelOf = (sha256: string): string | undefined =>
    models.find((other) => other.model.sha256 === sha256)?.model.label;
  const facts = run.facts[model.sha256];
  const known = [
    ...modelFacts(model, { labelOf, dateOf: day }),
    ...(facts === undefined ? [] : engineFacts(facts)),
  ];
  const sources = model.provenance?.sources ?? [];
  if (known.length === 0 && sources.length === 0) return '';
  const list = known.map(({ name, value }) => `<dt>${escape(name)}</dt><dd>${escape(value)}</dd>`).join('');
  return `<h3>${escape(model.label)}</h3><dl>${list}</dl>${sourceTable(sources)}`;
}

function sourceTable(sources: readonly FileRecord[]): string {
  if (sources.length === 0) return '';
  const rows = sources.map(
    ({ name, sizeBytes, sha256 }) =>
      `<tr><th scope="row">${escape(name)}</th><td class="n">${sizeBytes}</td><td><code>${escape(sha256)}</code></td></tr>`,
  );
  return (
    '<div class="wrap"><table><caption>Files as they were handed in</caption><thead><tr><th scope="col">File</th>' +
    `<th scope="col" class="n">Bytes</th><th scope="col">SHA-256</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`
  );
}
