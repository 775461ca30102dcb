import { describe, expect, test } from 'vitest';
import { href, parseHash } from './route.svelte.ts';

describe('addresses behind the #', () => {
  test.each([
    ['', []],
    ['#/', []],
    ['#/models', ['models']],
    ['#/results/7f3a', ['results', '7f3a']],
    ['#/results/a%2Fb?cut=30', ['results', 'a/b']],
    ['#/results/100%', ['results', '100%']],
  ])('%s has the path %j', (hash, path) => {
    expect(parseHash(hash).path).toEqual(path);
  });

  test('the query', () => {
    const { query } = parseHash('#/compare?runs=a%2Cb&of=all&empty=');
    expect([...query]).toEqual([
      ['runs', 'a,b'],
      ['of', 'all'],
      ['empty', ''],
    ]);
  });

  test('what href writes, parseHash reads', () => {
    const { path, query } = parseHash(href(['results', 'a/b c'], { q: 'x&y=z?', of: 'all' }));
    expect(path).toEqual(['results', 'a/b c']);
    expect([...query]).toEqual([
      ['q', 'x&y=z?'],
      ['of', 'all'],
    ]);
  });
});
