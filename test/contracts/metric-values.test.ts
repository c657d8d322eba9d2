import { describe, expect, test } from 'vitest';
import { checked, checkWorld, metricOf, told, week } from './metric-world.ts';

/** Mondays; the last one that is over is the last of them. */
const mondays = ['2026-01-12', '2026-01-19', '2026-01-26', '2026-02-02', '2026-02-09', '2026-02-16', '2026-02-23'];
const weeks = [...mondays, '2026-03-02', '2026-03-09'];
const mqls = (contract: string, keys = '') => metricOf('mqls', `${keys}\ncontract: ${contract}`);

describe('range', () => {
  const metrics = [mqls('{ range: [0, 100] }')];

  test('holds, for each value that there is', async () => {
    expect(told(await checked({ metrics, values: [week('2026-03-02', 0), week('2026-03-09', 100)] }))).toEqual([
      ['holds', 'range', '2 values inside', 'from 0 to 100'],
    ]);
  });

  test('names values outside, of parts too, and none that is no number', async () => {
    const values = [
      week('2026-03-02', 101),
      week('2026-03-09', -1, { dimension: 'team', dimension_value: 'dk' }),
      week('2026-03-09', 1, { value: null }),
    ];
    const results = await checked({ metrics, values });
    expect(told(results)).toEqual([
      [
        'breaks',
        'range',
        '2 of 2 values outside: -1 in week 2026-03-09 (team = dk); 101 in week 2026-03-02',
        'from 0 to 100',
      ],
    ]);
    expect(results[0]).toMatchObject({ metric: 'mqls', model: 'cycles', severity: 'error' });
    expect(results[0]?.place).toMatchObject({ file: 'metrics/mqls.yml', line: 13 });
  });

  test('of several versions is that of each, which it names', async () => {
    const changes = 'changes: [{ version: 1, why: First }, { version: 2, why: Second }]';
    const first = metricOf('mqls', 'contract: { range: [0, 10] }');
    const second = metricOf(
      'mqls',
      `version: 2\n${changes}\ncontract: { range: { between: [null, 5], severity: warn } }`,
    );
    const values = [week('2026-03-02', 7), week('2026-03-02', 7, { version: 2, is_in_force: false })];
    expect(told(await checked({ metrics: [first, second], values }))).toEqual([
      ['holds', 'range v1', '1 values inside', 'from 0 to 10'],
      ['breaks', 'range v2', '1 of 1 values outside: 7 in week 2026-03-02', 'at most 5'],
    ]);
  });
});

describe('complete', () => {
  test('holds where every period that is over has rows, from the first with any', async () => {
    // The week of as_of has just begun.
    const values = weeks.map((start) => week(start, 3));
    expect(told(await checked({ metrics: [mqls('{ complete: true }')], values }))).toEqual([
      ['holds', 'complete', 'rows in all 9 periods', 'rows in every period that is over'],
    ]);
  });

  test('names the periods without rows, the last one too; parts do not make up for the whole', async () => {
    const values = weeks
      .filter((start) => start !== '2026-02-02' && start !== '2026-03-09')
      .map((start) => week(start, 3));
    const part = week('2026-03-09', 3, { dimension: 'team', dimension_value: 'dk' });
    expect(told(await checked({ metrics: [mqls('{ complete: true }')], values: [...values, part] }))).toEqual([
      [
        'breaks',
        'complete',
        '2 of 9 periods without rows: week 2026-02-02; week 2026-03-09',
        'rows in every period that is over',
      ],
    ]);
  });

  test('of the last periods does not look further back, nor before the first', async () => {
    const metrics = [mqls('{ complete: { periods: 5, severity: warn } }')];
    const gap = weeks.filter((start) => start !== '2026-02-02').map((start) => week(start, 3));
    const [held] = await checked({ metrics, values: gap });
    expect(held).toMatchObject({ passed: true, severity: 'warn', observed: 'rows in all 5 periods' });
    const young = [week('2026-03-02', 1), week('2026-03-09', 1)];
    expect((await checked({ metrics, values: young }))[0]).toMatchObject({ observed: 'rows in all 2 periods' });
  });

  test('does not hold of a metric without any row', async () => {
    expect(told(await checked({ metrics: [mqls('{ complete: true }')], values: [] }))).toEqual([
      ['breaks', 'complete', 'no rows in any period', 'rows in every period that is over'],
    ]);
  });
});

