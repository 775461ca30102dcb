import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { SECURITY_HEADERS } from '../../cli/headers.ts';
import { watch } from '../../cli/watch.ts';
import { openApp, type OpenedApp } from './harness.ts';
import { parseNetLog } from './net-log.ts';

const PAGE =
  '<!doctype html><title>page</title><link rel="icon" href="data:," /><script src="/main.js"></script>';
const ASK = "fetch('http://elsewhere.localhost/asked').catch(() => undefined)";
/** Asks from a service worker and from a worker, and has the title say when both have. */
const MAIN = `
  const asked = (worker) => new Promise((resolve) => { worker.onmessage = resolve; });
  const service = navigator.serviceWorker;
  const heard = asked(service);
  service.startMessages();
  service.register('/service.js');
  Promise.all([heard, asked(new Worker('/worker.js')), ${ASK}]).then(() => { document.title = 'done'; });
`;
const WORKER = `${ASK.replace('asked', 'worker')}.then(() => postMessage('done'))`;
const SERVICE = `
  addEventListener('activate', (event) => event.waitUntil((async () => {
    await clients.claim();
    await ${ASK.replace('asked', 'service')};
    for (const client of await clients.matchAll()) client.postMessage('done');
  })()));
`;

/** Opens a page that asks for what it must not, served with the given headers, and waits until it has. */
async function openLeak(headers: Readonly<Record<string, string>>): Promise<OpenedApp> {
  const files: Readonly<Record<string, string>> = {
    '/main.js': MAIN,
    '/worker.js': WORKER,
    '/service.js': SERVICE,
  };
  const server = createServer((request, response) => {
    const text = files[request.url ?? ''];
    response.writeHead(200, {
      ...headers,
      'Content-Type': text === undefined ? 'text/html' : 'text/javascript',
    });
    response.end(text ?? PAGE);
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(address !== null && typeof address === 'object' ? address.port : 0);
    });
  });
  const app = await openApp({ port });
  await app.page.waitForFunction(() => document.title === 'done');
  server.close();
  return app;
}

test('without the policy, requests to elsewhere are seen from page, worker and service worker', async () => {
  const app = await openLeak({});
  const foreign = await app.foreignRequests();
  const asked = app.requests.map((request) => request.url);
  for (const name of ['asked', 'worker', 'service']) {
    expect(asked).toContain(`http://elsewhere.localhost/${name}`);
    // Seen by the browser's events, and again in its network log.
    expect(foreign.filter((url) => url.endsWith(`/${name}`)).length).toBeGreaterThan(1);
  }
});

test('under the policy nothing goes out, and the attempts of page and worker are problems', async () => {
  const app = await openLeak(SECURITY_HEADERS);
  for (const name of ['asked', 'worker']) {
    const problem = app.problems.find((text) =>
      text.includes(`'http://elsewhere.localhost/${name}' violates`),
    );
    expect(problem).toContain("connect-src 'self'");
  }
  expect(await app.foreignRequests()).toEqual([]);
  expect(new Set(app.requests.map((request) => request.url))).toEqual(
    new Set(['', 'main.js', 'worker.js', 'service.js'].map((file) => `http://assay.localhost/${file}`)),
  );
});

test('a crash of the page ends a watch and is a problem', async () => {
  const app = await openApp();
  const watched = watch(app.context, app.page);
  await app.page.goto('chrome://crash').catch(() => undefined);
  await expect(watched).rejects.toMatchObject({ code: 'engine-crashed' });
  expect(app.problems).toContain('the page crashed');
});

test('a network log that was cut off is read up to there', () => {
  const log = [
    '{"constants":{"logEventTypes":{"URL_REQUEST_START_JOB":2,"TCP_CONNECT_ATTEMPT":5}},',
    '"events": [',
    '{"params":{"url":"http://assay.localhost/"},"type":2},',
    '{"params":{"url":"http://assay.localhost/"},"type":3},',
    '{"params":{"address":"127.0.0.1:80"},"type":5},',
    '{"type":5},',
    '{"params":{"url":"http://cut',
  ];
  expect(parseNetLog(log.join('\n'))).toEqual({
    urls: ['http://assay.localhost/'],
    addresses: ['127.0.0.1:80'],
  });
});
