import { four, numbers, pair, rectData, SvgPath } from './svg-path.ts';
import { attributes, paintOf, units, xmlText } from './svg-text.ts';

/** What a pattern is made of: a square of `size` and what is drawn on it. */
export interface Tile {
  readonly size: number;
  readonly draw: (context: CanvasRenderingContext2D) => void;
}

export interface SvgOptions {
  readonly width: number;
  readonly height: number;
  /** Name and description in the file, for those who do not see it. */
  readonly title: string;
  readonly description: string;
  readonly tileOf: (pattern: CanvasPattern) => Tile | undefined;
}

/** Drawing that is not recorded must not go missing in silence. */
const NOT_RECORDED: ReadonlySet<string | symbol> = new Set([
  ...['drawImage', 'putImageData', 'strokeText', 'arcTo', 'roundRect', 'ellipse', 'drawFocusIfNeeded'],
]);

/**
 * An SVG file of what `draw` draws. It draws on a real context behind a proxy, so that colours, fonts, transformations
 * and the measures of text are the browser's own; what marks the canvas is written down as SVG beside it. Texts stay
 * texts, patterns become SVG patterns, nothing refers to anything outside of the file.
 */
export function svgOf(options: SvgOptions, draw: (context: CanvasRenderingContext2D) => void): string {
  const { width, height, title, description, tileOf } = options;
  const recorder = new Recorder(width, height, tileOf);
  draw(recorder.context);
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg"` +
    attributes({ width, height, viewBox: `0 0 ${units(width)} ${units(height)}`, role: 'img' }) +
    ` aria-labelledby="title description"><title id="title">${xmlText(title)}</title>` +
    `<desc id="description">${xmlText(description)}</desc>${recorder.markup()}</svg>\n`
  );
}

class Recorder {
  readonly context: CanvasRenderingContext2D;
  readonly #real: CanvasRenderingContext2D;
  readonly #tileOf: SvgOptions['tileOf'];
  readonly #path = new SvgPath();
  readonly #patterns = new Map<CanvasPattern, string>();
  #defs: string[] = [];
  #body: string[] = [];
  /** Groups that clips have opened since each `save`. */
  #open = [0];

