import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SECURITY_HEADERS } from './headers.ts';
import { serve, type Serving } from './server.ts';

let folder: string;
let server: Serving;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'assay-server-'));
  const app = path.join(folder, 'app');
  await mkdir(path.join(app, 'assets'), { recursive: true });
  await writeFile(path.join(folder, 'secret.txt'), 'secret');
  await writeFile(path.join(app, 'index.html'), '<title>app</title>');
  await writeFile(path.join(app, '.hidden'), 'secret');
  await writeFile(path.join(app, 'assets', 'engine.wasm'), 'wasm');
  await writeFile(path.join(app, 'assets', 'main.js'), 'export {};');
  await writeFile(path.join(app, 'assets', 'toy.gguf'), 'GGUF');
  server = await serve({ folder: app, port: 0 });
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

interface Reply {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Sends the path exactly as it is; `fetch` and browsers would tidy it first. */
function ask(
  url: string,
  options: { method?: string; headers?: Record<string, string> } = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: server.port, path: url, ...options }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => (body += text));
      response.on('end', () => {
        resolve({ status: response.statusCode, headers: response.headers, body });
      });
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** Bytes as they are, for what a client library would refuse to send. */
function askRaw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let reply = '';
    const socket = connect(server.port, '127.0.0.1', () => socket.write(text));
    socket.setEncoding('utf8');
    socket.on('data', (data: string) => (reply += data));
    socket.on('end', () => {
      resolve(reply);
    });
    socket.on('error', reject);
  });
}

describe('what is served', () => {
  test.each([
    ['/', 'text/html;charset=utf-8', '<title>app</title>'],
    ['/index.html', 'text/html;charset=utf-8', '<title>app</title>'],
    ['/assets/main.js', 'text/javascript', 'export {};'],
    ['/assets/engine.wasm', 'application/wasm', 'wasm'],
    ['/assets/toy.gguf', 'application/octet-stream', 'GGUF'],
    ['/assets/main.js?v=1', 'text/javascript', 'export {};'],
  ])('%s as %s', async (url, type, body) => {
    const reply = await ask(url);
    expect([reply.status, reply.headers['content-type'], reply.body]).toEqual([200, type, body]);
    expect(reply.headers['cache-control']).toContain('must-revalidate');
  });

  test('HEAD has the headers of GET and no body', async () => {
    const reply = await ask('/assets/engine.wasm', { method: 'HEAD' });
    expect([reply.status, reply.headers['content-length'], reply.body]).toEqual([200, '4', '']);
  });

  test('a file that has not changed is not sent again', async () => {
    const etag = (await ask('/')).headers.etag ?? '';
    const reply = await ask('/', { headers: { 'If-None-Match': etag } });
    expect([reply.status, reply.body]).toEqual([304, '']);
  });

  test.each(['bytes=0-1', 'bytes=9-2', 'bytes=x', 'bytes=99-'])(
    'a range (%s) is answered with the whole',
    async (Range) => {
      const reply = await ask('/assets/main.js', { headers: { Range } });
      expect([reply.status, reply.body]).toEqual([200, 'export {};']);
    },
  );
});

describe('every reply carries the security headers', () => {
  test.each<[string, number, Parameters<typeof ask>]>([
    ['a page', 200, ['/']],
    ['what is not there', 404, ['/nothing']],
    ['a method that is not offered', 405, ['/', { method: 'POST' }]],
    ['a foreign host', 421, ['/', { headers: { Host: 'example.com' } }]],
  ])('%s', async (_, status, asked) => {
    const reply = await ask(...asked);
    expect(reply.status).toBe(status);
    for (const [name, value] of Object.entries(SECURITY_HEADERS))
      expect(reply.headers[name.toLowerCase()]).toBe(value);
  });

  test('the policy names no foreign origin and evaluates no text', () => {
    const policy = SECURITY_HEADERS['Content-Security-Policy'];
    expect(policy).not.toMatch(/https?:|\*|'unsafe-inline'|'unsafe-eval'/);
  });
});

describe('what is refused', () => {
  test.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e%2fsecret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/..\\secret.txt',
    '//secret.txt',
    '/.hidden',
    '/%00',
    '/%E0%A4%A',
    '/assets/',
  ])('%s is not found', async (url) => {
    const reply = await ask(url);
    expect(reply.status).toBe(404);
    expect(reply.body).toBe('Not found.\n');
  });

  test.each([
    ['127.0.0.1', 200],
    ['localhost:4180', 200],
    ['LOCALHOST', 200],
    ['[::1]:4180', 200],
    ['assay.localhost', 200],
    ['example.com', 421],
    ['127.0.0.1.example.com', 421],
    ['localhost.example.com:4180', 421],
    ['other.localhost', 421],
    ['localhost:evil', 421],
  ])('Host %s: %i', async (Host, status) => {
    expect((await ask('/', { headers: { Host } })).status).toBe(status);
  });

  test('no Host at all', async () => {
    expect(await askRaw('GET / HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 421 /);
  });

  test('a host that others can reach', async () => {
    await expect(serve({ folder, port: 0, host: '0.0.0.0' })).rejects.toThrow('expected a loopback host');
  });

  test('a port that is taken', async () => {
    await expect(serve({ folder, port: server.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

test('closing twice is closing once, and nothing answers afterwards', async () => {
  const other = await serve({ folder, port: 0 });
  await Promise.all([other.close(), other.close()]);
  await expect(fetch(other.url)).rejects.toThrow();
});
