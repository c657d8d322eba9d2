import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DataReview, Review } from '../../../src/review/types.ts';
import { toMarkdown } from '../../../src/review/words/markdown.ts';
import {
  definitionChange,
  emptyReview,
  fieldChange,
  metricReview,
  sampleData,
  sampleReview,
  valueChange,
} from './sample-review.ts';

const most = 60_000;
const lead = 'lead-secret-1';

/** A review in which every text is taken from `next`, and every list is as long as `times` says. */
function madeOf(next: () => string, times: number): Review {
  const many = <Of>(make: () => Of): Of[] => Array.from({ length: times }, make);
  const change = () =>
    definitionChange({
      name: next(),
      title: next(),
      change: 'renamed',
      previousName: next(),
      effectiveFrom: next(),
      file: next(),
      fields: [
        fieldChange({ path: next(), before: next(), after: next(), words: next(), rule: next() }),
        fieldChange({ words: next(), isUnknown: true }),
      ],
    });
  const label = () => ({ en: next(), da: next() });
  const metric = () =>
    metricReview({
      metric: next(),
      label: label(),
      totals: [valueChange({ period: next(), statusAfter: next() })],
      parts: [valueChange({ dimension: next(), dimensionValue: next() })],
    });
  const diagnostic = () => ({ code: next(), severity: 'error', message: next(), file: next(), line: 3 }) as const;
  const data: DataReview = {
    ...sampleData,
    asOf: next(),
    metrics: many(metric),
    restated: sampleData.restated.flatMap((row) => many(() => ({ ...row, period: next(), label: label() }))),
    owners: { marketing: next(), sales: next() },
    flips: {
      verdicts: times,
      leads: times,
      counts: many(() => ({
        promise: next(),
        before: next(),
        after: next(),
        clauseBefore: next(),
        clauseAfter: next(),
        verdicts: 1,
      })),
      list: many(() => ({
        promise: next(),
        leadId: lead,
        item: next(),
        before: 'met',
        after: 'late',
        clauseBefore: null,
        clauseAfter: null,
      })),
    },
    rows: sampleData.rows.flatMap((row) =>
      many(() => ({
        ...row,
        model: next(),
        key: [next()],
        columns: [{ column: next(), changed: 1, matchRate: 0.5 }],
        schema: [{ column: next(), before: next(), after: next() }],
      })),
    ),
  };
  return sampleReview({
    project: next(),
    base: { asked: next(), commit: next(), isMergeBase: true, uncommitted: 0, isEmpty: false },
    changes: many(change),
    reach: {
      models: many(() => ({ name: next(), isPublic: false, isChanged: true, columns: [next()] })),
      metrics: many(() => ({ name: next(), label: label(), owner: 'sales', isChanged: false })),
      contracts: many(() => ({ of: next(), kind: 'model', rules: 2 })),
      pages: many(() => ({ address: next(), title: next(), shows: [next()] })),
      diagram: next(),
      leftOut: 1,
    },
    data: { kind: 'compared', ...data },
    violations: many(() => ({
      rule: 'approvals',
      severity: 'error',
      message: next(),
      fix: next(),
      file: next(),
      line: 1,
    })),
    problems: { base: many(diagnostic), head: many(diagnostic) },
    notes: many(next),
  });
}

