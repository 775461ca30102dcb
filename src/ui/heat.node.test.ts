import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { heatStep } from './heat.ts';

it.each([
  [0, 0],
  [0.001, 1],
  [0.2, 1],
  [0.21, 2],
  [1, 5],
  [3, 5],
])('a value of %d on a scale to 1 is step %d', (value, step) => {
  expect(heatStep(value, 1)).toBe(step);
});

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function luminance(hex: string): number {
  const full = hex.length === 4 ? hex.slice(1).replaceAll(/./g, '$&$&') : hex.slice(1);
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => {
    const share = parseInt(full.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

describe('ink on every step', () => {
  const source = readFileSync(new URL('./HeatTable.svelte', import.meta.url), 'utf8');
  const steps = [
    ...source.matchAll(
      /\.step-(\d) \{\s*background: light-dark\((\S+), (\S+)\);\s*color: light-dark\((\S+), (\S+)\);/g,
    ),
  ];

  it('is given for six steps', () => {
    expect(steps).toHaveLength(6);
  });

  it.each(steps.map((step) => step.slice(1, 6)))('%s has contrast in light and dark', (_, ...colours) => {
    const [light = '', dark = '', lightInk = '', darkInk = ''] = colours;
    expect(contrast(light, lightInk)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(dark, darkInk)).toBeGreaterThanOrEqual(4.5);
  });
});
