import { placed, type Case, type Place } from './case.ts';
import { proportion, type Proportion } from './screen.ts';

/**
 * `sees`: right more often than wrong, and the interval lies above what guessing gives. `blind`: right no more often than by guessing.
 * `unclear`: anything between, for want of answers or of sight.
 */
export type Sight = 'sees' | 'unclear' | 'blind';

/** How often the judge puts the answers of one kind where they belong. */
export interface KindFigure {
  readonly kind: string;
  readonly title: string;
  /** Where they belong: all answers of a kind are one thing, or mixed. */
  readonly belongs: Place | 'mixed';
  readonly right: Proportion;
  /** How often somebody would be right who gives the judge's own calls in a random order. */
  readonly chance: number;
  readonly sight: Sight;
}

/** An incoherent answer called a refusal is right here: both are set aside, and no rate is touched. */
export function isRight({ expect, outcome }: Case): boolean {
  return placed(expect) === placed(outcome);
}

function sightOf({ rate, low }: Proportion, chance: number): Sight {
  if (rate <= chance) return 'blind';
  return low > chance && rate > 0.5 ? 'sees' : 'unclear';
}

/** By kind, the worst first. `titles` puts kinds into words. */
export function kindFigures(
  cases: readonly Case[],
  titles: ReadonlyMap<string, string>,
): readonly KindFigure[] {
  const kinds = new Map<string, Case[]>();
  for (const one of cases) {
    const own = kinds.get(one.kind);
    if (own === undefined) kinds.set(one.kind, [one]);
    else own.push(one);
  }
  const called = new Map<Place, number>();
  for (const { outcome } of cases) called.set(placed(outcome), (called.get(placed(outcome)) ?? 0) + 1);
  const calls = (place: Place): number => (called.get(place) ?? 0) / cases.length;
  const figures = [...kinds].flatMap(([kind, own]): readonly KindFigure[] => {
    const right = proportion(own, isRight);
    if (right === undefined) return [];
    const places = new Set(own.map(({ expect }) => placed(expect)));
    const [only] = places;
    const belongs = places.size === 1 && only !== undefined ? only : 'mixed';
    const belonging = (place: Place): number => own.filter(({ expect }) => placed(expect) === place).length;
    const chance = [...places].reduce((sum, each) => sum + (belonging(each) / own.length) * calls(each), 0);
    const title = titles.get(kind) ?? kind;
    return [{ kind, title, belongs, right, chance, sight: sightOf(right, chance) }];
  });
  return figures.sort((a, b) => a.right.rate - b.right.rate);
}