describe('volume', () => {
  const metrics = [mqls('{ volume: { within: 50 %, of_last: 4 } }')];
  const before = mondays.slice(-4).map((start, index) => week(start, [8, 10, 12, 30][index] ?? 0));
  const last = '2026-03-02';
  const expected = 'within 50 % of the median of the 4 periods before';
  // The median of 8, 10, 12 and 30 is 11: from 5.5 to 16.5.
  const inAll = (size: number, rest = {}) => [...before, week(last, 11), week('2026-03-09', size, rest)];

  test.each([
    [6, 'holds'],
    [5, 'breaks'],
    [17, 'holds'],
    [18, 'breaks'],
  ])('of %i against a median of 11.5 %s', async (size, outcome) => {
    // Of the four before the last: 10, 12, 30 and 11, a median of 11.5: from 5.75 to 17.25.
    expect(told(await checked({ metrics, values: inAll(size) }))).toEqual([
      [outcome, 'volume', `week 2026-03-09: ${size}, a median of 11.5 in the 4 before`, expected],
    ]);
  });

  test('of a period without rows is none', async () => {
    const [result] = await checked({ metrics, values: [...before, week(last, 11)] });
    expect(result).toMatchObject({
      passed: false,
      observed: 'week 2026-03-09: 0, a median of 11.5 in the 4 before',
    });
  });

  test('counts what is pending as what may still come', async () => {
    const [result] = await checked({ metrics, values: inAll(4, { pending: 2 }) });
    expect(result).toMatchObject({
      passed: true,
      observed: 'week 2026-03-09: 4 and 2 pending, a median of 11.5 in the 4 before',
    });
  });

  test('with fewer than three periods before says nothing', async () => {
    const values = ['2026-02-23', '2026-03-02', '2026-03-09'].map((start, index) => week(start, index * 100 + 1));
    const [result] = await checked({ metrics, values });
    expect(result).toMatchObject({ passed: true, observed: 'week 2026-03-09: too few periods to say' });
  });

  test('ignores the period that is not over', async () => {
    const [result] = await checked({ metrics, values: [...inAll(11), week('2026-03-16', 1)] });
    expect(result).toMatchObject({ passed: true });
  });
});

describe('unique', () => {
  test('finds a value that is there twice', async () => {
    const metrics = [mqls('{ unique: true }')];
    const once = told(await checked({ metrics, values: [week('2026-03-02', 1)] }));
    expect(once).toEqual([
      ['holds', 'unique(lead_id, cycle_no)', 'every key once', 'one row per lead_id, cycle_no'],
      ['holds', 'unique(values)', '1 value, each once', 'one value for each period and part'],
    ]);
    const twice = await checked({
      metrics,
      values: [week('2026-03-02', 1), week('2026-03-02', 2), week('2026-03-09', 2)],
    });
    expect(told(twice)[1]).toEqual([
      'breaks',
      'unique(values)',
      '1 value more than once: week 2026-03-02',
      'one value for each period and part',
    ]);
  });
});

describe('adds_up', () => {
  const metrics = [mqls('{ adds_up: true }', 'dimensions: [team, region]')];
  const part = (dimension: string, value: string, size: number, rest = {}) =>
    week('2026-03-02', size, { dimension, dimension_value: value, ...rest });
  const right = [
    week('2026-03-02', 10, { pending: 1 }),
    part('team', 'dk', 4, { pending: 1 }),
    part('team', 'se', 6),
    part('region', 'north', 10, { pending: 1 }),
  ];

  test('holds where the parts of each dimension are the whole', async () => {
    expect(told(await checked({ metrics, values: right }))).toEqual([
      [
        'holds',
        'adds-up',
        '2 sums of parts are the whole',
        'numerator, denominator, sample size and pending of all parts together those of the whole',
      ],
    ]);
  });

  test.each([
    [
      'a part too large',
      right.map((row) => (row.dimension_value === 'se' ? { ...row, numerator: 7 } : row)),
      '1 sums are not the whole: week 2026-03-02, team: numerator 11 in parts and 10 in all',
    ],
    [
      'a pending row of no part',
      right.map((row) => (row.dimension_value === 'dk' ? { ...row, pending: 0 } : row)),
      '1 sums are not the whole: week 2026-03-02, team: pending 0 in parts and 1 in all',
    ],
    [
      'a dimension that is missing',
      right.slice(0, 3),
      '3 sums are not the whole: week 2026-03-02, region: numerator none in parts and 10 in all; week 2026-03-02, region: pending none in parts and 1 in all; week 2026-03-02, region: sample size none in parts and 10 in all',
    ],
  ])('finds %s', async (_name, values, observed) => {
    expect((await checked({ metrics, values }))[0]).toMatchObject({ passed: false, observed });
  });

  test('is not disturbed by the last digits of sums', async () => {
    const values = [
      week('2026-03-02', 3, { numerator: 0.6 }),
      ...['dk', 'se', 'no'].map((team, index) => part('team', team, 1, { numerator: [0.1, 0.2, 0.3][index] ?? 0 })),
      part('region', 'north', 3, { numerator: 0.1 + 0.2 + 0.3 }),
    ];
    expect(0.1 + 0.2 + 0.3).not.toBe(0.6);
    expect((await checked({ metrics, values }))[0]).toMatchObject({ passed: true });
  });

  test('holds of what metrics give', async () => {
    const rows = `('a', 1, timestamptz '2026-03-03 09:00:00Z', 'dk'), ('b', 1, timestamptz '2026-03-04 09:00:00Z', null)`;
    const [result] = await checked({ metrics: [mqls('{ adds_up: true }', 'dimensions: [team]')], rows });
    expect(result).toMatchObject({ passed: true, observed: '3 sums of parts are the whole' });
  });
});

