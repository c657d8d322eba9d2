import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { languages, messages } from '../../reports/components/catalogue.ts';
import { pnpmCommand } from '../../src/site/install.ts';
import { pagePath } from '../../src/site/template.ts';

const textsIn = (folders: readonly string[]) =>
  folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(svelte|md|js|ts)$/.test(entry.name))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8')),
  );
const ofReports = textsIn(['reports/pages', 'reports/components']);
/** The digest speaks with the same words. */
const sources = [...ofReports, ...textsIn(existsSync('src/site/digest') ? ['src/site/digest'] : [])];

const markup = ['reports/pages', 'reports/components'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(svelte|md)$/.test(entry.name))
    .map((entry) => ({ file: entry.name, text: readFileSync(join(entry.parentPath, entry.name), 'utf8') })),
);

/** What stands outside of `{…}`, however deep these are nested. */
function withoutBraces(text: string): string {
  let depth = 0;
  let outside = '';
  for (const letter of text) {
    if (letter === '{') depth += 1;
    if (depth === 0) outside += letter;
    if (letter === '}') depth -= 1;
  }
  return outside;
}

const isFile = (name: string) => /\.(json|js|mjs|ts|css|html|md|sql|yaml|arrow)$/.test(name);

/** Names as the pages write them; a part that is only known when the page is built is `*`. */
function usedNames(): string[] {
  const names = sources.flatMap((source) => [
    ...[...source.matchAll(/'([a-z_]+(?:\.[a-z_]+)+)'/g)]
      .map(([, name = '']) => name)
      .filter((name) => name in messages || !isFile(name)),
    ...[...source.matchAll(/\bt\(`([^`$]+\.[^`]*)`/g)].map(([, name = '']) => name.replaceAll(/\$\{[^}]*\}/g, '*')),
  ]);
  // A counted message has no text of its own, only `name.one` and `name.many`.
  const counted = sources.flatMap((source) =>
    [...source.matchAll(/\b(?:count|counting\(\w+\))\(([^()]*)/g)].flatMap(([, call = '']) =>
      [...call.matchAll(/'([a-z_]+(?:\.[a-z_]+)+)'/g)].map(([, name = '']) => name),
    ),
  );
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

test('every message is there in every language, with the same slots', () => {
  const slots = (text = '') => [...text.matchAll(/\{\w+\}/g)].map(([slot]) => slot).sort();
  const uneven = Object.entries(messages).filter(
    ([, words]) =>
      Object.keys(words).sort().join() !== [...languages].sort().join() ||
      languages.some((language) => (words[language] ?? '').trim() === '') ||
      slots(words.en).join() !== slots(words.da).join(),
  );
  expect(uneven).toEqual([]);
});

test('no message is written in two files', () => {
  const files = readdirSync('reports/components/messages').map((name) => join('reports/components/messages', name));
  const names = files.flatMap((file) => Object.keys(JSON.parse(readFileSync(file, 'utf8'))));
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  expect(names.sort()).toEqual(Object.keys(messages).sort());
});

/** Sentences between tags, in titles and in what screen readers read: anything of three letters that no braces fill. */
test('pages and components have no words of their own', () => {
  const own = markup.flatMap(({ file, text }) => {
    const bare = text
      .replaceAll(/<script[\s\S]*?<\/script>|<style[\s\S]*?<\/style>|```[\s\S]*?```|<!--[\s\S]*?-->/g, '')
      // A command that is to be typed is the same in every language.
      .replaceAll(/<code>[^<]*<\/code>|&\w+;|^---[\s\S]*?---/g, '');
    const outside = withoutBraces(bare);
    const attributes = [...outside.matchAll(/\b(?:title|alt|aria-label|placeholder)="([^"]*[a-z]{3}[^"]*)"/gi)];
    const between = [...outside.replaceAll(/<[^>]*>/g, '\n').matchAll(/[^\n]*[A-Za-zæøåÆØÅ]{3}[^\n]*/g)];
    return [...attributes.map(([, words = '']) => words), ...between.map(([words]) => words)].map(
      (words) => `${file}: ${words.trim()}`,
    );
  });
  expect(own).toEqual([]);
});

test('the lockfile of reports/ names no registry, and no page names a host', () => {
  expect(readFileSync('reports/pnpm-lock.yaml', 'utf8')).not.toMatch(/https?:\/\//);
  for (const source of ofReports) expect(source).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
});

test('pages lie where the framework looks for them, below the language', () => {
  expect(pagePath('index.md')).toBe('[[lang=lang]]/+page.md');
  expect(pagePath('weekly/[week].md')).toBe('[[lang=lang]]/weekly/[week]/+page.md');
  expect(pagePath('weekly/index.md')).toBe('[[lang=lang]]/weekly/+page.md');
  expect(pagePath('breaches/+page.js')).toBe('[[lang=lang]]/breaches/+page.js');
  expect(pagePath('+layout.js')).toBe('+layout.js');
});

test('the pnpm that is running installs; without one, npx brings the pinned version', () => {
  expect(pnpmCommand('/store/pnpm/bin/pnpm.cjs')).toEqual([process.execPath, '/store/pnpm/bin/pnpm.cjs']);
  expect(pnpmCommand(undefined)).toEqual(['npx', '-y', 'pnpm@10.34.9']);
  expect(pnpmCommand('/usr/lib/npm/bin/npm-cli.js')).toEqual(['npx', '-y', 'pnpm@10.34.9']);
});