  constructor(width: number, height: number, tileOf: SvgOptions['tileOf']) {
    const canvas = document.createElement('canvas');
    canvas.width = width;
    canvas.height = height;
    const real = canvas.getContext('2d');
    if (real === null) throw new Error('this browser gives no 2D context');
    this.#real = real;
    this.#tileOf = tileOf;
    this.context = new Proxy(real, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        if (NOT_RECORDED.has(name)) throw new Error(`${String(name)} cannot be drawn as SVG`);
        return (...args: unknown[]): unknown => {
          this.#record(name, args);
          const result: unknown = Reflect.apply(value, target, args);
          return result;
        };
      },
      set: (target, name, value) => Reflect.set(target, name, value, target),
    });
  }

  markup(): string {
    const ends = '</g>'.repeat(this.#open.reduce((sum, count) => sum + count, 0));
    const defs = this.#defs.length === 0 ? '' : `<defs>${this.#defs.join('')}</defs>`;
    return `${defs}${this.#body.join('')}${ends}`;
  }

  #record(name: string | symbol, args: readonly unknown[]): void {
    const path = this.#path;
    switch (name) {
      case 'fill': {
        this.#fill(path.data, ruleOf(args[0]));
        return;
      }
      case 'stroke': {
        this.#stroke(path.data, args[0]);
        return;
      }
      case 'clip': {
        this.#clip(ruleOf(args[0]));
        return;
      }
      case 'fillRect': {
        this.#fill(rectData(args));
        return;
      }
      case 'strokeRect': {
        this.#stroke(rectData(args));
        return;
      }
      case 'fillText': {
        this.#text(args);
        return;
      }
      case 'clearRect': {
        this.#clear(args);
        return;
      }
      case 'save':
        this.#open.push(0);
        return;
      case 'restore': {
        this.#restore();
        return;
      }
      default: {
        path.take(name, args);
        return;
      }
    }
  }

  /** The transformation in force; nobody here changes it in the middle of a path. */
  #transform(): string | undefined {
    const { a, b, c, d, e, f, isIdentity } = this.#real.getTransform();
    return isIdentity
      ? undefined
      : `matrix(${[a, b, c, d, e, f].map((part) => Number(part.toFixed(6))).join(' ')})`;
  }

  #fill(d: string, rule?: string): void {
    if (d === '') return;
    const { paint, opacity } = this.#paint(this.#real.fillStyle);
    if (opacity === 0) return;
    const look = { fill: paint, 'fill-opacity': opacity, 'fill-rule': rule };
    this.#body.push(`<path${attributes({ d, transform: this.#transform(), ...look })}/>`);
  }

  #stroke(d: string, own?: unknown): void {
    if (own !== undefined) throw new Error('a Path2D cannot be drawn as SVG');
    const { lineWidth, lineCap, lineJoin, strokeStyle } = this.#real;
    const { paint, opacity } = this.#paint(strokeStyle);
    if (d === '' || opacity === 0) return;
    const dash = this.#real.getLineDash();
    const look = {
      fill: 'none',
      stroke: paint,
      'stroke-opacity': opacity,
      'stroke-width': lineWidth,
      'stroke-dasharray': dash.length === 0 ? undefined : dash.map(units).join(' '),
      'stroke-dashoffset': dash.length === 0 ? undefined : this.#real.lineDashOffset,
      'stroke-linecap': lineCap === 'butt' ? undefined : lineCap,
      'stroke-linejoin': lineJoin === 'miter' ? undefined : lineJoin,
    };
    this.#body.push(`<path${attributes({ d, transform: this.#transform(), ...look })}/>`);
  }

  #clip(rule: string | undefined): void {
    const id = `clip${this.#defs.length}`;
    const path = attributes({ d: this.#path.data, transform: this.#transform(), 'clip-rule': rule });
    this.#defs.push(`<clipPath id="${id}"><path${path}/></clipPath>`);
    this.#body.push(`<g clip-path="url(#${id})">`);
    this.#open.push((this.#open.pop() ?? 0) + 1);
  }

  #restore(): void {
    // The canvas takes no notice of a `restore` too many either.
    if (this.#open.length === 1) return;
    this.#body.push('</g>'.repeat(this.#open.pop() ?? 0));
  }

  #clear(args: readonly unknown[]): void {
    const [x, y, width, height] = four(args);
    const { canvas } = this.#real;
    if (
      x > 0 ||
      y > 0 ||
      width < canvas.width ||
      height < canvas.height ||
      this.#open.some((count) => count > 0)
    )
      throw new Error('a part of a picture cannot be cleared in SVG');
    this.#body = [];
  }

  #text([text, ...args]: readonly unknown[]): void {
    const [x, y] = pair(args);
    const said = String(text);
    if (said === '') return;
    const { font, textAlign, textBaseline, fillStyle } = this.#real;
    const { paint, opacity } = this.#paint(fillStyle);
    const [most] = numbers(args.slice(2), 1);
    const { width, fontBoundingBoxAscent: above } = this.#real.measureText(said);
    // Many programs know no other baseline in SVG than the alphabetic one, so the text is put there.
    this.#real.textBaseline = 'alphabetic';
    const ascent = this.#real.measureText(said).fontBoundingBoxAscent;
    this.#real.textBaseline = textBaseline;
    const squeezed = most !== undefined && width > most ? most : undefined;
    const look = {
      x,
      y: y + ascent - above,
      transform: this.#transform(),
      'text-anchor': ANCHORS[textAlign],
      ...fontOf(font),
      fill: paint,
      'fill-opacity': opacity,
      textLength: squeezed,
      lengthAdjust: squeezed === undefined ? undefined : 'spacingAndGlyphs',
    };
    this.#body.push(`<text${attributes(look)} xml:space="preserve">${xmlText(said)}</text>`);
  }

  #paint(style: string | CanvasGradient | CanvasPattern): ReturnType<typeof paintOf> {
    const { globalAlpha } = this.#real;
    if (typeof style === 'string') return paintOf(style, globalAlpha);
    if (style instanceof CanvasGradient) throw new Error('a gradient cannot be drawn as SVG');
    return { paint: `url(#${this.#pattern(style)})`, opacity: globalAlpha === 1 ? undefined : globalAlpha };
  }

  #pattern(pattern: CanvasPattern): string {
    const known = this.#patterns.get(pattern);
    if (known !== undefined) return known;
    const tile = this.#tileOf(pattern);
    if (tile === undefined) throw new Error('an unknown pattern cannot be drawn as SVG');
    const { size, draw } = tile;
    const id = `pattern${this.#patterns.size}`;
    const inner = new Recorder(size, size, () => undefined);
    draw(inner.context);
    const frame = attributes({ id, width: size, height: size, patternUnits: 'userSpaceOnUse' });
    this.#defs.push(`<pattern${frame}>${inner.markup()}</pattern>`);
    this.#patterns.set(pattern, id);
    return id;
  }
}

const ANCHORS: Readonly<Record<CanvasTextAlign, string | undefined>> = {
  left: undefined,
  start: undefined,
  center: 'middle',
  right: 'end',
  end: 'end',
};

/** The parts of a computed font, e.g. `bold 12px system-ui, sans-serif`. */
function fontOf(font: string): Readonly<Record<string, string | undefined>> {
  const [, before = '', size, family] = /^(.*?)([\d.]+)px (.+)$/.exec(font) ?? [];
  return {
    'font-family': family?.replaceAll('"', ''),
    'font-size': size,
    'font-weight': /\b(?:bold|[6-9]00)\b/.exec(before)?.[0],
    'font-style': before.includes('italic') ? 'italic' : undefined,
  };
}

function ruleOf(rule: unknown): string | undefined {
  if (typeof rule === 'object') throw new Error('a Path2D cannot be drawn as SVG');
  return rule === 'evenodd' ? 'evenodd' : undefined;
}
