import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { agreementDocument, documentOf } from '../../src/agreement/document.ts';
import { english } from '../../src/agreement/document-english.ts';
import { dateRange, monthsLater } from '../../src/agreement/document-format.ts';
import { toHtmlArticle, toHtmlPage } from '../../src/agreement/document-html.ts';
import { toMarkdown } from '../../src/agreement/document-markdown.ts';
import { type AgreementDocument, safeUrl, type Text } from '../../src/agreement/document-text.ts';
import { words } from '../../src/agreement/document-words.ts';
import type { Metric } from '../../src/project/metric.ts';
import { readMetric } from '../../src/project/metric-file.ts';
import { agreementOf, tablesOf } from './tables-of.ts';

const folder = join(import.meta.dirname, 'document');
const text = readFileSync(join(folder, 'agreement.yml'), 'utf8');
const whole = agreementOf(text);
const metrics = shippedMetrics();

function shippedMetrics(): Metric[] {
  const shipped = join(import.meta.dirname, '..', '..', 'metrics');
  return readdirSync(shipped)
    .filter((name) => name.endsWith('.yml'))
    .flatMap((name) => readMetric({ path: name, text: readFileSync(join(shipped, name), 'utf8') }, []) ?? []);
}

test.each(['en', 'da'] as const)('everything that an agreement can say is on the page (%s)', (language) => {
  const expected = readFileSync(join(folder, `expected-${language}.md`), 'utf8');
  expect(agreementDocument(whole, { metrics }, language)).toBe(expected);
});