/** Holds of every text, whatever was put into it. */
function expectSound(text: string): void {
  expect(text.length).toBeLessThan(most);
  expect(text.startsWith('<!-- handover-diff -->\n')).toBe(true);
  expect(text).not.toContain(lead);
  const { rest, fences } = withoutFences(text.slice('<!-- handover-diff -->'.length));
  expect(fences).toBeLessThanOrEqual(1);
  // Folds open and close in turn, each alone on its line.
  const folds = rest.split('\n').filter((line) => line.includes('details>'));
  expect(folds.every((line, index) => line === (index % 2 === 0 ? '<details>' : '</details>'))).toBe(true);
  expect(folds.length % 2).toBe(0);
  // No tag but our own, no code outside of code.
  expect(rest.replace(/<\/?(details|summary|code)>/g, '')).not.toMatch(/[<`]/);
  expect(rest.match(/<code>/g)?.length).toBe(rest.match(/<\/code>/g)?.length);
  // Nobody is notified, nothing linked, no command obeyed.
  const words = rest.replaceAll(/<code>.*?<\/code>/g, '');
  expect(words).not.toMatch(/@[^\s.,;:)\u200B<]/);
  expect(words).not.toMatch(/(?<!&)#\d|!\d|\]\(/);
  expect(rest).not.toMatch(/:\/\/|www\./i);
  expect(rest).not.toMatch(/^\s*(- )?\//m);
  // All can be seen, but for what keeps apart.
  expect(rest.replaceAll(/[\n\u200B]/g, '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
  // Each row of a table has the cells of its head.
  for (const table of rest.match(/(^\|.*\n)+/gm) ?? []) {
    const cells = table
      .trim()
      .split('\n')
      .map((line) => line.split('|').length);
    expect(new Set(cells).size).toBe(1);
  }
}

/** Text outside of diagrams; a fence that is not closed, or closed early, is found by what follows. */
function withoutFences(text: string): { readonly rest: string; readonly fences: number } {
  const fence = /^(`{3,})mermaid\n([\s\S]*?)\n\1\n/gm;
  const diagrams = [...text.matchAll(fence)];
  for (const [, marks, body] of diagrams) {
    expect(body).not.toContain(marks);
    expect(body).not.toMatch(/<|^\s*\//m);
  }
  return { rest: text.replaceAll(fence, ''), fences: diagrams.length };
}

const hostile = [
  '</details>',
  '<details>',
  '<!-- handover-diff -->',
  '-->',
  '```',
  '~~~',
  '````mermaid\n',
  '\n\n# x\n',
  '| a | b |\n| --- | --- |',
  '@team/all',
  'a@b.dk',
  'acme/shop#12',
  '!34',
  '#5',
  '[a](https://x.dk)',
  '![a](//x.dk/a.png)',
  '<https://x.dk>',
  'www.x.dk',
  '\n/close\n',
  '/merge',
  '`',
  '\\',
  '\\|',
  '&lt;script&gt;',
  '&#64;all',
  '\u202Eabc\u2066',
  '\u200B\u200D\uFE0F',
  '\uD800',
  '\u001B[2J',
  '$a$',
  '<code>',
  '[^1]',
  '%%{init: {}}%%',
  'constructor',
  '__proto__',
];

describe('whatever the texts', () => {
  test('nothing in them is more than text', () => {
    const text = fc.oneof(
      fc.array(fc.constantFrom(...hostile, 'word', ' '), { maxLength: 5 }).map((parts) => parts.join('')),
      fc.string({ unit: 'binary', maxLength: 30 }),
    );
    fc.assert(
      fc.property(fc.infiniteStream(text), fc.integer({ min: 0, max: 3 }), (texts, times) => {
        const next = () => texts.next().value;
        expectSound(toMarkdown(madeOf(next, times)));
      }),
      { numRuns: 100, seed: 20_261_126 },
    );
  });

  test.each(hostile)('%j everywhere', (text) => {
    expectSound(toMarkdown(madeOf(() => text, 2)));
  });
});

describe('whatever the size', () => {
  test('ten thousand changes, and as many of all else', () => {
    const text = toMarkdown(madeOf(() => 'the window shortens from `30` to `14` days', 10_000));
    expectSound(text);
    expect(text).toMatch(/… and [\d,]+ more points\./);
    expect(text).toContain('… and 9,988 more definitions.');
  });

  test('texts of 100 kB, that grow when they are escaped', () => {
    expectSound(toMarkdown(madeOf(() => '|'.repeat(100_000), 30)));
    expectSound(toMarkdown(madeOf(() => `${' '.repeat(50_000)}<@#1>${'`'.repeat(50_001)}`, 30)));
  });

  test('what matters most is kept whole when a minor part is a monster', () => {
    const parts = Array.from({ length: 5_000 }, (_, index) =>
      valueChange({ dimension: 'source', dimensionValue: `${'long name '.repeat(20)}${index}` }),
    );
    const data = { kind: 'compared', ...sampleData, metrics: [metricReview({ parts, partsChanged: 5_000 })] } as const;
    const text = toMarkdown(sampleReview({ data }));
    expectSound(text);
    // 60 rows are drawn at most, and the others counted.
    expect(text).toContain('… and 4,940 more parts.');
    const startOf = (markdown: string) => markdown.slice(0, markdown.indexOf('<summary>Parts that move most'));
    expect(startOf(text)).toBe(startOf(toMarkdown(sampleReview())));
  });

  test('a diagram that does not fit is left out whole', () => {
    const reach = { ...emptyReview().reach, diagram: `graph LR\n${'    a --> b\n'.repeat(6_000)}` };
    const text = toMarkdown(emptyReview({ reach }));
    expectSound(text);
    expect(text).not.toContain('mermaid');
    expect(text).toContain('1 diagram, not shown here.');
  });
});
