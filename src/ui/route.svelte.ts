import { createSubscriber } from 'svelte/reactivity';

/** An address behind the `#`: `#/results/7f3a?cut=30` has the path `['results', '7f3a']`. */
export interface Route {
  readonly path: readonly string[];
  readonly query: ReadonlyMap<string, string>;
}

/** What every screen is given. */
export interface ScreenProps {
  readonly route: Route;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function pairs(query: string): ReadonlyMap<string, string> {
  const all = query.split('&').filter((pair) => pair !== '');
  return new Map(
    all.map((pair) => {
      const [name = '', value = ''] = pair.split('=', 2);
      return [decoded(name), decoded(value)];
    }),
  );
}

export function parseHash(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?', 2);
  return {
    path: path
      .split('/')
      .filter((part) => part !== '')
      .map(decoded),
    query: pairs(query),
  };
}

/** `href(['results', id])` is `#/results/<id>`. */
export function href(path: readonly string[], query?: Readonly<Record<string, string>>): string {
  const search = Object.entries(query ?? {}).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `#/${path.map(encodeURIComponent).join('/')}${search.length > 0 ? `?${search.join('&')}` : ''}`;
}

export function goTo(path: readonly string[], query?: Readonly<Record<string, string>>): void {
  location.hash = href(path, query);
}

const onHashChange = createSubscriber((update) => {
  addEventListener('hashchange', update);
  return () => {
    removeEventListener('hashchange', update);
  };
});

/** The current route; reactive where it is read in a component or a derived value. */
export function currentRoute(): Route {
  onHashChange();
  return parseHash(location.hash);
}