describe('reconciles_with', () => {
  const values = [week('2026-03-02', 3), week('2026-03-09', 4), week('2026-03-30', 9)];
  const rows = Array.from({ length: 7 }, (_, index) => `('l${index}', 1, timestamptz '2026-03-03 09:00:00Z', 'dk')`);
  const check = (contract: string) => checked({ metrics: [mqls(contract)], values, rows: rows.join(', ') });

  test('holds where all periods that began add up to the number', async () => {
    expect(told(await check('{ reconciles_with: "select count(*) from cycles;" }'))).toEqual([
      ['holds', 'reconciles-with', '7 in all weeks together, 7 by the select', 'the same number'],
    ]);
  });

  test('breaks one row off, unless that is within what is allowed', async () => {
    expect(told(await check(`{ reconciles_with: "select count(*) + 1 from cycles" }`))).toEqual([
      ['breaks', 'reconciles-with', '7 in all weeks together, 8 by the select', 'the same number'],
    ]);
    const [loose] = await check(`{ reconciles_with: { select: "select 8", within: 13 % } }`);
    expect(loose).toMatchObject({ passed: true, expected: 'within 13 % of it' });
    const [tight] = await check(`{ reconciles_with: { select: "select 8", within: 12 %, severity: warn } }`);
    expect(tight).toMatchObject({ passed: false, severity: 'warn' });
  });

  test.each([
    ['select 7 where false', 'the select gives no row'],
    ['select 7 from cycles', 'the select gives several rows'],
    ['select cast(null as integer)', 'the select gives no number'],
    [`select cast('x' as integer)`, `it could not be checked: Could not convert string 'x' to INT32`],
  ])('breaks with %s', async (select, observed) => {
    const [result] = await check(`{ reconciles_with: { select: "${select}", severity: warn } }`);
    expect(result?.passed).toBe(false);
    expect(result?.observed).toContain(observed);
  });
});

describe('agrees_with', () => {
  const other = metricOf('others', '');
  const check = (within: string, values: [number | null, number | null][]) => {
    const metrics = [mqls(`{ agrees_with: [{ metric: others${within} }] }`), other];
    const rows = values.flatMap(([own, theirs], index) => [
      week(weeks[index] ?? '', 1, { value: own }),
      week(weeks[index] ?? '', 1, { value: theirs, metric: 'others' }),
    ]);
    return checked({ metrics, values: rows });
  };

  test('holds where both say the same, or nothing', async () => {
    expect(
      told(
        await check('', [
          [1, 1],
          [0.1 + 0.2, 0.3],
          [null, null],
        ]),
      ),
    ).toEqual([['holds', 'agrees-with(others)', 'the same in 3 periods', 'the value of others']]);
  });

  test('breaks where they differ by more than is allowed, or only one has a value', async () => {
    expect(
      told(
        await check(', within: 1 %', [
          [101, 100],
          [102, 100],
          [null, 1],
          [98.9, 100],
        ]),
      ),
    ).toEqual([
      [
        'breaks',
        'agrees-with(others)',
        '3 of 4 periods differ: week 2026-01-19: 102 against 100; week 2026-01-26: none against 1; week 2026-02-02: 98.9 against 100',
        'within 1 % of others',
      ],
    ]);
  });

  test('breaks where they have no period in common, and looks at the version in force', async () => {
    const metrics = [mqls('{ agrees_with: [{ metric: others }] }'), other];
    const apart = [week('2026-03-02', 1), week('2026-03-09', 1, { metric: 'others' })];
    expect((await checked({ metrics, values: apart }))[0]).toMatchObject({
      passed: false,
      observed: 'no period in which both have a value',
    });
    const versions = [
      week('2026-03-02', 1),
      week('2026-03-02', 1, { metric: 'others' }),
      week('2026-03-02', 9, { metric: 'others', version: 2, is_in_force: false }),
    ];
    expect((await checked({ metrics, values: versions }))[0]).toMatchObject({ observed: 'the same in 1 period' });
  });
});

