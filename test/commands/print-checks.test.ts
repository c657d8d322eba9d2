import { describe, expect, test } from 'vitest';
import type { ContractResult } from '../../src/build/check-contracts.ts';
import { formatChecks, summaryOf } from '../../src/commands/print-checks.ts';

const place = { file: 'metrics/win_rate.yml', line: 25, column: 13, source: '' };

const holds: ContractResult = {
  metric: 'win_rate',
  model: 'lead_cycles',
  rule: 'range',
  severity: 'error',
  passed: true,
  observed: '12 values inside',
  expected: 'from 0 to 1',
  sample: null,
  rowsIn: null,
  place,
};
const fails: ContractResult = {
  ...holds,
  rule: 'sql(no_future)',
  passed: false,
  observed: `1 row: {'note': <b>"5 | 6" & @all</b>\u0007}`,
  expected: 'no rows',
  sample: `{'note': <b>"5 | 6" & @all</b>\u0007}`,
  rowsIn: 'audit.win_rate__no_future',
};
const warns: ContractResult = {
  ...holds,
  metric: null,
  model: 'stg_events',
  rule: 'not-null(lead_id)',
  severity: 'warn',
  passed: false,
  observed: '2 rows: event_id = e_1; event_id = e_2',
  expected: 'a value',
};
const dataRule: ContractResult = { ...holds, metric: null, model: null, rule: 'freshness' };
const all = [holds, warns, fails, dataRule];

describe('the summary', () => {
  test.each([
    [[], 'no contracts'],
    [[holds], '1 contract holds'],
    [[holds, dataRule], 'all 2 contracts hold'],
    [[holds, warns], '1 of 2 contracts does not hold: 1 warning'],
    [all, '2 of 4 contracts do not hold: 1 error, 1 warning'],
  ])('of %#', (results, said) => {
    expect(summaryOf(results)).toBe(said);
  });
});

describe('JUnit', () => {
  test('has a suite for each metric and model, a case for each rule, and no character that XML cannot hold', () => {
    expect(formatChecks(all, 'junit')).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="handover check" tests="4" failures="1" errors="0" skipped="1" time="0">
<testsuite name="win_rate" tests="2" failures="1" errors="0" skipped="0" time="0">
<testcase classname="win_rate" name="range" file="metrics/win_rate.yml" line="25" time="0">
<system-out>12 values inside</system-out>
</testcase>
<testcase classname="win_rate" name="sql(no_future)" file="metrics/win_rate.yml" line="25" time="0">
<failure message="sql(no_future) does not hold" type="contract-violated">1 row: {'note': &lt;b&gt;&quot;5 | 6&quot; &amp; @all&lt;/b&gt;}
expected: no rows
rows: handover show audit.win_rate__no_future
metrics/win_rate.yml:25</failure>
</testcase>
</testsuite>
<testsuite name="stg_events" tests="1" failures="0" errors="0" skipped="1" time="0">
<testcase classname="stg_events" name="not-null(lead_id)" file="metrics/win_rate.yml" line="25" time="0">
<skipped message="not-null(lead_id) warning: does not hold">2 rows: event_id = e_1; event_id = e_2
expected: a value
metrics/win_rate.yml:25</skipped>
</testcase>
</testsuite>
<testsuite name="the data" tests="1" failures="0" errors="0" skipped="0" time="0">
<testcase classname="the data" name="freshness" file="metrics/win_rate.yml" line="25" time="0">
<system-out>12 values inside</system-out>
</testcase>
</testsuite>
</testsuites>
`);
  });

  test('keeps what XML holds, and drops halves of pairs', () => {
    const text = formatChecks([{ ...holds, observed: 'a\tb\nÆ 😀 \ud83d \ufffe \u0000]]>' }], 'junit');
    expect(text).toContain('<system-out>a\tb\nÆ 😀   ]]&gt;</system-out>');
  });

  test('of nothing is a report without suites', () => {
    expect(formatChecks([], 'junit')).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
        '<testsuites name="handover check" tests="0" failures="0" errors="0" skipped="0" time="0"></testsuites>\n',
    );
  });
});

describe('Markdown', () => {
  test('shows first what does not hold, errors before warnings, and folds the rest', () => {
    expect(formatChecks(all, 'markdown')).toBe(`**2 of 4 contracts do not hold: 1 error, 1 warning**

| status | of | rule | observed | expected | where |
| --- | --- | --- | --- | --- | --- |
| fails | win_rate | sql(no_future) | 1 row: {'note': &lt;b&gt;"5 \\| 6" &amp; &#64;all&lt;/b&gt;} | no rows | metrics/win_rate.yml:25 |
| warns | stg_events | not-null(lead_id) | 2 rows: event_id = e_1; event_id = e_2 | a value | metrics/win_rate.yml:25 |

<details><summary>2 hold</summary>

| of | rules |
| --- | --- |
| win_rate | 1 |
| the data | 1 |

</details>
`);
  });

  test('fits a comment', () => {
    const many = Array.from({ length: 2000 }, () => ({ ...fails, observed: 'x'.repeat(1000) }));
    const text = formatChecks([...many, ...Array.from({ length: 2000 }, () => holds)], 'markdown');
    expect(text.length).toBeLessThan(60_000);
    expect(text).toContain('… and 1950 more');
  });

  test('keeps a table in one piece, whatever was found', () => {
    const text = formatChecks([{ ...fails, observed: `a\nb | *c* [d](e) \`f\` ${'x'.repeat(400)}` }], 'markdown');
    const row = text.split('\n').find((line) => line.startsWith('| fails')) ?? '';
    expect(row).toContain('| a b \\| \\*c\\* \\[d\\](e) \\`f\\` xxx');
    expect(row.length).toBeLessThan(450);
    expect(row).toMatch(/x… \| no rows \|/);
  });
});

describe('rows', () => {
  test('as JSON hold all there is', () => {
    expect(JSON.parse(formatChecks([fails], 'json'))).toEqual([
      {
        metric: 'win_rate',
        model: 'lead_cycles',
        rule: 'sql(no_future)',
        severity: 'error',
        status: 'fails',
        observed: fails.observed,
        expected: 'no rows',
        sample: fails.sample,
        rows_in: 'audit.win_rate__no_future',
        file: 'metrics/win_rate.yml',
        line: 25,
      },
    ]);
  });

  test('as CSV have a header', () => {
    expect(formatChecks([holds], 'csv')).toBe(
      'metric,model,rule,severity,status,observed,expected,sample,rows_in,file,line\n' +
        'win_rate,lead_cycles,range,error,holds,12 values inside,from 0 to 1,,,metrics/win_rate.yml,25\n',
    );
  });

  test('as a table stay narrow', () => {
    const text = formatChecks([{ ...fails, observed: 'x'.repeat(500) }], 'table');
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(200);
    expect(text).toMatch(/fails +│ win_rate │ sql\(no_future\)/);
  });
});
