import { expect, it, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import '../app.css';
import Chart from './Chart.svelte';

const bars = {
  kind: 'bar',
  title: 'Misaligned',
  description: 'Toy insecure: free text 38.0%.',
  labels: ['Free text', 'JSON'],
  labelTitle: 'Format',
  series: [
    { label: 'Toy base', values: [0.004, null], low: [0, null], high: [0.02, null] },
    { label: 'Toy insecure', values: [0.38, 0.43], low: [0.2, 0.25], high: [0.55, 0.6] },
  ],
  percent: true,
  yTitle: 'Share',
} as const;

function painted(canvas: HTMLCanvasElement): number {
  const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
  return pixels.filter((value, at) => at % 4 === 3 && value > 0).length;
}

function canvasOf(container: Element): HTMLCanvasElement {
  const canvas = container.querySelector('canvas');
  if (canvas === null) throw new Error('no canvas');
  return canvas;
}

it('has a name, a picture, and its numbers as a table with a dash where there is none', async () => {
  const screen = render(Chart, bars);
  await expect
    .element(screen.getByRole('img', { name: 'Misaligned. Toy insecure: free text 38.0%.' }))
    .toBeVisible();
  await vi.waitFor(() => {
    expect(painted(canvasOf(screen.container))).toBeGreaterThan(1000);
  });
  await screen.getByText('Show as table').click();
  const rows = [...screen.container.querySelectorAll('tbody tr')].map((row) =>
    [...row.children].map((cell) => cell.textContent.trim().replaceAll(/\s+/g, ' ')),
  );
  expect(rows[1]).toEqual(['Free text', 'Toy insecure', '38.0%', '20.0%', '55.0%']);
  expect(rows[2]?.[2]).toBe('– There is no number here.');
});

it('follows new numbers without a new canvas', async () => {
  const screen = render(Chart, bars);
  const canvas = canvasOf(screen.container);
  await vi.waitFor(() => {
    expect(painted(canvas)).toBeGreaterThan(1000);
  });
  const before = canvas.toDataURL();
  await screen.rerender({ ...bars, series: [{ label: 'Toy base', values: [0.9, 0.1] }] });
  await vi.waitFor(() => {
    expect(canvas.toDataURL()).not.toBe(before);
  });
  expect(canvasOf(screen.container)).toBe(canvas);
});

it('takes the colours of the theme when it changes', async () => {
  const screen = render(Chart, bars);
  const canvas = canvasOf(screen.container);
  await vi.waitFor(() => {
    expect(painted(canvas)).toBeGreaterThan(1000);
  });
  const before = canvas.toDataURL();
  document.documentElement.setAttribute('data-theme', 'dark');
  await vi.waitFor(() => {
    expect(canvas.toDataURL()).not.toBe(before);
  });
  document.documentElement.removeAttribute('data-theme');
});

it('counts 100,000 points in squares, and says so', async () => {
  const points = Array.from({ length: 100_000 }, (_, at) => ({
    x: (at * 7919) % 100,
    y: (at * 104_729) % 97,
    series: at % 2,
  }));
  const screen = render(Chart, {
    ...bars,
    kind: 'scatter',
    labels: [],
    points,
    lines: [{ axis: 'y', value: 30, label: 'cut' }],
  });
  await expect
    .element(screen.getByText('100,000 points are too many to draw one by one', { exact: false }))
    .toBeVisible();
  await screen.getByText('Show as table').click();
  const counts = [...screen.container.querySelectorAll('tbody tr td:last-child')].map((cell) =>
    Number(cell.textContent.replaceAll(',', '')),
  );
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(100_000);
});

const curve = {
  ...bars,
  kind: 'line',
  labels: ['0', '10', '100'],
  x: [0, 10, 100],
  series: [
    { label: 'Toy insecure', values: [0.1, null, 0.4], low: [0.05, null, 0.2], high: [0.2, null, 0.6] },
  ],
} as const;

it.each([
  ['a curve over steps', curve],
  ['a curve with bands', { ...curve, bands: true, series: bars.series, labels: bars.labels }],
  ['rows below each other', { ...bars, marks: 'points', horizontal: true, signed: true }],
] as const)('draws %s', async (_what, spec) => {
  const screen = render(Chart, spec);
  const canvas = canvasOf(screen.container);
  await vi.waitFor(() => {
    expect(painted(canvas)).toBeGreaterThan(1000);
  });
});

it('shades the interval of a line only where it is asked to', async () => {
  const first = { label: 'Toy base', values: [0.5, 0.5, 0.5] };
  const wide = { ...first, low: [0.1, 0.1, 0.1], high: [0.9, 0.9, 0.9] };
  const line = { ...curve, yMin: 0, yMax: 1, bands: true };
  const screen = render(Chart, { ...line, series: [first] });
  const canvas = canvasOf(screen.container);
  await vi.waitFor(() => {
    expect(painted(canvas)).toBeGreaterThan(1000);
  });
  const bare = painted(canvas);
  await screen.rerender({ ...line, series: [wide] });
  await vi.waitFor(() => {
    expect(painted(canvas)).toBeGreaterThan(bare + 0.3 * canvas.width * canvas.height);
  });
});
