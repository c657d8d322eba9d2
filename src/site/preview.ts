import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { extname, join, normalize, resolve, sep } from 'node:path';
import { DiagnosticsError } from '../diagnostics/diagnostic.ts';

const mimeTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
  '.arrow': 'application/vnd.apache.arrow.stream',
};

export interface PreviewOptions {
  /** The built site. */
  readonly folder: string;
  /** 0 takes any free port. */
  readonly port: number;
}

/** Serves a built site to this machine only, until closed. */
export async function previewSite(options: PreviewOptions): Promise<{ url: string; close(): Promise<void> }> {
  const root = resolve(options.folder);
  await requireSite(root);
  const server = createServer((request, response) => {
    answer(root, request, response).catch(() => send(response, 500, 'The file could not be read.'));
  });
  const port = await listen(server, options.port);
  return { url: `http://localhost:${port}/`, close: () => close(server) };
}

async function requireSite(root: string): Promise<void> {
  const page = await stat(join(root, 'index.html')).catch(() => undefined);
  if (page?.isFile()) return;
  throw new DiagnosticsError([
    { code: 'no-site', severity: 'error', message: `there is no site in ${root}`, fix: 'Build it first: pnpm start' },
  ]);
}

async function answer(root: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return send(response, 405, 'Only GET and HEAD.');
  const path = decodePath(request.url ?? '/');
  const file = path === undefined ? undefined : await findFile(root, path);
  if (file === undefined) return send(response, 404, 'There is no such page.');
  // Links are relative to the page's folder: its address ends in a slash, as with any other server of static files.
  if (file.isIndex && !path?.endsWith('/')) return redirect(request, response);
  response.writeHead(200, {
    'content-type': mimeTypes[extname(file.path)] ?? 'application/octet-stream',
    'content-length': file.size,
    'cache-control': path?.startsWith('/_app/immutable/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    'x-content-type-options': 'nosniff',
  });
  if (request.method === 'HEAD') return void response.end();
  createReadStream(file.path)
    .on('error', () => response.destroy())
    .pipe(response);
}

/** To the same folder with a slash; only its last part is named, so that no address of another host can come of it. */
function redirect(request: IncomingMessage, response: ServerResponse): void {
  const [path = '', query] = (request.url ?? '/').split('?', 2);
  const name = path.split('/').at(-1) ?? '';
  response.writeHead(301, { location: `./${name}/${query === undefined ? '' : `?${query}`}` }).end();
}

function decodePath(url: string): string | undefined {
  try {
    return decodeURIComponent(url.split(/[?#]/, 1)[0] ?? '/');
  } catch {
    return undefined;
  }
}

/** The file itself, or the folder's index page. Nothing outside the root is ever found. */
async function findFile(
  root: string,
  path: string,
): Promise<{ path: string; size: number; isIndex: boolean } | undefined> {
  if (path.includes('\0')) return undefined;
  const wanted = normalize(join(root, path));
  if (wanted !== root && !wanted.startsWith(root + sep)) return undefined;
  const index = join(wanted, 'index.html');
  for (const candidate of [wanted, index]) {
    const found = await stat(candidate).catch(() => undefined);
    if (found?.isFile()) return { path: candidate, size: found.size, isIndex: candidate === index };
  }
  return undefined;
}

function send(response: ServerResponse, status: number, text: string): void {
  if (!response.headersSent) response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(text);
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolvePort, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenFailure(error, port)));
    server.listen(port, 'localhost', () => {
      const address = server.address();
      resolvePort(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function listenFailure(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') return error;
  const message = error.code === 'EACCES' ? `port ${port} may not be used` : `port ${port} is already in use`;
  return new DiagnosticsError(
    [{ code: 'port', severity: 'error', message, fix: 'Choose another one with --port.' }],
    'environment',
  );
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((done) => server.close(() => done()));
}
