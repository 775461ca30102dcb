import type { Measures } from '../../core/results/measures.ts';
import type { Plan, PlanGroup } from '../../core/run/types.ts';
import { headsOf, type RunHeads } from '../shared/heads.ts';
import { keyView, scanView } from './checked-views.ts';
import { labelView, numberView, scaleViews } from './judged-views.ts';
import type { MeasureView } from './measure-view.ts';
import { choiceView, gameView } from './task-views.ts';

export interface ShownMeasure {
  readonly view: MeasureView;
  /** What the measure is taken of. */
  readonly heads: RunHeads;
}

const made = new WeakMap<Measures, readonly ShownMeasure[]>();

/** Everything measured besides alignment and coherence, in the order of the page; only what there are numbers of. Made once. */
export function measureViews(measures: Measures, plan: Plan): readonly ShownMeasure[] {
  const known = made.get(measures);
  if (known !== undefined) return known;
  const views = make(measures, plan);
  made.set(measures, views);
  return views;
}

function make(measures: Measures, plan: Plan): readonly ShownMeasure[] {
  const of = (measured: (group: PlanGroup) => boolean): RunHeads => headsOf(plan, measured);
  const shown: ShownMeasure[] = measures.labels.map((label, at) => ({
    view: labelView(label, at),
    heads: of(({ labelJudges }) => labelJudges.some(({ id }) => id === label.judge.id)),
  }));
  const scaled = of(({ moreScales }) => moreScales.length > 0);
  shown.push(...scaleViews(measures).map((view) => ({ view, heads: scaled })));
  if (!measures.keys.empty) {
    const heads = of(({ knownKey }) => knownKey !== undefined);
    shown.push({ view: keyView(measures, plan, heads), heads });
  }
  if (!measures.scans.empty) {
    const heads = of(({ scan }) => scan !== undefined);
    shown.push({ view: scanView(measures, heads), heads });
  }
  if (!measures.numbers.empty)
    shown.push({ view: numberView(measures), heads: of(({ task }) => task.kind === 'number') });
  for (const ask of ['letters', 'texts'] as const)
    if (!measures[ask].empty)
      shown.push({
        view: choiceView(measures, ask),
        heads: of(({ task }) => task.kind === 'choice' && task.ask === ask),
      });
  if (!measures.games.empty) {
    const heads = of(({ task }) => task.kind === 'game');
    shown.push({ view: gameView(measures, heads), heads });
  }
  return shown;
}
