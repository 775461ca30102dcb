import { describe, expect, it } from 'vitest';
import '../app.css';
import { chartPng, chartSvg, type ChartPicture } from './chart-save.ts';
import { readColours } from './chart-theme.ts';
import type { ChartSpec } from './chart-types.ts';

const bars: ChartSpec = {
  kind: 'bar',
  title: 'Misaligned, share of all answers, by model and by the format in which the question was put to it',
  description: 'Toy insecure: free text 38.0%.',
  labels: ['Free text', 'JSON'],
  series: Array.from({ length: 8 }, (_, at) => ({
    label: `Model ${at}`,
    values: [0.1 * at, at === 3 ? null : 0.4],
    low: [0, 0.2],
    high: [0.2 + 0.1 * at, 0.6],
  })),
  lines: [{ axis: 'y', value: 0.3, label: 'cut at 30%' }],
  percent: true,
  yTitle: 'Share',
};
const line: ChartSpec = {
  ...bars,
  kind: 'line',
  title: 'By cut',
  labels: ['10', '20', '30'],
  series: [
    { label: 'Toy base', values: [0.1, 0.2, 0.3] },
    { label: 'Toy insecure', values: [0.2, null, 0.5] },
  ],
};
const scatter: ChartSpec = {
  ...bars,
  kind: 'scatter',
  title: 'Scores',
  labels: [],
  points: Array.from({ length: 40 }, (_, at) => ({ x: (at * 37) % 100, y: (at * 61) % 100, series: at % 8 })),
};

const bands: ChartSpec = {
  ...line,
  title: 'By cut, with bands',
  bands: true,
  x: [10, 20, 45],
  series: [{ label: 'Toy base', values: [0.1, 0.2, 0.3], low: [0, 0.1, 0.2], high: [0.2, 0.4, 0.5] }],
};
const forest: ChartSpec = {
  ...bars,
  title: 'Differences',
  marks: 'points',
  horizontal: true,
  signed: true,
  series: bars.series.slice(0, 2),
  lines: [{ axis: 'x', value: 0, label: 'no difference' }],
};

function picture(spec: ChartSpec, caption = ''): ChartPicture {
  return { spec, colours: readColours(document.body), caption, width: 720, height: 320 };
}

function parsed(svg: string): Element {
  const page = new DOMParser().parseFromString(svg, 'image/svg+xml');
  expect(page.querySelector('parsererror')).toBeNull();
  return page.documentElement;
}

function texts(root: Element): readonly string[] {
  return [...root.querySelectorAll('text')].map(({ textContent }) => textContent);
}

async function pixelsOf(blob: Blob): Promise<ImageData> {
  const image = await createImageBitmap(blob);
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext('2d');
  context?.drawImage(image, 0, 0);
  const data = context?.getImageData(0, 0, image.width, image.height);
  if (data === undefined) throw new Error('no context');
  return data;
}

/** The file as its own document would show it. */
async function pixelsOfSvg(svg: string): Promise<ImageData> {
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  await image.decode();
  const canvas = new OffscreenCanvas(image.width * 2, image.height * 2);
  const context = canvas.getContext('2d');
  context?.drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(image.src);
  return pixelsOf(await canvas.convertToBlob());
}

/** Share of pixels whose colours lie further apart than anti-aliasing of one edge explains. */
function unlike(one: ImageData, other: ImageData): number {
  let count = 0;
  for (let at = 0; at < one.data.length; at += 4) {
    const far = [0, 1, 2].some((c) => Math.abs((one.data[at + c] ?? 0) - (other.data[at + c] ?? 0)) > 96);
    if (far) count += 1;
  }
  return count / (one.data.length / 4);
}

function colourCount({ data }: ImageData): number {
  const seen = new Set<string>();
  for (let at = 0; at < data.length; at += 4) seen.add(data.slice(at, at + 4).join());
  return seen.size;
}

