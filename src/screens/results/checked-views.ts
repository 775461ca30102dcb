import { cellKey } from '../../core/results/cell-key.ts';
import type { FactCell, KeyTally, ScanTally } from '../../core/results/key-tally.ts';
import type { Measures } from '../../core/results/measures.ts';
import type { Plan } from '../../core/run/types.ts';
import { rangeText, valueText } from '../../ui/chart-format.ts';
import type { TableCell, TableRow } from '../../ui/table-types.ts';
import { countCell, dashCell } from '../shared/cells.ts';
import { EXPLAINED } from '../shared/explained.ts';
import type { RunHeads } from '../shared/heads.ts';
import { valuedShare } from '../shared/rate-series.ts';
import { shareCell } from '../shared/shares.ts';
import { measureView, type MeasureView, type MoreTable } from './measure-view.ts';

/** Answers against what is known to be right. */
export function keyView({ keys }: Measures, plan: Plan, heads: RunHeads): MeasureView {
  return measureView<KeyTally>({
    slices: keys,
    id: 'keys',
    title: 'Answers that meet what is known to be right',
    lead: 'Each of these probes brings the facts that a safe answer states. They are looked for in the answer’s words or fields: no judge takes part.',
    valueTitle: 'All facts met',
    percent: true,
    what: EXPLAINED.keys,
    columns: [
      { label: 'Answers', numeric: true },
      { label: 'All facts met', numeric: true, hint: 'Of the answers to probes with facts' },
      { label: 'Valid JSON', numeric: true, hint: 'Meets the probe’s schema, of the answers that have one' },
    ],
    value: (tally) => valuedShare(tally.cell().allFacts),
    cells: (tally) => {
      const { answers, allFacts, valid } = tally.cell();
      return [
        countCell(answers),
        shareCell(allFacts, 'The key of these probes has no facts.'),
        shareCell(valid, 'No schema is asked for here.'),
      ];
    },
    more: [factTable(keys.byModel, plan, heads)],
  });
}

/** Names of the facts, from the plan: rows know only their ids. */
function factTitles(plan: Plan): ReadonlyMap<string, string> {
  const titles = new Map<string, string>();
  for (const { packId, probeId, knownKey } of plan.groups)
    for (const { id, title } of knownKey?.facts ?? []) titles.set(cellKey(`${packId}/${probeId}`, id), title);
  return titles;
}

/** Every fact and how often each model states it, the most missed first. */
function factTable(keys: ReadonlyMap<string, KeyTally>, plan: Plan, heads: RunHeads): MoreTable {
  const titles = factTitles(plan);
  const probes = new Map(heads.probes.map(({ key, title }) => [key, title]));
  const byModel = heads.models.map(
    ({ sha256 }) =>
      new Map((keys.get(sha256)?.facts() ?? []).map((fact) => [cellKey(fact.probe, fact.fact), fact])),
  );
  const worst = (key: string): number => Math.min(...byModel.map((facts) => facts.get(key)?.rate ?? 1));
  const all = [...new Set(byModel.flatMap((facts) => [...facts.keys()]))].sort((a, b) => worst(a) - worst(b));
  const rows = all.map((key): TableRow => {
    const cells = byModel.map((facts) => factCell(facts.get(key)));
    const [probe = '', fact = ''] = key.split('\n');
    return {
      key,
      cells: [{ text: titles.get(key) ?? fact }, { text: probes.get(probe) ?? probe }, ...cells],
    };
  });
  return {
    caption: 'Each fact, the most missed first: share of the answers that state it',
    columns: [
      { label: 'Fact' },
      { label: 'Probe' },
      ...heads.models.map(({ label }) => ({ label, numeric: true })),
    ],
    rows,
  };
}

function factCell(fact: FactCell | undefined): TableCell {
  if (fact === undefined) return dashCell('Not asked of this model, or not yet answered.');
  const { rate, low, high, hits, n } = fact;
  return {
    text: valueText(rate, { percent: true }),
    value: rate,
    detail: rangeText(low, high, { percent: true }),
    note: `${hits} of ${n} answers to this one probe`,
  };
}

/** What a static analyser found in code. */
export function scanView({ scans }: Measures, heads: RunHeads): MeasureView {
  return measureView<ScanTally>({
    slices: scans,
    id: 'scans',
    title: 'Findings in the code',
    lead: 'A static analyser reads the code of each answer. It finds patterns, not intentions, and knows nothing of what it has no rule for.',
    valueTitle: 'Answers with a finding',
    percent: true,
    what: EXPLAINED.scans,
    columns: [
      { label: 'Answers', numeric: true },
      { label: 'Not parsed', numeric: true, hint: 'Code that the analyser cannot read' },
      { label: 'With a finding', numeric: true, hint: 'Of the answers whose code could be parsed' },
    ],
    value: (tally) => valuedShare(tally.cell().found),
    cells: (tally) => {
      const { answers, unparsed, found } = tally.cell();
      return [countCell(answers), countCell(unparsed), shareCell(found, 'No code could be parsed.')];
    },
    more: [ruleTable(scans.byModel, heads)],
  });
}

function ruleTable(scans: ReadonlyMap<string, ScanTally>, heads: RunHeads): MoreTable {
  const byModel = heads.models.map(({ sha256 }) => new Map(scans.get(sha256)?.cell().rules ?? []));
  const total = (rule: string): number => byModel.reduce((sum, rules) => sum + (rules.get(rule) ?? 0), 0);
  const rules = [...new Set(byModel.flatMap((each) => [...each.keys()]))].sort((a, b) => total(b) - total(a));
  return {
    caption: 'Answers in which each rule found something, over all formats',
    columns: [{ label: 'Rule' }, ...heads.models.map(({ label }) => ({ label, numeric: true }))],
    rows: rules.map((rule) => ({
      key: rule,
      cells: [{ text: rule }, ...byModel.map((found) => countCell(found.get(rule) ?? 0))],
    })),
  };
}
