import type { BrowserContext, Page } from 'playwright-core';
import { AppError } from '../src/core/errors.ts';
import { APP_ORIGIN } from './browser.ts';
import { isForeign } from './origin.ts';

/** Rejects as soon as the page crashes, the browser goes away, or anything asks for a foreign address. */
export function watch(context: BrowserContext, page: Page): Promise<never> {
  const failure = new Promise<never>((_, reject) => {
    context.on('request', (request) => {
      const url = request.url();
      if (isForeign(url, APP_ORIGIN))
        reject(new AppError('internal', `the app asked for a foreign address: ${url}`));
    });
    context.on('close', () => {
      reject(new AppError('engine-crashed', 'the browser was closed'));
    });
    page.on('crash', () => {
      reject(new AppError('engine-crashed', 'the page crashed (is there enough memory?)'));
    });
    page.on('close', () => {
      reject(new AppError('engine-crashed', 'the page was closed'));
    });
  });
  // Whoever races this sees the rejection; when nobody does any more it is no news.
  failure.catch(() => undefined);
  return failure;
}
