import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import danish from '../../reports/components/messages/da.json' with { type: 'json' };
import messages from '../../reports/components/messages/en.json' with { type: 'json' };
import { pnpmCommand } from '../../src/site/install.ts';
import { pagePath } from '../../src/site/template.ts';

const sources = ['reports/pages', 'reports/components'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(svelte|md|js)$/.test(entry.name) && !entry.parentPath.endsWith('messages'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8')),
);

/** Names as the pages write them; a part that is only known when the page is built is `*`. */
function usedNames(): string[] {
  const names = sources.flatMap((source) => [
    ...[...source.matchAll(/'([a-z_]+(?:\.[a-z_]+)+)'/g)].map(([, name = '']) => name),
    ...[...source.matchAll(/\bt\(`([^`$]+\.[^`]*)`/g)].map(([, name = '']) => name.replaceAll(/\$\{[^}]*\}/g, '*')),
  ]);
  // A counted message has no text of its own, only `name.one` and `name.many`.
  const counted = sources.flatMap((source) => [...source.matchAll(/\bcount\('([^']+)'/g)].map(([, name = '']) => name));
  return [...new Set([...names.filter((name) => !counted.includes(name)), ...counted.map((name) => `${name}.*`)])];
}

const patterns = usedNames().map((name) => new RegExp(`^${name.replaceAll('.', '\\.').replaceAll('*', '.+')}$`));

test('every message that a page names exists', () => {
  const known = Object.keys(messages);
  const missing = patterns.filter((pattern) => !known.some((name) => pattern.test(name)));
  expect(missing).toEqual([]);
});

test('every message is used by a page', () => {
  const unused = Object.keys(messages).filter((name) => !patterns.some((pattern) => pattern.test(name)));
  expect(unused).toEqual([]);
});

test('what the page of the agreement says, it says in Danish too', () => {
  const names = Object.keys(messages).filter((name) => name.startsWith('agreement.'));
  expect(Object.keys(danish)).toEqual(['site.name', ...names]);
});

test('the lockfile of reports/ names no registry, and no page names a host', () => {
  expect(readFileSync('reports/pnpm-lock.yaml', 'utf8')).not.toMatch(/https?:\/\//);
  for (const source of sources) expect(source).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
});

test('pages lie where the framework looks for them', () => {
  expect(pagePath('index.md')).toBe('+page.md');
  expect(pagePath('weekly/[week].md')).toBe('weekly/[week]/+page.md');
  expect(pagePath('weekly/index.md')).toBe('weekly/+page.md');
  expect(pagePath('breaches/+page.js')).toBe('breaches/+page.js');
});

test('the pnpm that is running installs; without one, npx brings the pinned version', () => {
  expect(pnpmCommand('/store/pnpm/bin/pnpm.cjs')).toEqual([process.execPath, '/store/pnpm/bin/pnpm.cjs']);
  expect(pnpmCommand(undefined)).toEqual(['npx', '-y', 'pnpm@10.34.9']);
  expect(pnpmCommand('/usr/lib/npm/bin/npm-cli.js')).toEqual(['npx', '-y', 'pnpm@10.34.9']);
});
