import { expect, it } from 'vitest';
import { optionsOf } from './chart-config.ts';
import type { ChartSpec } from './chart-types.ts';

const COLOURS = { text: '', muted: '', border: '', surface: '', series: [''] };
const chart = (low: number, high: number): ChartSpec => ({
  kind: 'line',
  title: 'log P',
  description: '',
  labels: ['0'],
  series: [{ label: 'Toy', values: [low], low: [low], high: [high] }],
  decimals: 2,
  fromZero: false,
});

it('an axis holds the intervals, and makes no hill of differences below the decimals shown', () => {
  expect(optionsOf(chart(-10, -6), COLOURS).scales?.['y']).toMatchObject({
    suggestedMin: -10,
    suggestedMax: -6,
  });
  const { suggestedMin, suggestedMax } = {
    suggestedMin: 0,
    suggestedMax: 0,
    ...optionsOf(chart(-23.02, -23.0198), COLOURS).scales?.['y'],
  };
  expect(Number(suggestedMax) - Number(suggestedMin)).toBeCloseTo(0.1, 9);
});
