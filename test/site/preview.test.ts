import { mkdtempSync, writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { previewSite } from '../../src/site/preview.ts';

const folder = mkdtempSync(join(tmpdir(), 'handover-preview-'));
const root = join(folder, 'site');
let site: Awaited<ReturnType<typeof previewSite>>;

beforeAll(async () => {
  await mkdir(join(root, 'weekly', '2026-W47'), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), 'not part of the site');
  writeFileSync(join(root, 'index.html'), '<h1>This week</h1>');
  writeFileSync(join(root, 'weekly', '2026-W47', 'index.html'), '<h1>Week 47</h1>');
  writeFileSync(join(root, 'database.wasm'), new Uint8Array([0, 97, 115, 109]));
  site = await previewSite({ folder: root, port: 0 });
});

afterAll(async () => {
  await site.close();
  await rm(folder, { recursive: true });
});

/** Sends the path as it is: fetch would tidy `..` away. */
function get(path: string, method = 'GET'): Promise<{ status: number; type: string; body: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(site.url);
    request({ hostname, port, path, method }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', body }),
      );
    })
      .on('error', reject)
      .end();
  });
}

test('serves a folder by its index page, with or without a query', async () => {
  for (const path of ['/weekly/2026-W47/', '/weekly/2026-W47/?team=uk']) {
    expect(await get(path)).toEqual({ status: 200, type: 'text/html; charset=utf-8', body: '<h1>Week 47</h1>' });
  }
});

test('leads to the slash that relative links need, never to another host', async () => {
  for (const [path, last] of [
    ['/weekly/2026-W47', '/weekly/2026-W47/'],
    ['/weekly/2026-W47?team=uk', '/weekly/2026-W47/?team=uk'],
    ['//weekly/2026-W47', '//weekly/2026-W47/'],
  ] as const) {
    const { hostname, port } = new URL(site.url);
    const location = await new Promise<string>((resolve) =>
      request({ hostname, port, path }, (response) => {
        expect(response.statusCode).toBe(301);
        resolve(response.headers.location ?? '');
      }).end(),
    );
    expect(location).toMatch(/^\.\/2026-W47\//);
    expect(new URL(location, `http://site.invalid${path.replace('//', '/')}`).href).toBe(
      `http://site.invalid${last.replace('//', '/')}`,
    );
  }
});

test('browsers compile WebAssembly only with its own type', async () => {
  expect((await get('/database.wasm')).type).toBe('application/wasm');
});

test.each(['/../secret.txt', '/%2e%2e/secret.txt', '/weekly/..%2f..%2fsecret.txt', '/%00', '/%', '/nothing/'])(
  'nothing outside the site is served: %s',
  async (path) => {
    expect((await get(path)).status).toBe(404);
  },
);

test('only reads', async () => {
  expect((await get('/', 'POST')).status).toBe(405);
  expect(await get('/', 'HEAD')).toMatchObject({ status: 200, body: '' });
});

test('a taken port and a folder without a site are named', async () => {
  const port = Number(new URL(site.url).port);
  await expect(previewSite({ folder: root, port })).rejects.toThrow(`port: port ${port} is already in use`);
  await expect(previewSite({ folder: join(root, 'weekly'), port: 0 })).rejects.toThrow('no-site: there is no site in');
});
