import type { ChartColours } from './chart-theme.ts';
import { canvasOf, pngOf, sharpness } from './picture.ts';
import { svgOf } from './svg-context.ts';
import { wrap } from './wrap.ts';

/** A heat table as it stands on the page. */
export interface HeatPicture {
  readonly title: string;
  readonly corner: string;
  readonly columns: readonly string[];
  readonly rows: readonly {
    readonly label: string;
    readonly detail?: string;
    readonly cells: readonly HeatPictureCell[];
  }[];
  readonly colours: ChartColours;
}

export interface HeatPictureCell {
  readonly text: string;
  readonly detail?: string;
  /** Computed colours; a cell without a ground has a frame instead. */
  readonly ground: string | undefined;
  readonly ink: string | undefined;
}

const FONT = 'system-ui, sans-serif';
const MARGIN = 16;
const GAP = 3;
const CELL_PX = 96;
const NAME_PX = 220;
const LINE_PX = 17;
const TITLE_LINE_PX = 21;
const TITLE_GAP_PX = 8;
const ROW_PX = 44;
const PLAIN = `400 12px ${FONT}`;
const BOLD = `600 12px ${FONT}`;
const TITLE = `600 15px ${FONT}`;

export async function heatPng(picture: HeatPicture): Promise<Blob> {
  const layout = layoutOf(picture);
  const scale = sharpness(layout.width, layout.height);
  const canvas = canvasOf(Math.round(layout.width * scale), Math.round(layout.height * scale));
  const context = contextOf(canvas);
  context.scale(scale, scale);
  draw(context, picture, layout);
  return pngOf(canvas);
}

export function heatSvg(picture: HeatPicture): string {
  const layout = layoutOf(picture);
  const { width, height } = layout;
  const description = `${picture.rows.length} rows and ${picture.columns.length} columns.`;
  const options = { width, height, title: picture.title, description, tileOf: () => undefined };
  return svgOf(options, (context) => {
    draw(context, picture, layout);
  });
}

interface Layout {
  readonly width: number;
  readonly height: number;
  readonly title: readonly string[];
  readonly heads: readonly (readonly string[])[];
  readonly headPx: number;
  readonly rows: readonly {
    readonly label: readonly string[];
    readonly detail: readonly string[];
    readonly heightPx: number;
  }[];
}

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('this browser gives no 2D context');
  return context;
}

function layoutOf({ title, columns, rows }: HeatPicture): Layout {
  const context = contextOf(canvasOf(1, 1));
  const lines = (text: string, font: string, width: number): readonly string[] => {
    context.font = font;
    return wrap(context, text, width);
  };
  const width = 2 * MARGIN + NAME_PX + columns.length * (CELL_PX + GAP);
  const titleLines = lines(title, TITLE, width - 2 * MARGIN);
  const heads = columns.map((column) => lines(column, BOLD, CELL_PX - 8));
  const headPx = 12 + LINE_PX * Math.max(1, ...heads.map(({ length }) => length));
  const placed = rows.map((row) => {
    const label = lines(row.label, BOLD, NAME_PX - 12);
    const detail = lines(row.detail ?? '', PLAIN, NAME_PX - 12);
    return { label, detail, heightPx: Math.max(ROW_PX, 10 + LINE_PX * (label.length + detail.length)) };
  });
  const body = placed.reduce((sum, { heightPx }) => sum + heightPx + GAP, 0);
  const height = Math.ceil(2 * MARGIN + titleLines.length * TITLE_LINE_PX + TITLE_GAP_PX + headPx + body);
  return { width, height, title: titleLines, heads, headPx, rows: placed };
}

function draw(context: CanvasRenderingContext2D, picture: HeatPicture, layout: Layout): void {
  const { colours, corner } = picture;
  context.fillStyle = colours.surface;
  context.fillRect(0, 0, layout.width, layout.height);
  const write = (lines: readonly string[], font: string, colour: string, x: number, y: number): void => {
    context.font = font;
    context.fillStyle = colour;
    lines.forEach((line, at) => {
      context.fillText(line, x, y + at * LINE_PX);
    });
  };
  context.textBaseline = 'middle';
  layout.title.forEach((line, at) => {
    write([line], TITLE, colours.text, MARGIN, MARGIN + 8 + at * TITLE_LINE_PX);
  });
  const top = MARGIN + layout.title.length * TITLE_LINE_PX + TITLE_GAP_PX;
  write([corner], BOLD, colours.muted, MARGIN, top + LINE_PX / 2);
  const middle = (column: number): number => MARGIN + NAME_PX + column * (CELL_PX + GAP) + CELL_PX / 2;
  context.textAlign = 'center';
  layout.heads.forEach((lines, column) => {
    write(lines, BOLD, colours.muted, middle(column), top + LINE_PX / 2);
  });
  let y = top + layout.headPx;
  picture.rows.forEach((row, at) => {
    const { label = [], detail = [], heightPx = ROW_PX } = layout.rows[at] ?? {};
    const first = y + (heightPx - LINE_PX * (label.length + detail.length)) / 2 + LINE_PX / 2;
    context.textAlign = 'left';
    write(label, BOLD, colours.text, MARGIN, first);
    write(detail, PLAIN, colours.muted, MARGIN, first + label.length * LINE_PX);
    context.textAlign = 'center';
    row.cells.forEach((cell, column) => {
      box(context, cell, colours.border, middle(column) - CELL_PX / 2, y, heightPx);
      const said = cell.detail === undefined ? [cell.text] : [cell.text, cell.detail];
      const line = y + heightPx / 2 - (LINE_PX * (said.length - 1)) / 2;
      write(said, PLAIN, cell.ink ?? colours.text, middle(column), line);
    });
    y += heightPx + GAP;
  });
}

function box(
  context: CanvasRenderingContext2D,
  { ground }: HeatPictureCell,
  border: string,
  x: number,
  y: number,
  height: number,
): void {
  if (ground === undefined) {
    context.strokeStyle = border;
    context.strokeRect(x + 0.5, y + 0.5, CELL_PX - 1, height - 1);
    return;
  }
  context.fillStyle = ground;
  context.fillRect(x, y, CELL_PX, height);
}
