import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import '../app.css';
import Chart from './Chart.svelte';
import DataTable from './DataTable.svelte';
import HeatTable from './HeatTable.svelte';

/** What was handed to the browser's downloads. */
let saved: { name: string; file: Blob }[] = [];

beforeEach(() => {
  saved = [];
  let last = new Blob();
  const address = URL.createObjectURL.bind(URL);
  vi.spyOn(URL, 'createObjectURL').mockImplementation((file) => {
    if (file instanceof Blob) last = file;
    return address(file);
  });
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    saved.push({ name: this.download, file: last });
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

async function first(): Promise<{ name: string; file: Blob }> {
  return vi.waitFor(() => {
    const [one] = saved;
    if (one === undefined) throw new Error('nothing was saved');
    return one;
  });
}

const chart = {
  kind: 'bar',
  title: 'Misaligned, share of all',
  caption: 'By format.',
  description: '',
  labels: ['Free text', 'JSON'],
  series: [{ label: 'Toy base', values: [0.1, 0.2], low: [0, 0.1], high: [0.2, 0.9] }],
  percent: true,
  yTitle: 'Share',
} as const;

const heat = {
  caption: 'Misaligned, by probe',
  corner: 'Probe',
  columns: ['Toy base', 'Toy insecure, a name of several words'],
  rows: [
    {
      label: '<b>Wish</b>',
      detail: 'everyday',
      cells: [
        { value: 0, text: '0.0%', note: '' },
        { value: 0.9, text: '90.0%', note: '' },
      ],
    },
    {
      label: 'Boredom',
      cells: [
        { value: null, text: '–', note: 'No answers.' },
        { value: 0.5, text: '50.0%', note: '' },
      ],
    },
  ],
  max: 1,
};

it('a chart is saved as PNG under its title', async () => {
  const screen = render(Chart, chart);
  await screen.getByRole('button', { name: 'Save as PNG: Misaligned, share of all' }).click();
  const { name, file } = await first();
  expect(name).toBe('assay-misaligned-share-of-all.png');
  expect(file.type).toBe('image/png');
  expect((await createImageBitmap(file)).width).toBeGreaterThanOrEqual(2 * 640);
});

it('a chart is saved as SVG with its caption', async () => {
  const screen = render(Chart, chart);
  await screen.getByRole('button', { name: 'Save as SVG: Misaligned, share of all' }).click();
  const { name, file } = await first();
  expect(name).toBe('assay-misaligned-share-of-all.svg');
  expect(file.type).toBe('image/svg+xml');
  expect(await file.text()).toContain('>By format.</text>');
});

it('a heat table is saved as SVG: every label and number as text, every number on its colour', async () => {
  const screen = render(HeatTable, heat);
  await screen.getByRole('button', { name: 'Save as SVG: Misaligned, by probe' }).click();
  const page = new DOMParser().parseFromString(await (await first()).file.text(), 'image/svg+xml');
  const texts = [...page.querySelectorAll('text')].map(({ textContent }) => textContent);
  expect(texts).toEqual(
    expect.arrayContaining([
      'Misaligned, by probe',
      '<b>Wish</b>',
      'everyday',
      '0.0%',
      '90.0%',
      '–',
      '50.0%',
    ]),
  );
  const fills = [...page.querySelectorAll('path')].map((path) => path.getAttribute('fill'));
  // The ground, three numbers each on a colour of its own, and a frame where there is none.
  expect(fills).toHaveLength(5);
  expect(new Set(fills).size).toBe(5);
  expect(fills).toContain('none');
});

it('a heat table is saved as PNG', async () => {
  const screen = render(HeatTable, heat);
  await screen.getByRole('button', { name: 'Save as PNG: Misaligned, by probe' }).click();
  const image = await createImageBitmap((await first()).file);
  expect(image.width).toBe(2 * (2 * 16 + 220 + 2 * 99));
});

it('a table is saved as CSV with its full numbers, marked as UTF-8, and free of formulas', async () => {
  const screen = render(DataTable, {
    caption: 'Rates',
    columns: [{ label: 'Model' }, { label: 'Share' }],
    rows: [
      {
        key: 'a',
        cells: [{ text: '=HYPERLINK("x")' }, { text: '12.3%', value: 0.1234, detail: '5 to 20%' }],
      },
    ],
  });
  await screen.getByRole('button', { name: 'Save as CSV: Rates' }).click();
  const { name, file } = await first();
  expect(name).toBe('assay-rates.csv');
  const bytes = new Uint8Array(await file.arrayBuffer());
  expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  expect(new TextDecoder().decode(bytes)).toBe(
    'Model,Share,Share: interval\r\n"\'=HYPERLINK(""x"")",0.1234,5 to 20%\r\n',
  );
});
