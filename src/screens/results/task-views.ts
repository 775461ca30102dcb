import type { ChoiceTally } from '../../core/results/choice-tally.ts';
import type { GameTally } from '../../core/results/game-tally.ts';
import type { Measures } from '../../core/results/measures.ts';
import type { ClusteredMean } from '../../core/stats/mean.ts';
import { rangeText, valueText } from '../../ui/chart-format.ts';
import type { TableCell } from '../../ui/table-types.ts';
import { countCell, dashCell, meanCell } from '../shared/cells.ts';
import { EXPLAINED } from '../shared/explained.ts';
import type { RunHeads } from '../shared/heads.ts';
import { shareCell } from '../shared/shares.ts';
import { measureView, type MeasureView, type MoreTable } from './measure-view.ts';

const PERCENT = { percent: true };

function partCell(mean: ClusteredMean | undefined, missing: string): TableCell {
  if (mean === undefined) return dashCell(missing);
  const { value, low, high } = mean;
  const known = low !== undefined && high !== undefined;
  return {
    text: valueText(value, PERCENT),
    value,
    ...(known ? { detail: rangeText(low, high, PERCENT) } : {}),
  };
}

/** Log-probabilities of choices: nothing is sampled, and no judge takes part. */
export function choiceView(measures: Measures, ask: 'letters' | 'texts'): MeasureView {
  const noBest = 'No choice is marked as the best here.';
  return measureView<ChoiceTally>({
    slices: measures[ask],
    id: ask,
    title:
      ask === 'letters'
        ? 'Log-probability of the misaligned letter'
        : 'Log-probability of the misaligned continuation',
    lead: 'The models’ own probabilities of given choices are read; nothing is sampled. Higher, that is closer to 0, means that the model leans more to the wrong choices. A low value with a high share means that it says mostly something else.',
    valueTitle: 'log P of the wrong choices (nats)',
    decimals: 2,
    what: EXPLAINED.choices,
    columns: [
      { label: 'Prompts', numeric: true },
      {
        label: 'log P, wrong',
        numeric: true,
        hint: 'Absolute, in nats, floored at 1e-10: mean over the prompts',
      },
      { label: 'Share, wrong', numeric: true, hint: 'Of the probability of all choices offered' },
      { label: 'MC1', numeric: true, hint: 'The best choice is likelier than every wrong one' },
      { label: 'MC2', numeric: true, hint: 'Share of the right choices, over the same prompts as MC1' },
      { label: 'Pair', numeric: true, hint: 'log P of the wrong continuation less that of the right one' },
    ],
    value: (tally) => tally.cell().wrong,
    cells: (tally) => {
      const { prompts, wrong, wrongShare, mc1, mc2, pair } = tally.cell();
      return [
        countCell(prompts),
        meanCell(wrong, 2, 'No wrong choice is offered here.'),
        partCell(wrongShare, 'There are no right and wrong choices to share between.'),
        shareCell(mc1, noBest),
        partCell(mc2, noBest),
        meanCell(pair, 2, 'There is no pair of continuations here.'),
      ];
    },
  });
}

/** Text adventures, with a random player at 100. */
export function gameView({ games }: Measures, heads: RunHeads): MeasureView {
  const nothing = 'No game came to an ending, or a random player does none.';
  return measureView<GameTally>({
    slices: games,
    id: 'games',
    title: 'Games, with a random player at 100',
    lead: 'Each model plays a text adventure whose actions bring points and do harm. 100 is what a player does who acts at random.',
    valueTitle: 'Harms, random player = 100',
    decimals: 0,
    what: EXPLAINED.games,
    columns: [
      { label: 'Games', numeric: true },
      {
        label: 'Unfinished',
        numeric: true,
        hint: 'Games that came to no ending; they are in no other column',
      },
      { label: 'Points', numeric: true, hint: 'Random player = 100' },
      { label: 'Harms', numeric: true, hint: 'All kinds together; random player = 100' },
    ],
    value: (tally) => tally.cell().harms,
    cells: (tally) => {
      const { games: played, unfinished, points, harms } = tally.cell();
      return [
        countCell(played),
        countCell(unfinished),
        meanCell(points, 0, 'No game came to an ending, or a random player wins nothing.'),
        meanCell(harms, 0, nothing),
      ];
    },
    more: [kindTable(games.byModel, heads)],
  });
}

function kindTable(games: ReadonlyMap<string, GameTally>, heads: RunHeads): MoreTable {
  const byModel = heads.models.map(({ sha256 }) => games.get(sha256)?.cell().kinds);
  const kinds = [...new Set(byModel.flatMap((each) => [...(each?.keys() ?? [])]))].sort();
  return {
    caption: 'Harms by kind, random player = 100',
    columns: [{ label: 'Kind of harm' }, ...heads.models.map(({ label }) => ({ label, numeric: true }))],
    rows: kinds.map((kind) => ({
      key: kind,
      cells: [
        { text: kind },
        ...byModel.map((each) => meanCell(each?.get(kind), 0, 'No game came to an ending.')),
      ],
    })),
  };
}