describe('change', () => {
  const metrics = [mqls('{ change: { within: 30 % } }')];
  const expected = 'within 30 % of the period before, or no further than chance could explain';
  const last = (value: number, change: string | null, rest = {}) => [
    week('2026-03-02', 100, { change: 'fell', previous_value: 900 }),
    week('2026-03-09', value, { previous_value: 100, change, ...rest }),
  ];

  test.each([
    [71, 'fell', 'holds', 'fell from 100 to 71'],
    [69, 'fell', 'breaks', 'fell from 100 to 69'],
    [131, 'rose', 'breaks', 'rose from 100 to 131'],
    [69, 'steady', 'holds', 'went from 100 to 69'],
    [1, 'too_few', 'holds', 'went from 100 to 1, too few rows to say'],
  ])('to %i, which %s, %s', async (value, change, outcome, moved) => {
    expect(told(await checked({ metrics, values: last(value, change) }))).toEqual([
      [outcome, 'change', `week 2026-03-09: ${moved}`, expected],
    ]);
  });

  test('looks at the last period that is over and mature', async () => {
    expect(told(await checked({ metrics, values: last(1, 'fell', { maturity: 'partial' }) }))).toEqual([
      ['breaks', 'change', 'week 2026-03-02: fell from 900 to 100', expected],
    ]);
    expect((await checked({ metrics, values: last(1, 'fell', { maturity: null }) }))[0]).toMatchObject({
      observed: 'week 2026-03-09: fell from 100 to 1',
    });
    expect((await checked({ metrics, values: [week('2026-03-16', 1)] }))[0]).toMatchObject({
      passed: true,
      observed: 'no period is over and mature yet',
    });
  });
});

describe('sql', () => {
  const metrics = [
    mqls(
      `{ sql: [{ name: no_future, select: "select lead_id, mql_at from cycles where mql_at > timestamptz '2026-03-16'" }] }`,
    ),
  ];

  test('holds where no row is found', async () => {
    expect(told(await checked({ metrics }))).toEqual([['holds', 'sql(no_future)', 'no row breaks it', 'no rows']]);
  });

  test('shows the rows that break it and keeps them', async () => {
    const rows = `('a', 1, timestamptz '2026-03-03 09:00:00Z', 'dk'), ('b', 1, timestamptz '2026-04-03 09:00:00Z', 'dk')`;
    const { warehouse, results } = await checkWorld({ metrics, rows });
    const result = results.find(({ rule }) => rule === 'sql(no_future)');
    expect(result).toMatchObject({
      passed: false,
      observed: `1 row: {'lead_id': b, 'mql_at': '2026-04-03 09:00:00+00'}`,
      rowsIn: 'audit.mqls__no_future',
    });
    expect(await warehouse.rows('from audit.mqls__no_future')).toEqual([
      { lead_id: 'b', mql_at: '2026-04-03T09:00:00Z' },
    ]);
    // What is published tells how many.
    expect(
      await warehouse.rows(
        `select metric, rule, passed, observed, sample from main.contract_results where rows_in is not null`,
      ),
    ).toEqual([{ metric: 'mqls', rule: 'sql(no_future)', passed: false, observed: '1 row', sample: null }]);
  });

  test("shows nobody's address", async () => {
    const own = [mqls(`{ sql: [{ name: who, select: "select 'anna@example.com' as address" }] }`)];
    const [result] = await checked({ metrics: own });
    expect(result?.observed).toBe(`1 row: {'address': ***}`);
  });
});
