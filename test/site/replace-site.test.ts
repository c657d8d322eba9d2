import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { silent } from '../../src/diagnostics/progress.ts';
import { buildSite, replaceFolder } from '../../src/site/site.ts';
import { releaseLock, takeLock } from '../../src/state/build-lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'handover-replace-site-'));
afterAll(() => rm(folder, { recursive: true }));

function folderOf(name: string, files: Readonly<Record<string, string>>): string {
  const path = join(folder, name);
  mkdirSync(path);
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
  return path;
}

test('the finished site takes the place of the one before, of which nothing stays', async () => {
  const to = folderOf('site', { 'index.html': 'old', 'gone.html': 'a lead' });
  await replaceFolder(folderOf('drawn', { 'index.html': 'new' }), to);
  expect(readdirSync(to)).toEqual(['index.html']);
  expect(readFileSync(join(to, 'index.html'), 'utf8')).toBe('new');
  expect(existsSync(`${to}-old`)).toBe(false);
});

test('the first site needs none before it', async () => {
  const to = join(folder, 'first');
  await replaceFolder(folderOf('drawn-first', { 'index.html': 'new' }), to);
  expect(readdirSync(to)).toEqual(['index.html']);
});

test('while one process builds the site another does not, and says who does', async () => {
  const site = join(folder, 'locked');
  takeLock(`${site}.lock`, '2026-11-23T05:59:00Z');
  const build = buildSite({
    root: folder,
    published: 'none',
    folder: site,
    progress: silent,
    now: '2026-11-23T06:00:00Z',
  });
  await expect(build).rejects.toThrow(`process ${process.pid}, since 2026-11-23T05:59:00Z`);
  releaseLock(`${site}.lock`);
});