describe('a chart as PNG', () => {
  it.each([bars, line, scatter])(
    '$kind: twice as large as on the page, on a ground, with something on it',
    async (spec) => {
      const pixels = await pixelsOf(await chartPng(picture(spec)));
      expect(pixels.width).toBe(1440);
      expect(pixels.height).toBeGreaterThan(700);
      expect([...pixels.data.slice(0, 4)]).toEqual([255, 255, 255, 255]);
      expect(colourCount(pixels)).toBeGreaterThan(30);
    },
  );

  it('grows by what its caption needs', async () => {
    const plain = await pixelsOf(await chartPng(picture(line)));
    const told = await pixelsOf(await chartPng(picture(line, 'A word on it. '.repeat(30))));
    expect(told.height).toBeGreaterThan(plain.height + 100);
  });
});

describe('a chart as SVG', () => {
  it.each([bars, line, scatter, bands, forest])('$kind $title: the same picture as the PNG', async (spec) => {
    const png = await pixelsOf(await chartPng(picture(spec, 'With a caption.')));
    const svg = await pixelsOfSvg(chartSvg(picture(spec, 'With a caption.')));
    expect([svg.width, svg.height]).toEqual([png.width, png.height]);
    expect(unlike(png, svg)).toBeLessThan(0.004);
    expect(colourCount(svg)).toBeGreaterThan(30);
  });

  it('has title, legend, ticks and marks as text', () => {
    const root = parsed(chartSvg(picture(bars)));
    const all = texts(root);
    expect(all).toEqual(
      expect.arrayContaining(['Model 0', 'Model 7', 'Free text', 'JSON', 'Share', '0%', '–', 'cut at 30%']),
    );
    expect(all.join(' ')).toContain(bars.title);
    expect(root.querySelector('title')?.textContent).toBe(bars.title);
    expect(root.getAttribute('viewBox')).toMatch(/^0 0 720 \d+$/);
  });

  it('has the patterns of the series as patterns, and every reference points into the file', () => {
    const root = parsed(chartSvg(picture(bars)));
    expect(root.querySelectorAll('pattern')).toHaveLength(7);
    const references = [...root.querySelectorAll('*')].flatMap((element) =>
      [...element.attributes].flatMap(({ value }) => /^url\((.*)\)$/.exec(value)?.[1] ?? []),
    );
    expect(references.length).toBeGreaterThan(14);
    for (const reference of references) expect(root.querySelector(reference)).not.toBeNull();
  });

  it('keeps hostile labels as text and refers to nothing outside', () => {
    const evil = `"'><script>alert(1)</script><image href="https://example.org/x.png" onload="alert(1)"/>&amp;\u0000\ud800]]>`;
    const svg = chartSvg(
      picture(
        {
          ...bars,
          title: evil,
          description: evil,
          yTitle: evil,
          labels: [evil, 'b'],
          series: bars.series.map((one) => ({ ...one, label: evil })),
        },
        evil,
      ),
    );
    const root = parsed(svg);
    const names = new Set([...root.querySelectorAll('*')].map(({ localName }) => localName));
    const ours = ['clipPath', 'defs', 'desc', 'g', 'path', 'pattern', 'text', 'title'];
    expect([...names].sort()).toEqual(ours);
    expect(
      [...root.querySelectorAll('*')]
        .flatMap(({ attributes }) => [...attributes])
        .filter(({ name }) => /^on|href|style/.test(name)),
    ).toEqual([]);
    expect(texts(root)).toContain(evil.replaceAll(/[\u0000\ud800]/g, '\ufffd'));
    expect(svg).not.toContain('<script');
  });

  it('has its intervals within the plot, whatever the values are', () => {
    const values = { values: [-4, -5], low: [-19, null], high: [-1, null] };
    const root = parsed(
      chartSvg(
        picture({
          ...bars,
          kind: 'bar',
          marks: 'points',
          percent: false,
          fromZero: false,
          series: [{ label: 'a', ...values }],
        }),
      ),
    );
    const ticks = texts(root)
      .filter((text) => /^[-−]?\d+$/.test(text))
      .map((text) => Number(text.replace('−', '-')));
    expect(Math.min(...ticks)).toBeLessThanOrEqual(-19);
    expect(Math.max(...ticks)).toBeGreaterThanOrEqual(-1);
  });
});
