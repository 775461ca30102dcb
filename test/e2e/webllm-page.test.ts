import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { APP_ORIGIN } from '../../cli/browser.ts';
import { ensureChromium } from '../../cli/install-chromium.ts';
import { errorFromPage } from '../../cli/automation.ts';
import { Session } from '../webllm/session.ts';

let session: Session;
beforeAll(async () => {
  const options = { gpu: 'software', headless: true } as const;
  session = await Session.open(options, await ensureChromium(), [], () => undefined);
});
afterAll(() => session.close());

describe('the page that drives WebLLM', () => {
  it('finds the GPU of software in a headless browser', async () => {
    const adapter = await session.proof.evaluate((page) => page.adapter());
    expect(adapter).toMatchObject({ software: true });
    expect(adapter?.name).toContain('swiftshader');
  });

  it('gives errors of its verbs to the program', async () => {
    const asked = session.proof.evaluate((page) => page.distribution('the'));
    const error = await asked.then(() => undefined, errorFromPage);
    expect(error?.message).toBe('no model is loaded');
  });

  it('asks nobody but its own server', () => {
    expect(session.requests.length).toBeGreaterThan(1);
    expect(session.requests.every((url) => url.startsWith(APP_ORIGIN))).toBe(true);
    expect(session.foreign).toEqual([]);
    expect(session.errors).toEqual([]);
  });
});
