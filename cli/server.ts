import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import sirv, { type RequestHandler } from 'sirv';
import { SECURITY_HEADERS } from './headers.ts';

/** Names under which the app may be asked for; any other is a page elsewhere that points its name at this machine. */
const OWN_NAMES = ['127.0.0.1', 'localhost', '[::1]', 'assay.localhost'];
const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

export interface ServeOptions {
  /** The built app. Its list of files is read once, here. */
  readonly folder: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly host?: string;
}

export interface Serving {
  /** `http://127.0.0.1:4180/` */
  readonly url: string;
  readonly port: number;
  /** May be called more than once. */
  readonly close: () => Promise<void>;
}

function isOwnName(host: string | undefined): boolean {
  return host !== undefined && OWN_NAMES.includes(host.toLowerCase().replace(/:\d+$/, ''));
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' });
  response.end(`${text}\n`);
}

function answer(files: RequestHandler, request: IncomingMessage, response: ServerResponse): void {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
  if (!isOwnName(request.headers.host)) {
    refuse(response, 421, 'This server answers only to 127.0.0.1, localhost and [::1].');
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    refuse(response, 405, 'Only GET and HEAD.');
    return;
  }
  // Parts of files are not offered: an unsatisfiable range makes the file reader throw.
  delete request.headers.range;
  files(request, response, () => {
    refuse(response, 404, 'Not found.');
  });
}

function staticFiles(folder: string): RequestHandler {
  return sirv(folder, {
    etag: true,
    maxAge: 0,
    setHeaders(response, pathname) {
      if (pathname.endsWith('.gguf')) response.setHeader('Content-Type', 'application/octet-stream');
    },
  });
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      server.off('error', reject);
      resolve(address !== null && typeof address === 'object' ? address.port : port);
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => {
      if (error === undefined) resolve();
      else reject(error);
    });
    server.closeAllConnections();
  });
}

/** Serves the built app to this machine only. Rejects when the port is taken (`EADDRINUSE`). */
export async function serve({ folder, port, host = '127.0.0.1' }: ServeOptions): Promise<Serving> {
  if (!LOOPBACK.includes(host))
    throw new Error(`expected a loopback host (${LOOPBACK.join(', ')}), got "${host}"`);
  const files = staticFiles(folder);
  const server = createServer((request, response) => {
    answer(files, request, response);
  });
  const taken = await listen(server, port, host);
  const name = host.includes(':') ? `[${host}]` : host;
  let closing: Promise<void> | undefined;
  return { url: `http://${name}:${taken}/`, port: taken, close: () => (closing ??= closed(server)) };
}
