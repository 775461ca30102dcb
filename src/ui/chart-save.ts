import { BasicPlatform, type ChartOptions, type Plugin } from 'chart.js';
import { dataOf, optionsOf, type Config, type Datum, type Kind } from './chart-config.ts';
import { Chart, pluginsOf } from './chart-library.ts';
import { tileOf } from './chart-pattern.ts';
import type { ChartColours } from './chart-theme.ts';
import type { ChartSpec } from './chart-types.ts';
import type { Drawn } from './error-bars.ts';
import { canvasOf, pngOf, sharpness } from './picture.ts';
import { svgOf } from './svg-context.ts';
import { wrap } from './wrap.ts';

/** A chart as a picture that stands alone: with its title, its caption and a ground. */
export interface ChartPicture extends Drawn {
  readonly spec: ChartSpec;
  readonly colours: ChartColours;
  /** Empty where there is nothing to add. */
  readonly caption: string;
  /** Of the chart, in CSS pixels; title and caption come on top. */
  readonly width: number;
  readonly height: number;
}

const FONT = 'system-ui, sans-serif';
const MARGIN = 16;
const TITLE = { size: 15, weight: 600, lineHeight: 1.35 };
const CAPTION = { size: 12, weight: 400, lineHeight: 1.35 };

/** The chart in twice as many pixels as on the screen. Rejects where the browser makes no such picture. */
export async function chartPng(picture: ChartPicture): Promise<Blob> {
  const heads = headsOf(picture);
  const { width, height } = heads;
  const canvas = canvasOf(width, height);
  const chart = draw(picture, heads, canvas, { devicePixelRatio: sharpness(width, height) });
  try {
    return await pngOf(canvas);
  } finally {
    chart.destroy();
  }
}

/** The same drawing as a file of SVG, where every text is text. */
export function chartSvg(picture: ChartPicture): string {
  const heads = headsOf(picture);
  const { width, height } = heads;
  const { title, description } = picture.spec;
  let chart: Chart<Kind, Datum[], string> | undefined;
  const svg = svgOf({ width, height, title, description, tileOf }, (context) => {
    class SvgPlatform extends BasicPlatform {
      override acquireContext(): CanvasRenderingContext2D {
        return context;
      }
    }
    chart = draw(picture, heads, context.canvas, { devicePixelRatio: 1 }, SvgPlatform);
  });
  chart?.destroy();
  return svg;
}

interface Heads {
  readonly width: number;
  readonly height: number;
  readonly title: readonly string[];
  readonly caption: readonly string[];
}

/** Title and caption in lines, and how large the picture is with them. */
function headsOf({ spec, caption, width, height }: ChartPicture): Heads {
  const context = canvasOf(1, 1).getContext('2d');
  if (context === null) throw new Error('this browser gives no 2D context');
  const linesOf = (text: string, { size, weight }: typeof TITLE): readonly string[] => {
    context.font = `${weight} ${size}px ${FONT}`;
    return wrap(context, text, width - 2 * MARGIN);
  };
  const title = linesOf(spec.title, TITLE);
  const lines = linesOf(caption, CAPTION);
  const above =
    title.length * TITLE.size * TITLE.lineHeight + lines.length * CAPTION.size * CAPTION.lineHeight + 16;
  return { width, height: Math.ceil(height + 2 * MARGIN + above), title, caption: lines };
}

function draw(
  { spec, colours }: ChartPicture,
  heads: Heads,
  canvas: HTMLCanvasElement,
  sharp: { readonly devicePixelRatio: number },
  platform?: typeof BasicPlatform,
): Chart<Kind, Datum[], string> {
  const drawn: Drawn = { spec, colours };
  return new Chart<Kind, Datum[], string>(canvas, {
    data: strokable(dataOf(spec, colours)),
    options: { ...optionsOf(spec, colours), ...sharp, ...standing(spec, colours, heads) },
    plugins: [ground(colours), ...pluginsOf(drawn)],
    ...(platform === undefined ? {} : { platform }),
  });
}

function standing(spec: ChartSpec, colours: ChartColours, { title, caption }: Heads): ChartOptions<Kind> {
  const { plugins } = optionsOf(spec, colours);
  const head = (text: readonly string[], color: string, font: typeof TITLE) => ({
    display: text.length > 0,
    text: [...text],
    align: 'start' as const,
    color,
    font: { ...font, family: FONT },
  });
  return {
    responsive: false,
    events: [],
    layout: { padding: MARGIN },
    plugins: {
      ...plugins,
      title: { ...head(title, colours.text, TITLE), padding: { top: 0, bottom: 4 } },
      subtitle: { ...head(caption, colours.muted, CAPTION), padding: { top: 0, bottom: 12 } },
    },
  };
}

/** Lines without styles of their own for parts are drawn through a Path2D, which cannot be read. */
function strokable(data: Config['data']): Config['data'] {
  const datasets = data.datasets.map((set) => (set.type === 'line' ? { ...set, segment: {} } : set));
  return { ...data, datasets };
}

function ground(colours: ChartColours): Plugin {
  return {
    id: 'ground',
    beforeDraw({ ctx, width, height }) {
      ctx.save();
      ctx.fillStyle = colours.surface;
      ctx.fillRect(0, 0, width, height);
      ctx.restore();
    },
  };
}
