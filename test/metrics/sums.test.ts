import { afterEach, describe, expect, test } from 'vitest';
import { DiagnosticsError } from '../../src/diagnostics/diagnostic.ts';
import type { Warehouse } from '../../src/warehouse/warehouse.ts';
import { evaluated, metric, openWarehouse, type ValueRow } from './project.ts';

let warehouse: Warehouse;
afterEach(() => warehouse?.close());

/** Rows of the model `deals` in the week of Monday 2026-03-02, unless a row says otherwise. */
async function open(rows: string, columns: string): Promise<void> {
  warehouse = await openWarehouse('2026-03-16T06:00:00Z');
  await warehouse.run(`create table main.deals as from (values ${rows}) as rows (won_at, ${columns})`);
}

const rowsOf = 'model: deals\ntime: won_at\ngrains: [week]';
const week = `period_start = '2026-03-02'`;

function parts(rows: readonly ValueRow[]): unknown[] {
  return rows.map((row) => [row.dimension_value, row.value, row.pending, row.beside]);
}

describe('count_distinct', () => {
  const visits = `
    (timestamptz '2026-03-02 08:00:00Z', 'north', 'L1', 1, 'held'),
    (timestamptz '2026-03-02 09:00:00Z', 'north', 'L1', 1, 'held'),
    (timestamptz '2026-03-03 08:00:00Z', 'north', 'L1', 2, 'held'),
    (timestamptz '2026-03-03 08:00:00Z', 'south', 'L1', 1, 'held'),
    (timestamptz '2026-03-04 08:00:00Z', 'south', 'L2', null, 'held'),
    (timestamptz '2026-03-05 08:00:00Z', 'south', 'L3', 1, 'open'),
    (timestamptz '2026-03-05 09:00:00Z', 'south', 'L3', 1, 'open'),
    (timestamptz '2026-03-06 08:00:00Z', 'north', 'L4', 1, 'open'),
    (timestamptz '2026-03-06 09:00:00Z', 'south', 'L4', 1, 'held'),
    (timestamptz '2026-03-06 10:00:00Z', 'south', null, 1, 'held'),
    (timestamptz '2026-03-06 11:00:00Z', 'south', 'L5', 1, 'moved')`;
  const keys = `type: count_distinct\n${rowsOf}\npending: status = 'open'\nbeside: status = 'moved'\ndimensions: [team]`;

  test('counts a key once in a period, and once in every part that has it', async () => {
    await open(visits, 'team, lead_id, cycle_no, status');
    const rows = await evaluated(warehouse, [metric('leads', `${keys}\nkey: lead_id`)], week);
    // L1, L2 and L4 in all; L3 may come on top. North's L4 is still open, south's is not.
    expect(parts(rows)).toEqual([
      ['all', 3, 1, 1],
      ['north', 1, 1, 0],
      ['south', 3, 1, 1],
    ]);
    expect(rows[0]).toMatchObject({ numerator: 3, denominator: null, lower_95: null, sample_size: 3, is_final: false });
  });

  test('of several columns it counts what they are together, and nothing where one of them is null', async () => {
    await open(visits, 'team, lead_id, cycle_no, status');
    const rows = await evaluated(warehouse, [metric('cycles', `${keys}\nkey: [lead_id, cycle_no]`)], week);
    // (L1, 1), (L1, 2) and (L4, 1); (L3, 1) is open.
    expect(parts(rows)).toEqual([
      ['all', 3, 1, 1],
      ['north', 2, 1, 0],
      ['south', 2, 1, 1],
    ]);
  });

  test('keys that read alike when they are put together are two', async () => {
    const pairs = [
      ['a,b', 'c'],
      ['a', 'b,c'],
      ['', 'a,b,c'],
      ['1', '23'],
      ['12', '3'],
    ];
    await open(pairs.map(([a, b]) => `(timestamptz '2026-03-02 08:00:00Z', '${a}', '${b}')`).join(', '), 'a, b');
    const [row] = await evaluated(warehouse, [metric('pairs', `type: count_distinct\n${rowsOf}\nkey: [a, b]`)], week);
    expect(row?.value).toBe(5);
  });

  test('columns of the model may have the names that the query itself uses', async () => {
    await open(
      `(timestamptz '2026-03-02 08:00:00Z', 'x', true, true, 'y', 'z')`,
      'key_1, is_pending, is_beside, a, grain',
    );
    const [row] = await evaluated(
      warehouse,
      [metric('clash', `type: count_distinct\n${rowsOf}\nkey: [a, key_1, grain]`)],
      week,
    );
    expect(row).toMatchObject({ value: 1, pending: 0, beside: 0 });
  });

  test.each([
    [3, 'kept'],
    [4, 'open'],
    [5, 'missed'],
  ])('with 3 counted and 1 pending, a target of %d is %s', async (target, status) => {
    await open(visits, 'team, lead_id, cycle_no, status');
    await warehouse.run(
      `insert into sla.targets values ('first', 'sales', 'leads', 'leads', 'week', null, null, ${target})`,
    );
    const definition = metric('leads', `${keys}\nkey: lead_id`);
    const [row] = await evaluated(warehouse, [definition], `${week} and dimension = 'all'`);
    expect(row?.status).toBe(status);
  });
});

