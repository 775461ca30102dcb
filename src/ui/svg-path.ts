import { units } from './svg-text.ts';

const FULL = 2 * Math.PI;

/** The current path of a 2D context as SVG path data. Angles in radians, as the canvas has them. */
export class SvgPath {
  #data = '';

  get data(): string {
    return this.#data;
  }

  /** Does what the context's method of this name does to the path; nothing where it does nothing to it. */
  take(name: string | symbol, args: readonly unknown[]): void {
    switch (name) {
      case 'beginPath':
        this.#data = '';
        return;
      case 'closePath': {
        this.close();
        return;
      }
      case 'moveTo': {
        this.move(...pair(args));
        return;
      }
      case 'lineTo': {
        this.line(...pair(args));
        return;
      }
      case 'rect': {
        this.rect(...four(args));
        return;
      }
      case 'quadraticCurveTo': {
        this.curve('Q', numbers(args, 4));
        return;
      }
      case 'bezierCurveTo': {
        this.curve('C', numbers(args, 6));
        return;
      }
      case 'arc': {
        const [to = 0] = numbers(args.slice(4), 1);
        this.arc(...four(args), to, args[5] === true);
        return;
      }
    }
  }

  move(x: number, y: number): void {
    this.#data += `M${units(x)} ${units(y)}`;
  }

  /** On an empty path a line only sets where it begins (HTML, "ensure there is a subpath"). */
  line(x: number, y: number): void {
    this.#data += `${this.#data === '' ? 'M' : 'L'}${units(x)} ${units(y)}`;
  }

  close(): void {
    if (this.#data !== '') this.#data += 'Z';
  }

  curve(letter: 'Q' | 'C', numbers: readonly number[]): void {
    this.#data += letter + numbers.map(units).join(' ');
  }

  rect(x: number, y: number, width: number, height: number): void {
    this.move(x, y);
    this.#data += `h${units(width)}v${units(height)}h${units(-width)}Z`;
  }

  arc(x: number, y: number, radius: number, from: number, to: number, back: boolean): void {
    const turn = sweepOf(from, to, back);
    const point = (angle: number): readonly [number, number] => [
      x + radius * Math.cos(angle),
      y + radius * Math.sin(angle),
    ];
    this.line(...point(from));
    // An SVG arc cannot be a full circle: it is drawn as two halves.
    const parts = turn === FULL ? 2 : 1;
    for (let part = 1; part <= parts; part += 1) {
      const angle = from + ((back ? -turn : turn) * part) / parts;
      const large = turn / parts > Math.PI ? 1 : 0;
      const r = units(radius);
      this.#data += `A${r} ${r} 0 ${large} ${back ? 0 : 1} ${point(angle).map(units).join(' ')}`;
    }
  }
}

/** How far an arc goes, 0..2 pi (HTML, "arc": a whole turn or more is one turn). */
function sweepOf(from: number, to: number, back: boolean): number {
  const turn = back ? from - to : to - from;
  if (turn >= FULL) return FULL;
  return ((turn % FULL) + FULL) % FULL;
}

export function numbers(args: readonly unknown[], count: number): readonly number[] {
  return args.slice(0, count).filter((arg) => typeof arg === 'number');
}

export function pair(args: readonly unknown[]): readonly [number, number] {
  const [x = 0, y = 0] = numbers(args, 2);
  return [x, y];
}

export function four(args: readonly unknown[]): readonly [number, number, number, number] {
  const [a = 0, b = 0, c = 0, d = 0] = numbers(args, 4);
  return [a, b, c, d];
}

/** A rectangle that does not touch the current path. */
export function rectData(args: readonly unknown[]): string {
  const path = new SvgPath();
  path.rect(...four(args));
  return path.data;
}
