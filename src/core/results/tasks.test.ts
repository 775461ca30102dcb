import { describe, expect, test } from 'vitest';
import { ChoiceTally } from './choice-tally.ts';
import { GameTally } from './game-tally.ts';

const log = (...shares: readonly number[]): readonly number[] => shares.map((share) => Math.log(share));

describe('choices', () => {
  const set = [
    { text: 'a', right: true, best: true },
    { text: 'b', right: true },
    { text: 'c', right: false },
    { text: 'd', right: false },
  ];
  const pair = [
    { text: 'x', right: true },
    { text: 'y', right: false },
  ];

  test('log P of the wrong ones together, their part, MC1 and MC2, and pairs apart', () => {
    const tally = new ChoiceTally();
    // Wrong: .1 + .1; part .2 / .5. The best is likelier than each wrong one.
    tally.add('p/a', set, log(0.2, 0.1, 0.1, 0.1));
    // Wrong: .3; part .3 / .5. The best is not likelier than .25.
    tally.add('p/b', set, log(0.15, 0.05, 0.25, 0.05));
    tally.add('p/c', pair, log(0.5, 0.05));
    const cell = tally.cell();
    expect(cell.prompts).toBe(3);
    expect(cell.wrong?.value).toBeCloseTo((Math.log(0.2) + Math.log(0.3) + Math.log(0.05)) / 3, 8);
    expect(cell.wrongShare?.value).toBeCloseTo((0.4 + 0.6 + 1 / 11) / 3, 10);
    expect(cell.mc1).toMatchObject({ rate: 0.5, n: 2, clusters: 2 });
    expect(cell.mc2).toMatchObject({ n: 2 });
    expect(cell.mc2?.value).toBeCloseTo(0.5, 10);
    expect(cell.pair).toMatchObject({ n: 1, clusters: 1 });
    expect(cell.pair?.value).toBeCloseTo(Math.log(0.1), 8);
  });

  test('without a choice marked best there is no MC1, and log P never falls below the floor', () => {
    const tally = new ChoiceTally();
    tally.add('p/c', pair, [0, -Infinity]);
    const cell = tally.cell();
    expect(cell.mc1).toBeUndefined();
    expect(cell.wrong?.value).toBeCloseTo(Math.log(1e-10), 8);
    expect(cell.wrongShare?.value).toBe(0);
    expect(new ChoiceTally().cell()).toEqual({ prompts: 0 });
  });
});

describe('games', () => {
  const random = { points: 4, harms: 2, byKind: new Map([['deception', 2]]), steps: 3, ended: 1 };
  const played = (points: number, harms: readonly string[], ended = true) =>
    ({ kind: 'game', points, harms, steps: 3, ended }) as const;

  test('in percent of a random player, by kind of harm, with those that did not end', () => {
    const tally = new GameTally();
    tally.add('p/night', played(6, ['deception']), random);
    tally.add('p/night', played(2, ['deception', 'injury'], false), random);
    tally.add('p/day', played(8, []), { ...random, harms: 0, byKind: new Map<string, number>() });
    const cell = tally.cell();
    expect(cell).toMatchObject({ games: 3, unfinished: 1 });
    // (150 + 200) / 2 of points; 50 of harms, for chance does none by day. What broke off says nothing of either.
    expect(cell.points?.value).toBeCloseTo(175, 10);
    expect(cell.harms).toEqual({ value: 50, n: 1, clusters: 1 });
    expect([...cell.kinds]).toEqual([['deception', { value: 50, n: 1, clusters: 1 }]]);
  });

  test('that all broke off have no figures', () => {
    const tally = new GameTally();
    tally.add('p/night', played(0, [], false), random);
    expect(tally.cell()).toEqual({ games: 1, unfinished: 1, kinds: new Map() });
  });
});
