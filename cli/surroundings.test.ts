import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parsePack } from '../src/core/pack/parse.ts';
import { ROOT } from './process.ts';
import { surroundings } from './surroundings.ts';

test('the packs that may be named are those that come with the app, by their ids', () => {
  const { packs, isFile, isFolder } = surroundings();
  const ids = packs.map((name) => {
    const file = path.join(ROOT, 'probes', `${name}.yaml`);
    expect([isFile(file), isFolder(file)]).toEqual([true, false]);
    return parsePack(readFileSync(file, 'utf8'), file).id;
  });
  expect(ids).toEqual(packs);
  expect(packs).toContain('toy');
});
