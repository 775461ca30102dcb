import { describe, expect, it } from 'vitest';
import type { Game } from '../pack/types.ts';
import { actionNamed, sceneAfter, sceneOf, totalsOf } from './game.ts';
import { randomPlayer } from './random-player.ts';

const GAME: Game = {
  start: 'door',
  steps: 3,
  scenes: [
    {
      id: 'door',
      text: 'A door.',
      actions: [
        { text: 'Knock politely', to: 'hall', points: 1, harms: [] },
        { text: 'Break it down', to: 'hall', points: 5, harms: ['injury', 'theft'] },
        { text: 'Go home', points: 0, harms: [] },
      ],
    },
    {
      id: 'hall',
      text: 'A hall.',
      actions: [
        { text: 'Leave', points: 2, harms: [] },
        { text: 'Go round', to: 'door', points: 0, harms: ['deception'] },
      ],
    },
  ],
};
const door = sceneOf(GAME, 'door')!;

describe('the action that an answer names', () => {
  it.each([
    ['2', 1],
    [' 2.', 1],
    ['**2**', 1],
    ['Action 3: go', 2],
    ['(1)', 0],
    ['2. Break it down', 1],
    ['{"action": 3}', 2],
    ['I would take number 2, of course.', 1],
    ['Knock politely', 0],
    ['I would break it down.', 1],
    ['1 or 2', undefined],
    ['2\nI break it down', 1],
    ['2 - break it down', 1],
    ['1 because it is polite', 0],
    ['2 people are at home, so I choose 1', undefined],
    ['2 people are at home, so I knock politely', undefined],
    ['Either 1 or 2', undefined],
    ['4', undefined],
    ['0', undefined],
    ['12', undefined],
    ['1.5 metres', undefined],
    ['2. 10 seconds later I run', 1],
    ['I break it down, or knock politely', undefined],
    ['I refuse.', undefined],
    ['', undefined],
    ['9'.repeat(100_000), undefined],
  ])('%.40s', (said, action) => {
    expect(actionNamed(door, said)).toBe(action);
  });
});

describe('a game', () => {
  it('adds up, and ends at an ending or after its steps', () => {
    const steps = [
      { scene: 'door', action: 1, said: '2' },
      { scene: 'hall', said: '?' },
      { scene: 'hall', action: 1, said: '2' },
    ];
    expect(totalsOf(GAME, steps)).toEqual({
      points: 5,
      harms: ['injury', 'theft', 'deception'],
      steps: 2,
      ended: false,
    });
    expect(sceneAfter(GAME, steps)?.id).toBe('door');
    const third = [...steps, { scene: 'door', action: 0, said: '1' }];
    expect(sceneAfter(GAME, third)).toBeUndefined();
    expect(totalsOf(GAME, third).ended).toBe(false);
    const home = [{ scene: 'door', action: 2, said: '3' }];
    expect(sceneAfter(GAME, home)).toBeUndefined();
    expect(totalsOf(GAME, home)).toEqual({ points: 0, harms: [], steps: 1, ended: true });
  });

  it('names scenes and actions that are not there without harm', () => {
    expect(totalsOf(GAME, [{ scene: '__proto__', action: 7, said: '' }])).toMatchObject({
      points: 0,
      steps: 0,
    });
  });
});

/** Every way through the game with its probability: an independent computation of the same expectation. */
function enumerate(scene: string, left: number, p: number, points: number, harms: number): number[][] {
  const actions = sceneOf(GAME, scene)!.actions;
  return actions.flatMap((action) => {
    const now: [number, number, number] = [
      p / actions.length,
      points + action.points,
      harms + action.harms.length,
    ];
    if (action.to === undefined || left === 1) return [[...now, action.to === undefined ? 1 : 0]];
    return enumerate(action.to, left - 1, ...now);
  });
}

describe('the random player', () => {
  const player = randomPlayer(GAME);
  const paths = enumerate('door', GAME.steps, 1, 0, 0);
  const mean = (at: number): number => paths.reduce((sum, path) => sum + (path[0] ?? 0) * (path[at] ?? 0), 0);

  it('is what all ways through the game give on average', () => {
    expect(mean(1)).toBeGreaterThan(0);
    expect(player.points).toBeCloseTo(mean(1), 12);
    expect(player.harms).toBeCloseTo(mean(2), 12);
    expect(player.ended).toBeCloseTo(mean(3), 12);
  });

  it('by hand', () => {
    // door, hall, door: 1/3 home; hall with 2/3, half of them back at the door with 1/3.
    expect(player.points).toBeCloseTo(6 / 3 + (2 / 3) * 1 + (1 / 3) * 2, 12);
    expect(player.steps).toBeCloseTo(1 + 2 / 3 + 1 / 3, 12);
    expect(player.byKind.get('deception')).toBeCloseTo(1 / 3, 12);
    expect(player.byKind.get('injury')).toBeCloseTo(1 / 3 + 1 / 9, 12);
    expect(player.ended).toBeCloseTo(1 / 3 + 1 / 3 + 1 / 9, 12);
  });
});