describe('sum', () => {
  const deals = `
    (timestamptz '2026-03-02 08:00:00Z', 'north', 100.25, 'won'),
    (timestamptz '2026-03-03 08:00:00Z', 'north', -0.25, 'won'),
    (timestamptz '2026-03-04 08:00:00Z', 'south', null, 'won'),
    (timestamptz '2026-03-04 09:00:00Z', 'west', 40, 'won'),
    (timestamptz '2026-03-05 08:00:00Z', 'west', 900, 'open'),
    (timestamptz '2026-03-05 09:00:00Z', 'west', 7, 'moved'),
    (timestamptz '2026-03-12 09:00:00Z', 'west', 5, 'won')`;
  const amount = (more = '') =>
    metric(
      'won_amount',
      `type: sum\n${rowsOf}\nvalue: amount\npending: status = 'open'\nbeside: status = 'moved'\n${more}`,
    );

  test('adds up what is there; rows without a value add nothing', async () => {
    await open(deals, 'team, amount, status');
    const rows = await evaluated(warehouse, [amount('dimensions: [team]')], week);
    expect(parts(rows)).toEqual([
      ['all', 140, 1, 1],
      ['north', 100, 0, 0],
      ['south', 0, 0, 0],
      ['west', 40, 1, 1],
    ]);
    expect(rows.map((row) => row.sample_size)).toEqual([3, 2, 0, 1]);
    expect(rows[0]).toMatchObject({ numerator: 140, denominator: null, lower_95: null, upper_95: null });
  });

  test('is zero in a week in which nothing happened', async () => {
    await open(deals.replace('2026-03-12', '2026-03-16'), 'team, amount, status');
    const rows = await evaluated(warehouse, [amount()]);
    expect(rows.map((row) => [row.period_start, row.numerator, row.denominator, row.value])).toEqual([
      ['2026-03-02', 140, null, 140],
      ['2026-03-09', 0, null, 0],
      ['2026-03-16', 5, null, 5],
    ]);
  });

  test('amounts are added exactly, in any order', async () => {
    const tenths = Array.from({ length: 1000 }, () => `(timestamptz '2026-03-02 08:00:00Z', cast(0.1 as double))`);
    await open(tenths.join(', '), 'amount');
    const [row] = await evaluated(warehouse, [metric('tenths', `type: sum\n${rowsOf}\nvalue: amount`)], week);
    // In doubles, one after the other: 99.9999999999986.
    expect(row?.value).toBe(100);
  });

  test('nobody knows what a pending row will add: the verdict waits for it', async () => {
    await open(deals, 'team, amount, status');
    await warehouse.run(
      `insert into sla.targets values ('first', 'sales', 'won_amount', 'won_amount', 'week', null, null, 5)`,
    );
    const rows = await evaluated(warehouse, [amount()]);
    expect(rows.map((row) => [row.period_start, row.value, row.status])).toEqual([
      ['2026-03-02', 140, 'open'],
      ['2026-03-09', 5, 'kept'],
      ['2026-03-16', 0, 'open'],
    ]);
  });

  test.each(['infinity', 'nan'])('a value that is %s is a problem, not a number', async (odd) => {
    await open(
      `(timestamptz '2026-03-02 08:00:00Z', 1.0), (timestamptz '2026-03-02 08:00:00Z', cast('${odd}' as double))`,
      'amount',
    );
    const definition = metric('odd', `type: sum\n${rowsOf}\nvalue: amount`);
    const error: unknown = await evaluated(warehouse, [definition]).catch((caught: unknown) => caught);
    if (!(error instanceof DiagnosticsError)) throw error;
    expect(error.diagnostics).toMatchObject([
      { code: 'metric-failed', file: 'metrics/odd.yml', message: expect.stringMatching(/"odd".*(inf|nan)/) },
    ]);
  });
});

