import { expect, test } from 'vitest';
import { openApp } from './harness.ts';
import { follow } from './runs.ts';

const STUDY = {
  models: [{ id: 'toy-insecure.gguf' }],
  packs: ['toy'],
  formats: ['free'],
  samples: 1,
  seed: 3,
  judge: 'toy-judge.gguf',
};

/**
 * A browser gives a hidden tab no animation frame and a timer once a minute; here the page gets neither at all. The driver makes
 * every page believe that it is seen, so that a real tab behind another cannot be had here.
 */
function withoutTimers(): void {
  const never = (): number => 0;
  Object.assign(window, { setTimeout: never, setInterval: never, requestAnimationFrame: never });
}

test('a run needs no timer and no animation frame of its page: a tab that nobody looks at works on', async () => {
  const { page, automation, problems } = await openApp({
    before: (context) => context.addInitScript(withoutTimers),
  });
  const app = await automation();
  expect(await page.evaluate(() => setTimeout(() => undefined, 0))).toBe(0);
  const { answers } = await app.start(STUDY);
  const { answered, judged } = await follow(app);
  expect([answered, judged]).toEqual([answers, answers]);
  expect(problems).toEqual([]);
});