test.each(['en', 'da'] as const)('HTML says what Markdown says (%s)', (language) => {
  const document = documentOf(whole, { metrics }, language);
  const plain = toHtmlPage(document)
    .replace(/<style>[\s\S]*<\/style>/, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/&#39;/g, "'")
    .replaceAll(/\s+/g, ' ');
  const said = toMarkdown(document)
    .split('\n')
    .flatMap((line) => line.split('|'))
    .map((part) => part.replaceAll(/[*`#]|^- |\(https[^)]*\)|[[\]]/g, '').trim())
    .filter((part) => !/^-*$/.test(part));
  expect(said.length).toBeGreaterThan(80);
  const squeeze = (words: string): string => words.replaceAll(/[\s:]/g, '');
  expect(said.filter((part) => !squeeze(plain).includes(squeeze(part)))).toEqual([]);
  expect(toHtmlPage(document)).not.toMatch(/<script|https?:\/\/(?!wiki\.example)/);
});

test('readers get each agreement whole, in both languages, and until when it holds', async () => {
  const later = text
    .replace('id: 2026-h2', 'id: spring')
    .replace('effective_from: 2026-07-01', 'effective_from: 2027-01-01');
  const holidays = ['dk', 'gb', 'acme'].map((set) => ({ set, date: '2026-12-25' }));
  const { warehouse } = await tablesOf({ agreements: [text, later], asOf: '2026-08-01T00:00:00Z', holidays });
  const rows = await warehouse.rows('from main.agreement_documents order by effective_from, language desc');
  expect(rows.map((row) => [row.agreement, row.language, row.effective_from, row.effective_until, row.title])).toEqual([
    ['2026-h2', 'en', '2026-07-01', '2027-01-01', 'Marketing and sales, second half of 2026'],
    ['2026-h2', 'da', '2026-07-01', '2027-01-01', 'Marketing og salg, andet halvår 2026'],
    ['spring', 'en', '2027-01-01', null, 'Marketing and sales, second half of 2026'],
    ['spring', 'da', '2027-01-01', null, 'Marketing og salg, andet halvår 2026'],
  ]);
  const danish = documentOf(agreementOf(text), { metrics: [], supersededOn: '2027-01-01' }, 'da');
  expect(rows[1]).toMatchObject({ markdown: toMarkdown(danish), html: toHtmlArticle(danish) });
});

test('an agreement of the bare minimum says what holds without a word of it, and nothing of what it lacks', () => {
  const bare = agreementOf(`
    id: bare
    effective_from: 2026-01-31
    time_zone: UTC
    owners: { marketing: { title: CMO }, sales: { title: CRO } }
    calendars: { always: { hours: { mon: ["00:00-24:00"] } } }
    default_calendar: always
    promises: {}
    release_reasons: []
  `);
  const document = documentOf(bare, { metrics, supersededOn: '2026-03-01' }, 'en');
  expect(document.title).toBe('Agreement between marketing and sales');
  expect(document.facts.map(({ value }) => value)).toEqual([
    'bare',
    'from 31 January 2026 to 28 February 2026, both included',
    'CMO',
    'CRO',
  ]);
  expect(document.sections.map(({ id }) => id)).toEqual(['hours', 'releases', 'policies']);
  const markdown = toMarkdown(document);
  expect(markdown).toContain('| all others | Monday 00:00–24:00 (time zone UTC) |\n');
  expect(markdown).toContain('No exit reason releases sales');
  expect(markdown).toContain('The usual rules hold: the response clock starts at the MQL; the clock runs on when');
  expect(markdown).not.toMatch(/undefined|NaN/);
});

test('what somebody wrote is text in Markdown and in HTML', () => {
  const nasty = '# <img src=x onerror=alert(1)> | *b* _i_ `c` [l](javascript:1) &amp; snake_case\n- x';
  const document: AgreementDocument = {
    language: 'en',
    title: nasty,
    facts: [{ name: 'Fact', value: nasty }],
    sections: [
      {
        id: 'one',
        title: nasty,
        isWide: true,
        blocks: [
          { kind: 'paragraph', text: ['1. no list'] },
          { kind: 'paragraph', text: ['- no list'] },
          { kind: 'list', items: [[nasty]] },
          { kind: 'table', columns: [nasty], rows: [[[nasty]]] },
        ],
      },
    ],
    signatures: {
      title: 'S',
      sides: [{ side: 'M', title: nasty }],
      lines: { name: 'N', date: 'D', signature: 'S' },
    },
  };
  const escaped = String.raw`# \<img src=x onerror=alert(1)\> \| \*b\* \_i\_ \`c\` \[l\](javascript:1) \&amp; snake_case - x`;
  const markdown = toMarkdown(document).split('\n');
  expect(markdown[0]).toBe(`# ${escaped}`);
  expect(markdown).toEqual(expect.arrayContaining([String.raw`1\. no list`, String.raw`\- no list`]));
  expect(markdown).toContain(String.raw`- \# ${escaped.slice(2)}`);
  expect(markdown).toContain(`| ${escaped} |`);
  const html = toHtmlArticle(document);
  expect(html).not.toContain('<img');
  expect(html.split('&lt;img src=x onerror=alert(1)&gt;').length - 1).toBe(8);
  expect(html).toContain('&amp;amp; snake_case');
});

test('a link leads to a page or is none', () => {
  const printed = (url: string) => {
    const item: Text = [{ url, text: 'Guide' }];
    const sections = [{ id: 's', title: 'S', isWide: false, blocks: [{ kind: 'list' as const, items: [item] }] }];
    const document = { ...documentOf(whole, { metrics }, 'en'), sections };
    return [/^- (.*Guide.*)$/m.exec(toMarkdown(document))?.[1], /<li>(.*?)<\/li>/.exec(toHtmlArticle(document))?.[1]];
  };
  expect(printed('https://wiki.example.com/a_(b)?c="d"')).toEqual([
    '[Guide](https://wiki.example.com/a_%28b%29?c="d")',
    '<a href="https://wiki.example.com/a_(b)?c=&quot;d&quot;">Guide</a>',
  ]);
  expect(printed('javascript:alert(1)')).toEqual(['Guide (javascript:alert(1))', 'Guide (javascript:alert(1))']);
  expect(
    ['docs/call.md', 'mailto:a@example.com', 'JavaScript:x', 'data:text/html,x', 'java\nscript:x'].map(safeUrl),
  ).toEqual(['docs/call.md', 'mailto:a@example.com', undefined, undefined, undefined]);
});

test('dates are written as the language writes them', () => {
  expect(dateRange('2026-07-06', '2026-07-24', 'en')).toBe('6–24 July 2026');
  expect(dateRange('2026-07-06', '2026-07-24', 'da')).toBe('6.–24. juli 2026');
  expect(dateRange('2026-06-29', '2026-08-02', 'da')).toBe('29. juni – 2. august 2026');
  expect(dateRange('2026-12-28', '2027-01-01', 'en')).toBe('28 December 2026 – 1 January 2027');
  expect(dateRange('2026-10-12', '2026-10-12', 'da')).toBe('12. oktober 2026');
  expect(monthsLater('2026-11-30', 3)).toBe('2027-02-28');
  expect(monthsLater('2026-07-01', 12)).toBe('2027-07-01');
});

test('every word has its Danish, and none is English by oversight', () => {
  const flat = (value: unknown, path: string): [string, unknown][] =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, child]) => flat(child, `${path}.${key}`))
      : [[path, value]];
  const names = ['attributes', 'subjects', 'channels', 'actions', 'reasons'];
  const sentences = (catalogue: object) =>
    new Map(flat(Object.fromEntries(Object.entries(catalogue).filter(([key]) => !names.includes(key))), ''));
  const [inEnglish, inDanish] = [sentences(english), sentences(words.da)];
  expect([...inDanish.keys()]).toEqual([...inEnglish.keys()]);
  const same = [...inEnglish].filter(([path, value]) => typeof value === 'string' && value === inDanish.get(path));
  expect(same.map(([path]) => path.split('.')[1])).toEqual(
    expect.not.arrayContaining(['promises', 'stages', 'hours', 'policies', 'releases', 'usual', 'chosen']),
  );
});
