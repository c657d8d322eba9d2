import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { dropUnseen, pagePath } from '../../src/site/template.ts';

const pages = [
  'index.md',
  'weekly/[week].md',
  'weekly/index.md',
  'agreement/[agreement]/index.md',
  'metrics/[metric].md',
];

test('a page of which there is none is left out, and nothing else', async () => {
  const root = mkdtempSync(join(tmpdir(), 'handover-template-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const template = { folder: join(root, 'template'), components: '', data: '' };
  const place = (page: string) => join(template.folder, 'src', 'pages', page);
  // The framework has pages with parameters of its own.
  const files = [
    ...pages.map((page) => join(root, 'pages', page)),
    ...[...pages.map(pagePath), 'api/[route]/+server.js'].map(place),
  ];
  for (const file of files) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '');
  }
  await dropUnseen(root, template, ['/metrics/win_rate/', '/weekly/2026-W12/']);
  expect([...pages.map(pagePath), 'api/[route]/+server.js'].filter((page) => !existsSync(place(page)))).toEqual([
    'agreement/[agreement]/+page.md',
  ]);
});
