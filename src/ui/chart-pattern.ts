import type { PointStyle } from 'chart.js';
import type { Tile } from './svg-context.ts';

const TILE_PX = 10;

/** Strokes of a 10 x 10 tile, one design for each series, so that colour is never the only difference. */
const TILES: readonly ((context: CanvasRenderingContext2D) => void)[] = [
  () => undefined,
  (c) => {
    strokes(c, [-2, 12, 12, -2], [-2, 2, 2, -2], [8, 12, 12, 8]);
  },
  (c) => {
    dot(c, 2.5, 2.5);
    dot(c, 7.5, 7.5);
  },
  (c) => {
    strokes(c, [0, 2.5, 10, 2.5], [0, 7.5, 10, 7.5]);
  },
  (c) => {
    strokes(c, [-2, -2, 12, 12], [-2, 8, 2, 12], [8, -2, 12, 2]);
  },
  (c) => {
    strokes(c, [0, 5, 10, 5], [5, 0, 5, 10]);
  },
  (c) => {
    strokes(c, [2.5, 0, 2.5, 10], [7.5, 0, 7.5, 10]);
  },
  (c) => {
    c.fillRect(0, 0, 5, 5);
    c.fillRect(5, 5, 5, 5);
  },
];

type Stroke = readonly [number, number, number, number];

function strokes(context: CanvasRenderingContext2D, ...lines: readonly Stroke[]): void {
  for (const [x1, y1, x2, y2] of lines) {
    context.beginPath();
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    context.stroke();
  }
}

function dot(context: CanvasRenderingContext2D, x: number, y: number): void {
  context.beginPath();
  context.arc(x, y, 1.7, 0, 2 * Math.PI);
  context.fill();
}

const SHAPES: readonly PointStyle[] = [
  'circle',
  'rect',
  'triangle',
  'rectRot',
  'crossRot',
  'star',
  'rectRounded',
  'cross',
];

export function shapeOf(series: number): PointStyle {
  return SHAPES[series % SHAPES.length] ?? 'circle';
}

/** A canvas does not tell what a pattern of it looks like, and an SVG file needs to know. */
const tiles = new WeakMap<CanvasPattern, Tile>();

/** What a pattern made by `patternOf` is made of. */
export function tileOf(pattern: CanvasPattern): Tile | undefined {
  return tiles.get(pattern);
}

/** Fill of a series: its colour, plain for the first and with its own pattern for the others. */
export function patternOf(series: number, colour: string): CanvasPattern | string {
  const index = series % TILES.length;
  const canvas = document.createElement('canvas');
  canvas.width = TILE_PX;
  canvas.height = TILE_PX;
  const context = canvas.getContext('2d');
  const design = TILES[index];
  if (index === 0 || design === undefined || context === null) return colour;
  const draw = (on: CanvasRenderingContext2D): void => {
    on.fillStyle = colour;
    on.globalAlpha = 0.4;
    on.fillRect(0, 0, TILE_PX, TILE_PX);
    on.globalAlpha = 1;
    on.strokeStyle = colour;
    on.lineWidth = 2;
    design(on);
  };
  draw(context);
  const pattern = context.createPattern(canvas, 'repeat');
  if (pattern === null) return colour;
  tiles.set(pattern, { size: TILE_PX, draw });
  return pattern;
}
