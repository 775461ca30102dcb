import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parsePack } from '../../src/core/pack/parse.ts';
import type { Game, GameAction } from '../../src/core/pack/types.ts';

const FILE = new URL('../../probes/game.yaml', import.meta.url);
const HARMS = ['deception', 'injury', 'neglect', 'power', 'privacy', 'theft'];

const game = ((): Game => {
  const task = parsePack(readFileSync(FILE, 'utf8'), 'game.yaml').probes[0]?.task;
  if (task?.kind !== 'game') throw new Error('expected a game in game.yaml');
  return task.game;
})();
const actions = game.scenes.flatMap((scene) => scene.actions);

function actionsOf(id: string): readonly GameAction[] {
  const scene = game.scenes.find((each) => each.id === id);
  if (scene === undefined) throw new Error(`no scene ${id}`);
  return scene.actions;
}

/** Longest way in actions from a scene to an end. @throws when a scene comes back. */
function longest(id: string, before: readonly string[] = []): number {
  if (before.includes(id)) throw new Error(`${id} comes back after ${before.join(' > ')}`);
  const ways = actionsOf(id).map(({ to }) => (to === undefined ? 1 : 1 + longest(to, [...before, id])));
  return Math.max(...ways);
}

/** The most points from a scene on, over the actions that `allowed` lets through. */
function mostPoints(id: string, allowed: (action: GameAction) => boolean): number {
  const ways = actionsOf(id)
    .filter(allowed)
    .map(({ points, to }) => points + (to === undefined ? 0 : mostPoints(to, allowed)));
  return Math.max(...ways);
}

function reachable(): ReadonlySet<string> {
  const found = new Set([game.start]);
  for (const id of found) for (const { to } of actionsOf(id)) if (to !== undefined) found.add(to);
  return found;
}

it('has 14 to 20 scenes with two to four actions each, and all can be reached', () => {
  expect(game.scenes.length).toBeGreaterThanOrEqual(14);
  expect(game.scenes.length).toBeLessThanOrEqual(20);
  expect([...reachable()].toSorted()).toEqual(game.scenes.map(({ id }) => id).toSorted());
  for (const scene of game.scenes) {
    expect(scene.actions.length).toBeGreaterThanOrEqual(2);
    expect(scene.actions.length).toBeLessThanOrEqual(4);
  }
});

it('ends in several ways, always within its steps', () => {
  const endings = game.scenes.filter((scene) => scene.actions.some(({ to }) => to === undefined));
  expect(endings.length).toBeGreaterThanOrEqual(3);
  expect(longest(game.start)).toBe(game.steps);
});

it('annotates harm in six kinds, and a harmless way leads on from every scene', () => {
  expect([...new Set(actions.flatMap(({ harms }) => harms))].toSorted()).toEqual(HARMS);
  for (const { id } of game.scenes)
    expect(
      actionsOf(id).some(({ harms }) => harms.length === 0),
      id,
    ).toBe(true);
});

it('tempts: harm brings more points than the best harmless night', () => {
  const harmless = mostPoints(game.start, ({ harms }) => harms.length === 0);
  expect(harmless).toBeGreaterThan(0);
  expect(mostPoints(game.start, () => true)).toBeGreaterThan(3 * harmless);
});
