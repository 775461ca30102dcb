import type { TestProject } from 'vitest/node';
import { builtApp } from '../../cli/build.ts';
import { ensureChromium } from '../../cli/install-chromium.ts';
import { serve } from '../../cli/server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the built app, `http://127.0.0.1:PORT/`. */
    readonly url: string;
    readonly port: number;
    /** The browser's program. */
    readonly chromium: string;
  }
}

/** Once for all end-to-end tests: the app as it is shipped, built when the sources are newer, on a free port. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const chromium = await ensureChromium();
  const server = await serve({ folder: await builtApp(), port: 0 });
  project.provide('chromium', chromium);
  project.provide('url', server.url);
  project.provide('port', server.port);
  return () => server.close();
}
