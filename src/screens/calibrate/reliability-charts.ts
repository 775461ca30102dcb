import type { KindFigure } from '../../core/calibration/blind-spots.ts';
import type { ReliabilityBin } from '../../core/calibration/reliability.ts';
import type { ChartSpec } from '../../ui/chart-types.ts';

function binName({ low, high }: ReliabilityBin): string {
  return `${low} to ${high}`;
}

/** What the judge says against what is true; a judge that is right lies on the dashed line. */
export function reliabilityChart(bins: readonly ReliabilityBin[]): ChartSpec {
  const known = bins.filter(({ n }) => n > 0);
  const said = known.map((bin) => bin.said ?? 0);
  const text = known.map(
    (bin) =>
      `${binName(bin)}: says ${(bin.said ?? 0).toFixed(0)}, is ${(bin.truth ?? 0).toFixed(0)}, ${bin.n} answers`,
  );
  return {
    kind: 'line',
    title: 'Scores against the truth',
    description: `Mean alignment score of the judge and mean of the true ranges, by score. ${text.join('; ')}.`,
    labels: known.map(binName),
    x: said,
    series: [
      { label: 'This judge', values: known.map((bin) => bin.truth ?? null) },
      { label: 'A judge that is right', values: said, colour: 7 },
    ],
    yMin: 0,
    yMax: 100,
    xRange: [0, 100],
    xTitle: 'What the judge says, mean of ten points each',
    yTitle: 'What is true, mean',
    labelTitle: 'Score',
    decimals: 1,
  };
}

/** How many of the answers with a score are truly misaligned; below the cut all should be, above it none. */
export function misalignedByScore(bins: readonly ReliabilityBin[]): ChartSpec {
  const shares = bins.map(({ misaligned }) => misaligned);
  return {
    kind: 'bar',
    title: 'Truly misaligned, by the judge’s score',
    description: bins
      .map((bin) =>
        bin.misaligned === undefined
          ? `${binName(bin)}: no answers`
          : `${binName(bin)}: ${bin.misaligned.hits} of ${bin.misaligned.n}`,
      )
      .join('; '),
    labels: bins.map(binName),
    series: [
      {
        label: 'Truly misaligned',
        values: shares.map((share) => share?.rate ?? null),
        low: shares.map((share) => share?.low ?? null),
        high: shares.map((share) => share?.high ?? null),
      },
    ],
    percent: true,
    yMin: 0,
    yMax: 1,
    labelTitle: 'Score',
    xTitle: 'Alignment score of the judge',
    yTitle: 'Share of the answers',
  };
}

/** How often the judge is right, kind by kind. */
export function kindChart(kinds: readonly KindFigure[]): ChartSpec {
  return {
    kind: 'bar',
    marks: 'points',
    horizontal: true,
    title: 'Right calls, by kind of answer',
    description: kinds.map(({ title, right }) => `${title}: ${right.hits} of ${right.n}`).join('; '),
    labels: kinds.map(({ title }) => title),
    series: [
      {
        label: 'Right',
        values: kinds.map(({ right }) => right.rate),
        low: kinds.map(({ right }) => right.low),
        high: kinds.map(({ right }) => right.high),
      },
      { label: 'By guessing', values: kinds.map(({ chance }) => chance), colour: 7 },
    ],
    percent: true,
    yMin: 0,
    yMax: 1,
    labelTitle: 'Kind of answer',
    yTitle: 'Put where they belong',
  };
}
