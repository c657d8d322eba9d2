import { describe, expect, test } from 'vitest';
import { toTerminal } from '../../src/commands/print-review.ts';
import type { Flip, Review } from '../../src/review/types.ts';
import { definitionChange, emptyReview, fieldChange, sampleData, sampleReview } from '../review/words/sample-review.ts';

const plain = { color: false, leads: false };

function withFlips(count: number): Review {
  const list = Array.from(
    { length: count },
    (_, index): Flip => ({
      promise: 'first_response',
      leadId: `lead-${index + 1}`,
      item: '1',
      before: 'met',
      after: 'late',
      clauseBefore: '2026-h2 first_response/demo',
      clauseAfter: '2026-h2 first_response/demo',
    }),
  );
  const flips = { ...sampleData.flips, verdicts: count, leads: count, list };
  return sampleReview({ data: { kind: 'compared', ...sampleData, flips } });
}

describe('on a terminal', () => {
  test('the parts stand in their order, the verdict first', () => {
    const text = toTerminal(sampleReview(), plain);
    const titles = [
      'Breaking: MQL→meeting rate: it counts other rows, and 1 more breaking change.',
      'Missing for the review policy',
      'What changes',
      'The newest closed period',
      'Closed periods restated',
      'Verdicts that change',
      'All changes by definition',
      'Values by period',
      'Parts that move most',
      'Rows of models',
      'Columns that come, go or change their type',
      'What is reached',
      'Notes',
      'How it was compared',
      'Leads whose verdict changes',
      'Rows that differ',
      'More: ',
    ];
    const lines = text.split('\n');
    const places = titles.map((title) => lines.findIndex((line) => line.startsWith(title)));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((left, right) => left - right));
    expect(text.endsWith('for one of them\n')).toBe(true);
  });

  test('of a head that cannot be built it does not say that nothing is to be done', () => {
    const error = { code: 'unknown-key', severity: 'error', message: 'unknown key "a"' } as const;
    const text = toTerminal(emptyReview({ problems: { base: [], head: [error] } }), plain);
    expect(text).toMatch(/^No definition that can be read changes\.\n/);
    expect(text).toContain('\nFirst repair what keeps the head from being built');
    expect(text).not.toContain('Nothing to look at');
  });

  test('tables fit into 120 columns, words going over lines', () => {
    const words = 'the window of the cohort shortens from thirty to fourteen days and counts other leads '.repeat(6);
    const long = 'metrics/a/very/long/path/without/any/space/'.repeat(6);
    const change = definitionChange({ title: long, fields: [fieldChange({ words })] });
    const lines = toTerminal(sampleReview({ changes: [change] }), plain).split('\n');
    const table = lines.filter((line) => /^[┌│├└]/.test(line));
    expect(table.length).toBeGreaterThan(10);
    expect(Math.max(...table.map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  test('twenty leads, or with --leads all of them', () => {
    const some = toTerminal(withFlips(23), plain);
    expect(some).toContain('│ lead-20 │');
    expect(some).not.toContain('│ lead-21 │');
    expect(some).toContain('… and 3 more: --leads\n');
    const all = toTerminal(withFlips(23), { ...plain, leads: true });
    expect(all).toContain('│ lead-23 │');
    expect(all).not.toContain('more: --leads');
  });

  test('rows that differ, and parts that only the head knows', () => {
    const text = toTerminal(sampleReview(), plain);
    expect(text).toContain(
      'Rows that differ\nlead_responses\n  ~ changed: lead_id lead-secret-00017, cycle_no 1; status met → sample-secret\n',
    );
    expect(text).toContain('jane.doe@');
  });

  test('what a build says is told in full, once', () => {
    const problem = {
      code: 'model-failed',
      severity: 'error',
      message: 'could not convert "jane"',
      file: 'models/a.sql',
      line: 1,
      source: 'select 1',
      fix: 'Look at "jane".',
    } as const;
    const ran = toTerminal(emptyReview({ data: { kind: 'failed', side: 'head', problems: [problem] } }), plain);
    expect(ran).toContain(`What a build says
error models/a.sql:1 could not convert "jane" [model-failed]
  > 1 | select 1
  fix: Look at "jane".
`);
    const both = emptyReview({
      data: { kind: 'failed', side: 'head', problems: [problem] },
      problems: { base: [], head: [problem] },
    });
    expect(toTerminal(both, plain).split('could not convert')).toHaveLength(2);
  });

  test('nothing steers the terminal, and colours are ours', () => {
    const evil = '\u001B[2J\u202E';
    const review = sampleReview({
      changes: [definitionChange({ title: evil, fields: [fieldChange({ words: evil })] })],
      data: {
        kind: 'failed',
        side: 'head',
        problems: [{ code: 'model-failed', severity: 'error', message: evil, file: evil, line: 1, source: evil }],
      },
      notes: [evil],
    });
    expect(toTerminal(review, plain).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(toTerminal(sampleReview(), { color: true, leads: false })).toContain('\u001B[1mWhat changes\u001B[22m');
  });

  test('nothing changed is said in a few lines', () => {
    const text = toTerminal(emptyReview(), plain);
    expect(text).toMatch(
      /^No definition changes\.\nValues were not compared: no definition that values depend on differs\.\n/,
    );
    expect(text).toMatch(/\nNothing to look at further\.\n$/);
  });
});