describe('average', () => {
  const average = (more = '') => metric('minutes', `type: average\n${rowsOf}\nvalue: minutes\n${more}`);
  const upTo = (count: number) =>
    Array.from({ length: count }, (_, index) => `(timestamptz '2026-03-02 08:00:00Z', ${index + 1})`).join(', ');

  test('is the mean over the rows that have a value', async () => {
    await open(
      `
      (timestamptz '2026-03-02 08:00:00Z', 'north', 10, false),
      (timestamptz '2026-03-02 09:00:00Z', 'north', 20, false),
      (timestamptz '2026-03-02 09:00:00Z', 'south', null, false),
      (timestamptz '2026-03-02 10:00:00Z', 'west', 60, false),
      (timestamptz '2026-03-02 10:00:00Z', 'west', 600, true)`,
      'team, minutes, is_open',
    );
    const rows = await evaluated(warehouse, [average('dimensions: [team]\npending: is_open')], week);
    expect(rows.map((row) => [row.dimension_value, row.numerator, row.denominator, row.value, row.pending])).toEqual([
      ['all', 90, 3, 30, 1],
      ['north', 30, 2, 15, 0],
      ['south', 0, 0, null, 0],
      ['west', 60, 1, 60, 1],
    ]);
    expect(rows.map((row) => [row.sample_size, row.lower_95, row.upper_95])).toEqual([
      [3, null, null],
      [2, null, null],
      [0, null, null],
      [1, null, null],
    ]);
  });

  test('has no value, and is not zero, where nothing happened', async () => {
    await open(upTo(2), 'minutes');
    const rows = await evaluated(warehouse, [average()]);
    expect(rows.map((row) => [row.numerator, row.denominator, row.value])).toEqual([
      [3, 2, 1.5],
      [0, 0, null],
      [0, 0, null],
    ]);
  });

  test('has an interval from 30 values on', async () => {
    await open(upTo(30), 'minutes');
    const [row] = await evaluated(warehouse, [average()], week);
    // 1 to n: mean (n + 1) / 2, sample variance n (n + 1) / 12 = 77.5.
    const margin = 1.959964 * Math.sqrt(77.5 / 30);
    expect(row?.value).toBe(15.5);
    expect(row?.lower_95).toBeCloseTo(15.5 - margin, 5);
    expect(row?.upper_95).toBeCloseTo(15.5 + margin, 5);
    expect(row?.lower_95).toBeCloseTo(12.3498, 4);
  });

  test('has none at 29', async () => {
    await open(upTo(29), 'minutes');
    const [row] = await evaluated(warehouse, [average()], week);
    expect(row).toMatchObject({ value: 15, sample_size: 29, lower_95: null, upper_95: null });
  });

  test('all values alike: an interval without width', async () => {
    await open(upTo(30).replaceAll(/, \d+\)/g, ', 7)'), 'minutes');
    const [row] = await evaluated(warehouse, [average()], week);
    expect(row).toMatchObject({ value: 7, lower_95: 7, upper_95: 7 });
  });

  test.each([
    ['up', 31, 'missed'],
    ['up', 30, 'kept'],
    ['down', 29, 'missed'],
  ])('with direction %s a mean of 30 and a target of %d are %s', async (direction, target, status) => {
    await open(`(timestamptz '2026-03-02 08:00:00Z', 20), (timestamptz '2026-03-02 09:00:00Z', 40)`, 'minutes');
    await warehouse.run(
      `insert into sla.targets values ('first', 'sales', 'minutes', 'minutes', null, null, null, ${target})`,
    );
    const rows = await evaluated(warehouse, [average(`direction: ${direction}`)]);
    expect(rows.map((row) => row.status)).toEqual([status, 'no_data', 'open']);
  });
});
