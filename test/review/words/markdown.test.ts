import { describe, expect, test } from 'vitest';
import type { Review } from '../../../src/review/types.ts';
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

/** The paragraph under the marker. */
function verdictIn(review: Review): string {
  return toMarkdown(review).split('\n')[2] ?? '';
}

/** A visible or folded part, from its title to the next. */
function partIn(review: Review, title: string): string {
  const parts = toMarkdown(review).split(/\n(?=### |<details>)/);
  return parts.find((part) => part.includes(title))?.trim() ?? '';
}

describe('the verdict', () => {
  test('says what is gravest, what moves, and what is missing', () => {
    expect(toMarkdown(sampleReview())).toMatch(/^<!-- handover-diff -->\n\n\*\*Breaking: /);
    expect(verdictIn(sampleReview())).toBe(
      '**Breaking: MQL→meeting rate: it counts other rows, and 1 more breaking change.** ' +
        '2 closed weeks and 1 closed quarter show other numbers. 23 verdicts of 19 leads change. ' +
        'Policy: 2 things are missing.',
    );
  });

  const cosmetic = definitionChange({ class: 'cosmetic', fields: [fieldChange({ class: 'cosmetic' })] });
  const unknown = fieldChange({ words: '`type` is another', isUnknown: true, rule: 'unknown' });
  const notRun = ' Values were not compared: no definition that values depend on differs.';
  test.each<[string, Partial<Review>, string]>([
    ['nothing', {}, `**No definition changes.**${notRun}`],
    [
      'words alone',
      { changes: [cosmetic] },
      `**Cosmetic: nothing that numbers depend on changes in MQL→meeting rate.**${notRun}`,
    ],
    [
      'words of two',
      { changes: [cosmetic, cosmetic] },
      `**Cosmetic: nothing that numbers depend on changes in 2 definitions.**${notRun}`,
    ],
    [
      'something new',
      { changes: [definitionChange({ class: 'additive', fields: [fieldChange({ words: 'is new' })] })] },
      `**Additive: MQL→meeting rate: is new.**${notRun}`,
    ],
    [
      'what cannot be told',
      { changes: [definitionChange({ isUnknown: true, fields: [unknown, unknown] })] },
      `**Counts as breaking, since nobody can tell what it does: MQL→meeting rate: <code>type</code> is another (and 1 more difference).**${notRun}`,
    ],
    [
      'a base without the tool',
      { base: { asked: 'main', commit: 'a'.repeat(12), isMergeBase: false, uncommitted: 0, isEmpty: true } },
      `**No definition changes.** The base has no handover.yml, so that everything is new.${notRun}`,
    ],
    [
      'a head that cannot be read',
      { problems: { base: [], head: [{ code: 'unknown-model', severity: 'error', message: 'unknown model "a"' }] } },
      `**No definition that can be read changes.** The head cannot be built (1 problem). Only definitions that can be read are compared.${notRun}`,
    ],
    [
      'no build',
      { data: { kind: 'no_data', reason: 'nothing was built; run "handover build"' } },
      '**No definition changes.** Values were not compared: nothing was built; run "handover build".',
    ],
    [
      'a base whose build fails',
      { data: { kind: 'failed', side: 'base', problems: [] } },
      '**No definition changes.** Values were not compared: the build of the base fails.',
    ],
    [
      'a warning of the policy',
      { violations: [{ rule: 'approvals', severity: 'warn', message: '', fix: '', file: null, line: null }] },
      `**No definition changes.**${notRun} Policy: 1 thing should be looked at.`,
    ],
  ])('of %s', (_, part, said) => {
    expect(verdictIn(emptyReview(part))).toBe(said);
  });

  const noFlips = { verdicts: 0, leads: 0, counts: [], list: [] };
  test.each<[string, Partial<typeof sampleData>, string]>([
    ['no value', { metrics: [metricReview({ changed: 0 })], restated: [] }, 'No value and no verdict changes.'],
    [
      'only the name of a metric',
      {
        metrics: [metricReview({ changed: 0 })],
        restated: sampleData.restated.map((row) => ({ ...row, after: null })),
      },
      'No value changes, but 1 closed period no longer shows a metric by its old name.',
    ],
    [
      'a running period',
      { metrics: [metricReview({ totals: [valueChange({ isComplete: false })] })] },
      'Only periods that are not over show other numbers.',
    ],
    ['parts alone', { metrics: [metricReview({ totals: [] })] }, 'Only parts show other numbers, no total does.'],
    ['one week', { metrics: [metricReview({ totals: [valueChange()] })] }, '1 closed week shows other numbers.'],
    [
      'a week of two metrics',
      { metrics: [metricReview({ totals: [valueChange()] }), metricReview({ totals: [valueChange()] })] },
      '1 closed week shows other numbers.',
    ],
  ])('of values, where %s moved', (_, part, said) => {
    const data = { kind: 'compared', ...sampleData, flips: noFlips, ...part } as const;
    expect(verdictIn(emptyReview({ data }))).toBe(`**No definition changes.** ${said}`);
  });

  test('parts that only come leave what was there as it was, unless something else is breaking', () => {
    const metrics = [metricReview({ totals: [], parts: [valueChange({ before: null, dimension: 'team' })] })];
    const data = { kind: 'compared', ...sampleData, flips: noFlips, restated: [], metrics } as const;
    expect(verdictIn(emptyReview({ data, class: 'additive' }))).toContain(' What was there shows the same numbers.');
    expect(verdictIn(emptyReview({ data, class: 'breaking' }))).toContain(' Only parts show other numbers,');
  });
});

describe('what is seen at once', () => {
  test('what the policy misses, errors first, each with its fix', () => {
    const [error] = sampleReview().violations;
    const warning = {
      rule: 'deprecation_dates',
      severity: 'warn',
      message: 'It goes',
      fix: 'Say when.',
      file: null,
      line: null,
    } as const;
    expect(
      partIn(sampleReview({ violations: [warning, ...(error === undefined ? [] : [error])] }), 'policy\n'),
    ).toBe(`### Missing for the review policy

- Missing (<code>version_bump</code>) <code>metrics/mql_to_meeting_rate.yml:3</code>: MQL→meeting rate says something else and is still version 1. Fix: Write <code>version: 2</code>, and say why under <code>changes</code>.
- Warning (<code>deprecation_dates</code>): It goes. Fix: Say when.`);
  });

  test('the definitions, with what can be laid to each', () => {
    expect(partIn(sampleReview(), 'What changes')).toBe(`### What changes

| Definition | Class | In words | Values that move | Closed periods | Verdicts |
| --- | --- | --- | --: | --: | --: |
| MQL→meeting rate | breaking | it counts other rows | 37 of 210 | 3 of 40 | – |
| the agreement 2026-h2 | breaking | demo requests must be answered within 30 minutes in place of 60 | – | – | 23 |
| Win rate | cosmetic | it is described in other words | – | – | – |`);
  });

  test('values go with the version that moved them, and not with the one that may be used for a while', () => {
    const old = definitionChange({ class: 'additive', fields: [fieldChange({ class: 'additive' })] });
    const changes = [definitionChange({ versionAfter: 2 }), old];
    const part = partIn(sampleReview({ changes }), 'What changes');
    expect(part).toContain('version 1 → 2 | breaking | it counts other rows | 37 of 210 |');
    expect(part).toContain('| additive | it counts other rows | – | – | – |');
  });

  test('no chance where there is no value to compare with', () => {
    const totals = [valueChange({ after: null, difference: null, noise: 'untold' })];
    const data = { kind: 'compared', ...sampleData, metrics: [metricReview({ totals })] } as const;
    expect(partIn(sampleReview({ data }), 'newest closed')).toMatch(/\| no value \| – \| kept → missed \| – \|$/);
  });

  test('no numbers where none were compared, and only the first twelve', () => {
    const changes = Array.from({ length: 14 }, () =>
      definitionChange({ versionAfter: 2, effectiveFrom: '2027-01-01' }),
    );
    const part = partIn(emptyReview({ changes }), 'What changes').split('\n');
    expect(part.slice(2, 5)).toEqual([
      '| Definition | Class | In words |',
      '| --- | --- | --- |',
      '| MQL→meeting rate, version 1 → 2, for periods from 2027-01-01 | breaking | it counts other rows |',
    ]);
    expect(part).toHaveLength(2 + 2 + 12 + 2);
    expect(part.at(-1)).toBe('… and 2 more definitions.');
  });

  test('the newest closed week, not the running one, with points between rates', () => {
    // 18 of 45 is 40 %, 15 of 42 is 35.7 %; between them lie 4.3 points.
    expect(partIn(sampleReview(), 'newest closed')).toBe(`### The newest closed period that moves

| Metric | Period | Before | After | Difference | Target | More than chance? |
| --- | --- | --: | --: | --: | --- | --- |
| MQL→meeting rate | 2026-W46 | 40.0 % (18 of 45) | 35.7 % (15 of 42) | −4.3 points | kept → missed | no, within chance |`);
  });

  test('who needs to know of a closed quarter', () => {
    expect(partIn(sampleReview(), 'restated')).toBe(`### Closed periods restated

Head of Marketing and Sales Director need to know: 2026-Q3 (MQL→meeting rate).

| Period | Metric | Answers for it | Before | After | Target | More than chance? | Published |
| --- | --- | --- | --: | --: | --- | --- | --- |
| 2026-Q3 | MQL→meeting rate | Sales Director | 41.2 % (198 of 481) | 37.1 % (167 of 450) | kept → missed | yes | as 41.2 %; beyond tolerance, not acknowledged |`);
  });

  test('quarters before the weeks that were published', () => {
    const [quarter] = sampleData.restated;
    if (quarter === undefined) throw new Error('the sample has one');
    const week = { ...quarter, grain: 'week', period: '2026-W46' } as const;
    const part = partIn(
      sampleReview({ data: { kind: 'compared', ...sampleData, restated: [week, quarter] } }),
      'restated',
    );
    expect(part).toContain('need to know: 2026-Q3 (MQL→meeting rate) and 2026-W46 (MQL→meeting rate).');
    expect(part.indexOf('| 2026-Q3 |')).toBeLessThan(part.indexOf('| 2026-W46 |'));
  });

  test('verdicts by clause, most first', () => {
    expect(partIn(sampleReview(), 'Verdicts that change')).toBe(`### Verdicts that change

| Promise | Before | After | Clause before | Clause after | Verdicts |
| --- | --- | --- | --- | --- | --: |
| first response | met | late | 2026-h2 first_response/demo | 2026-h2 first_response/demo | 20 |
| ICP match | match | no match | 2026-h2 icp | 2026-h2 icp | 3 |`);
  });
});

describe('what is folded', () => {
  test('every difference with its rule, its place and, where the words do not say it, both texts', () => {
    expect(partIn(sampleReview(), 'All changes')).toContain(
      "  - it counts other rows: <code>from_stage = 'mql'</code> → <code>from_stage = 'mql' and not is_test</code> (breaking by rule <code>metric-filter</code>, at <code>filter</code>)\n" +
        '- the agreement 2026-h2: breaking, <code>metrics/agreements/2026-h2.yml:61</code>\n' +
        '  - demo requests must be answered within 30 minutes in place of 60 (breaking by rule <code>agreement-within</code>,',
    );
  });

  test('texts that part only after they were cut are left out', () => {
    const cut = `${'a'.repeat(199)}…`;
    const change = definitionChange({
      fields: [fieldChange({ before: cut, after: cut, words: 'its SQL is another' })],
    });
    expect(partIn(emptyReview({ changes: [change] }), 'All changes')).toContain(
      '- its SQL is another (breaking by rule',
    );
  });

  test('texts that bring their own backticks are code once', () => {
    const change = definitionChange({ fields: [fieldChange({ before: '`a = 1`', after: null, words: 'it is gone' })] });
    expect(partIn(emptyReview({ changes: [change] }), 'All changes')).toContain(
      'it is gone: <code>a = 1</code> → nothing (breaking by rule',
    );
  });

  test('each metric has its share of the parts that are shown', () => {
    const parts = Array.from({ length: 100 }, (_, index) =>
      valueChange({ dimension: 'source', dimensionValue: `s${index + 1}` }),
    );
    const first = metricReview({ parts, partsChanged: 100 });
    const second = metricReview({ label: { en: 'Win rate', da: 'Vinderrate' }, parts, partsChanged: 100 });
    const part = partIn(
      sampleReview({ data: { kind: 'compared', ...sampleData, metrics: [first, second] } }),
      'Parts that move',
    );
    // 60 rows for two metrics: 30 for each; 140 of the 200 are left out.
    expect(part).toContain('| MQL→meeting rate | 2026-W46 | source: s30 |');
    expect(part).not.toContain('source: s31 |');
    expect(part).toContain('| Win rate | 2026-W46 | source: s30 |');
    expect(part).toContain('… and 140 more parts.');
  });

  test('rows as counts, and columns that come', () => {
    // 1,220 of 1,240 rows agree: 98.387 %, told as no more than it is.
    expect(partIn(sampleReview(), 'Rows of models')).toContain(
      '| <code>lead_responses</code> | <code>lead_id</code>, <code>cycle_no</code> | 1,240 | 0 | 0 | 20 | <code>status</code> 98.3 % |',
    );
    expect(partIn(sampleReview(), 'Columns that come')).toContain(
      '| <code>lead_responses</code> | <code>is_test</code> | not there | BOOLEAN |',
    );
  });

  test('reach, diagram, notes, and how it was compared', () => {
    expect(partIn(sampleReview(), 'What is reached')).toContain(
      '- 1 page\n  - <code>/weekly/&#91;week&#93;</code> This week: <code>mql_to_meeting_rate</code>',
    );
    expect(partIn(sampleReview(), 'Diagram')).toContain(
      '```mermaid\ngraph LR\n    a["2026-h2"] --> b["lead_responses"]\n```\n',
    );
    expect(partIn(sampleReview(), 'Notes')).toContain('- left out: models/link.sql, a symbolic link');
    expect(partIn(sampleReview(), 'How it was')).toContain(
      '- Base: <code>origin/main</code> at <code>82a780c0ffee</code>, where the head left it (merge base)\n' +
        '- Head: the work tree, with 2 files that no commit holds\n',
    );
  });

  test('a commit that was asked for by its id is named once', () => {
    const head = { asked: '82a780c0ffee'.padEnd(40, '0'), commit: '82a780c0ffee', isMergeBase: false } as const;
    const review = sampleReview({ head: { ...head, uncommitted: 0, isEmpty: false } });
    expect(partIn(review, 'How it was')).toContain('- Head: <code>82a780c0ffee</code>\n');
  });
});

describe('what is not posted', () => {
  test('leads, rows and the names of parts that only the head knows', () => {
    const text = toMarkdown(sampleReview());
    expect(text).not.toMatch(/lead-secret|sample-secret|jane\.doe|example\.com/);
    // 33 changed: one is shown, one is not known.
    expect(partIn(sampleReview(), 'Parts that move')).toMatch(
      /1 of the parts are not named here: they are new to the base, or stand for somebody\.\n\n\| Metric[\s\S]*team: dk_smb[\s\S]*… and 31 more parts\./,
    );
  });

  test('the names of parts that stand for somebody, known as they may be', () => {
    const parts = ['lead_id', 'OWNER_ID', 'team'].map((dimension) =>
      valueChange({ dimension, dimensionValue: `${dimension}-7`, isKnown: true }),
    );
    const metrics = [metricReview({ parts, partsChanged: 3 })];
    const text = toMarkdown(sampleReview({ data: { kind: 'compared', ...sampleData, metrics } }));
    expect(text).toContain('team: team-7');
    expect(text).toContain('2 of the parts are not named here');
    expect(text).not.toMatch(/lead_id-7|OWNER_ID-7/);
  });

  test('what the run of a side says: only its code and its place', () => {
    const problem = {
      code: 'model-failed',
      severity: 'error',
      message: 'could not convert "jane.doe@example.com"',
      source: 'secret source',
      expected: 'secret expected',
      fix: 'secret fix',
      file: 'models/marts/leads.sql',
      line: 7,
    } as const;
    for (const side of ['base', 'head'] as const) {
      const review = emptyReview({ data: { kind: 'failed', side, problems: [problem] } });
      expect(toMarkdown(review)).not.toMatch(/jane|secret/);
      expect(partIn(review, `### The ${side} cannot be built`)).toContain(
        '\n- <code>models/marts/leads.sql:7</code> <code>model-failed</code>',
      );
    }
  });

  test('what is read in files is told', () => {
    const problem = { code: 'unknown-model', severity: 'error', message: 'unknown model "a"', file: 'b.sql' } as const;
    const review = emptyReview({
      data: { kind: 'failed', side: 'head', problems: [problem] },
      problems: { base: [], head: [problem] },
    });
    expect(partIn(review, '### The head cannot be built')).toBe(
      '### The head cannot be built\n\n- <code>b.sql</code> unknown model "a" (<code>unknown-model</code>)',
    );
  });

  test('names that the SQL of the head made of data', () => {
    const [count] = sampleData.flips.counts;
    const [rows] = sampleData.rows;
    if (count === undefined || rows === undefined) throw new Error('the sample has both');
    const data = {
      kind: 'compared',
      ...sampleData,
      flips: { ...sampleData.flips, counts: [{ ...count, after: 'other', clauseAfter: 'other' }] },
      rows: [
        {
          ...rows,
          columns: [{ column: 'Jane Doe', changed: 1, matchRate: 0.5 }],
          schema: [
            { column: 'jane@doe.dk', before: null, after: 'VARCHAR' },
            { column: 'kind', before: 'DECIMAL(18,3)', after: "ENUM('Jane Doe')" },
          ],
        },
      ],
    } as const;
    const text = toMarkdown(sampleReview({ data }));
    expect(text).not.toMatch(/jane|doe/i);
    expect(text).toContain(
      '| first response | met | another verdict | 2026-h2 first_response/demo | another clause | 20 |',
    );
    expect(text).toContain('| <code>lead_responses</code> | <code>kind</code> | DECIMAL(18,3) | ENUM(…) |');
    expect(text).toContain('… and 1 more column.');
  });
});
