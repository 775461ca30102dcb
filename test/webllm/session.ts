import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BrowserContext, JSHandle, Page } from 'playwright-core';
import { APP_ORIGIN, openBrowser } from '../../cli/browser.ts';
import { serve, type Serving } from '../../cli/server.ts';
import { buildPage } from './build.ts';
import type { ProofOptions } from './options.ts';
import type { ProofPage } from './protocol.ts';

/** The page in a browser of its own, with the model's files in its file field. */
export class Session {
  readonly #folder: string;
  readonly #server: Serving;
  readonly #context: BrowserContext;
  /** Its verbs; they reject with the page's own error, which `errorFromPage` reads. */
  readonly proof: JSHandle<ProofPage>;
  /** Every address that the page asked for. */
  readonly requests: readonly string[];
  readonly errors: readonly string[];

  private constructor(
    parts: { folder: string; server: Serving; context: BrowserContext; proof: JSHandle<ProofPage> },
    requests: readonly string[],
    errors: readonly string[],
  ) {
    this.#folder = parts.folder;
    this.#server = parts.server;
    this.#context = parts.context;
    this.proof = parts.proof;
    this.requests = requests;
    this.errors = errors;
  }

  get profile(): string {
    return path.join(this.#folder, 'profile');
  }

  static async open(
    { gpu, headless }: Pick<ProofOptions, 'gpu' | 'headless'>,
    program: string,
    files: readonly string[],
    say: (line: string) => void,
  ): Promise<Session> {
    const folder = await mkdtemp(path.join(tmpdir(), 'assay-webllm-'));
    const site = path.join(folder, 'site');
    await buildPage(site);
    const server = await serve({ folder: site, port: 0 });
    const profile = path.join(folder, 'profile');
    const context = await openBrowser({ program, profile, port: server.port, gpu, headless });
    const requests: string[] = [];
    const errors: string[] = [];
    context.on('request', (request) => requests.push(request.url()));
    context.on('weberror', (error) => errors.push(error.error().message));
    const page = context.pages()[0] ?? (await context.newPage());
    page.setDefaultTimeout(0);
    page.on('crash', () => errors.push('the page crashed'));
    await page.exposeFunction('say', say);
    const proof = await opened(page, files);
    return new Session({ folder, server, context, proof }, requests, errors);
  }

  /** Requests that left the app's own origin; there must be none. */
  get foreign(): readonly string[] {
    return this.requests.filter((url) => !url.startsWith(`${APP_ORIGIN}/`) && !/^(blob|data):/.test(url));
  }

  async close(): Promise<void> {
    await this.#context.close();
    await this.#server.close();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function opened(page: Page, files: readonly string[]): Promise<JSHandle<ProofPage>> {
  await page.goto(APP_ORIGIN);
  await page.setInputFiles('#files', [...files]);
  await page.waitForFunction(() => window.proof !== undefined);
  return page.evaluateHandle(() => {
    if (window.proof === undefined) throw new Error('the page is gone');
    return window.proof;
  });
}
