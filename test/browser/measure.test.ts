import { expect, test } from 'vitest';
import { batchFor, bestRate } from '../../src/core/hardware/choose.ts';
import { ENGINES } from '../../src/engines/index.ts';
import { EnginePool } from '../../src/state/engines.ts';
import { measureWays } from '../../src/state/measure.ts';
import { bundledFile, sourceOf } from './engine-models.ts';

test('a real model is measured: speeds, self-checks and what it really ran on', async () => {
  const source = await sourceOf(await bundledFile('toy-base.gguf'));
  const fractions: number[] = [];
  const way = { engine: 'llamacpp', device: 'cpu' } as const;
  const { speeds, failure } = await measureWays({
    model: { sha256: source.sha256, label: 'Toy base' },
    ways: [way],
    pool: new EnginePool(ENGINES, { source: () => source }),
    now: () => performance.now(),
    signal: new AbortController().signal,
    onFraction: (fraction) => fractions.push(fraction),
  });
  expect(failure).toBeUndefined();
  expect(fractions).toEqual([0]);
  const [measured] = speeds;
  if (measured === undefined) throw new Error('expected one measurement, got none');
  expect(measured).toMatchObject({ ...way, sha256: source.sha256, deviceUsed: 'cpu' });
  expect(measured.loadMs).toBeGreaterThan(0);
  expect(measured.speed.prefillTokensPerS).toBeGreaterThan(0);
  expect(bestRate(measured)).toBeGreaterThan(0);
  expect(measured.checks.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  const batches = measured.speed.decode.map(({ batch }) => batch);
  expect(batches).toContain(batchFor({ sha256: source.sha256 }, way, speeds));
});
