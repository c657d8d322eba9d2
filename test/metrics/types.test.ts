import { afterEach, describe, expect, test } from 'vitest';
import { DiagnosticsError } from '../../src/diagnostics/diagnostic.ts';
import type { Warehouse } from '../../src/warehouse/warehouse.ts';
import { evaluated, metric, openWarehouse } from './project.ts';

let warehouse: Warehouse;
afterEach(() => warehouse?.close());

/** 2026-03-02 is a Monday. */
async function open(rows: string, asOf = '2026-03-16T06:00:00Z'): Promise<Warehouse> {
  warehouse = await openWarehouse(asOf);
  await warehouse.run(`create table main.answers as from (values ${rows}) as rows (due_at, team, status, minutes)`);
  return warehouse;
}

const answers = `
    (timestamptz '2026-03-02 08:00:00Z', 'north', 'met', 10.0),
    (timestamptz '2026-03-03 08:00:00Z', 'north', 'late', 40.0),
    (timestamptz '2026-03-04 08:00:00Z', 'south', 'met', 20.0),
    (timestamptz '2026-03-05 08:00:00Z', null, 'overdue', null),
    (timestamptz '2026-03-10 08:00:00Z', 'south', 'pending', null)`;

describe('count', () => {
  const volume = metric(
    'volume',
    'type: count\nmodel: answers\ntime: due_at\ndimensions: [team]\ngrains: [week, month]',
  );

  test('counts rows in total and by each value of a dimension', async () => {
    const rows = await evaluated(await open(answers), [volume], `period_start = date '2026-03-02' and grain = 'week'`);
    expect(rows.map((row) => [row.dimension, row.dimension_value, row.value])).toEqual([
      ['all', 'all', 4],
      ['team', '(none)', 1],
      ['team', 'north', 2],
      ['team', 'south', 1],
    ]);
    expect(rows[0]).toMatchObject({ numerator: 4, denominator: null, lower_95: null, upper_95: null, sample_size: 4 });
  });

  test('has a total row for every week up to that of as_of, zero where nothing happened', async () => {
    const rows = await evaluated(
      await open(answers, '2026-03-30T06:00:00Z'),
      [volume],
      `grain = 'week' and dimension = 'all'`,
    );
    expect(rows.map((row) => [row.period_start, row.value, row.is_complete])).toEqual([
      ['2026-03-02', 4, true],
      ['2026-03-09', 1, true],
      ['2026-03-16', 0, true],
      ['2026-03-23', 0, true],
      ['2026-03-30', 0, false],
    ]);
  });

  test('what is dated in a period that has not begun waits for it', async () => {
    const rows = await evaluated(await open(answers, '2026-03-06T06:00:00Z'), [volume], `grain = 'week'`);
    expect(new Set(rows.map((row) => row.period_start))).toEqual(new Set(['2026-03-02']));
  });

  test('without a row there is still the period of as_of', async () => {
    await open(answers);
    await warehouse.run('delete from main.answers');
    const rows = await evaluated(warehouse, [volume], 'true');
    expect(rows.map((row) => [row.grain, row.period_start, row.value])).toEqual([
      ['month', '2026-03-01', 0],
      ['week', '2026-03-16', 0],
    ]);
  });

  test('dates rows in the reporting zone, on both sides of midnight and of the clock change', async () => {
    const rows = await evaluated(
      await open(
        `
        (timestamptz '2026-03-22 22:59:59.999999Z', 'a', null, null),
        (timestamptz '2026-03-22 23:00:00Z', 'b', null, null),
        (timestamptz '2026-03-29 21:59:59.999999Z', 'c', null, null),
        (timestamptz '2026-03-29 22:00:00Z', 'd', null, null)`,
        '2026-04-02T06:00:00Z',
      ),
      [volume],
      `grain = 'week' and dimension = 'team'`,
    );
    expect(rows.map((row) => [row.period_start, row.dimension_value])).toEqual([
      ['2026-03-16', 'a'],
      ['2026-03-23', 'b'],
      ['2026-03-23', 'c'],
      ['2026-03-30', 'd'],
    ]);
  });

  test('its target holds for its own grain and the total only', async () => {
    await open(answers, '2026-04-06T06:00:00Z');
    await warehouse.run(
      `insert into sla.targets values ('first', 'marketing', 'volume', 'volume', 'month', null, null, 6)`,
    );
    const rows = await evaluated(warehouse, [volume], `target is not null`);
    expect(rows.map((row) => [row.grain, row.period_start, row.dimension, row.status])).toEqual([
      ['month', '2026-03-01', 'all', 'missed'],
      ['month', '2026-04-01', 'all', 'open'],
    ]);
  });
});

describe('ratio', () => {
  const keys = `type: ratio
    model: answers
    time: due_at
    filter: status <> 'pending'
    numerator: status = 'met'
    dimensions: [team]
    grains: [week]`;

  test('divides counts and carries Wilson’s interval', async () => {
    const rows = await evaluated(await open(answers), [metric('rate', keys)], `period_start = '2026-03-02'`);
    expect(rows.map((row) => [row.dimension_value, row.numerator, row.denominator, row.value])).toEqual([
      ['all', 2, 4, 0.5],
      ['(none)', 0, 1, 0],
      ['north', 1, 2, 0.5],
      ['south', 1, 1, 1],
    ]);
    expect(rows[0]?.lower_95).toBeCloseTo(0.150039, 6);
    expect(rows[0]?.upper_95).toBeCloseTo(0.849961, 6);
  });

  test('an empty denominator gives no value, never an error or infinity', async () => {
    const rows = await evaluated(await open(answers), [metric('rate', `${keys}\ndenominator: team = 'nobody'`)]);
    expect(new Set(rows.map((row) => row.value))).toEqual(new Set([null]));
    expect(rows[0]).toMatchObject({ numerator: 0, denominator: 0, lower_95: null, upper_95: null, status: null });
  });

  test('the numerator is a part of the denominator, and null counts as not', async () => {
    const [row] = await evaluated(
      await open(answers),
      [metric('rate', `${keys}\ndenominator: minutes < 30`)],
      `dimension = 'all'`,
    );
    expect(row).toMatchObject({ numerator: 2, denominator: 2, value: 1 });
  });

  test.each([
    ['up', 0.5, 'kept'],
    ['up', 0.51, 'missed'],
    ['down', 0.5, 'kept'],
    ['down', 0.49, 'missed'],
  ])('direction %s with target %d is %s', async (direction, target, status) => {
    await open(answers);
    await warehouse.run(
      `insert into sla.targets values ('first', 'sales', 'rate', 'rate', null, null, null, ${target})`,
    );
    const rows = await evaluated(warehouse, [metric('rate', `${keys}\ndirection: ${direction}`)], `dimension = 'all'`);
    expect(rows.map((row) => row.status)).toEqual([status, 'no_data', 'open']);
  });

  test('7 of 100 keeps a promise of 0.07, which multiplying would miss', async () => {
    const rows = Array.from(
      { length: 100 },
      (_, index) => `(timestamptz '2026-03-02 08:00:00Z', 'n', '${index < 7 ? 'met' : 'late'}', 1.0)`,
    );
    await open(rows.join(', '));
    await warehouse.run(`insert into sla.targets values ('first', 'sales', 'rate', 'rate', null, null, null, 0.07)`);
    const [row] = await evaluated(warehouse, [metric('rate', keys)], `dimension = 'all'`);
    expect(row).toMatchObject({ numerator: 7, denominator: 100, status: 'kept' });
  });

  test('pending rows stand beside; the verdict is open only while they could turn it', async () => {
    await open(`
        (timestamptz '2026-03-02 08:00:00Z', 'n', 'met', 1.0), (timestamptz '2026-03-02 09:00:00Z', 'n', 'met', 1.0),
        (timestamptz '2026-03-02 10:00:00Z', 'n', 'met', 1.0), (timestamptz '2026-03-02 11:00:00Z', 'n', 'unknown', 1.0)`);
    const withPending = metric('rate', `${keys}\ndenominator: status in ('met', 'late')\npending: status = 'unknown'`);
    const verdicts: unknown[] = [];
    for (const target of [0.75, 0.8]) {
      await warehouse.run(`
        delete from sla.targets;
        insert into sla.targets values ('first', 'sales', 'rate', 'rate', null, null, null, ${target})`);
      const [row] = await evaluated(warehouse, [withPending], `dimension = 'all'`);
      verdicts.push([row?.value, row?.pending, row?.is_complete, row?.is_final, row?.status]);
    }
    expect(verdicts).toEqual([
      [1, 1, true, false, 'kept'],
      [1, 1, true, false, 'open'],
    ]);
  });

  test('a quarter and a team may have targets of their own, the team’s before the quarter’s', async () => {
    const asOf = '2026-04-20T06:00:00Z';
    const day = (date: string, team: string) => `(timestamptz '${date} 08:00:00Z', '${team}', 'met', 1.0)`;
    await open(
      ['2026-03-24', '2026-04-07'].flatMap((date) => [day(date, 'north'), day(date, 'south')]).join(', '),
      asOf,
    );
    await warehouse.run(`
        insert into sla.targets values
            ('first', 'sales', 'rate', 'rate', null, null, null, 0.9),
            ('first', 'sales', 'rate', 'rate', null, null, date '2026-04-01', 0.85),
            ('first', 'sales', 'rate', 'rate', null, 'south', null, 0.8)`);
    const weeks = `period_start in (date '2026-03-23', date '2026-04-06')`;
    const rows = await evaluated(warehouse, [metric('rate', keys)], weeks);
    expect(rows.map((row) => [row.period_start, row.dimension_value, row.target])).toEqual([
      ['2026-03-23', 'all', 0.9],
      ['2026-03-23', 'north', 0.9],
      ['2026-03-23', 'south', 0.8],
      ['2026-04-06', 'all', 0.85],
      ['2026-04-06', 'north', 0.85],
      ['2026-04-06', 'south', 0.8],
    ]);
  });

  test('rows beside the value are counted and hold up no verdict', async () => {
    await open(`
        (timestamptz '2026-03-02 08:00:00Z', 'n', 'met', 1.0), (timestamptz '2026-03-02 09:00:00Z', 'n', 'late', 1.0),
        (timestamptz '2026-03-02 10:00:00Z', 'n', 'unknown', 1.0)`);
    await warehouse.run(`insert into sla.targets values ('first', 'sales', 'rate', 'rate', null, null, null, 0.5)`);
    const besides = metric('rate', `${keys}\ndenominator: status in ('met', 'late')\nbeside: status = 'unknown'`);
    const [row] = await evaluated(warehouse, [besides], `dimension = 'all'`);
    expect(row).toMatchObject({ value: 0.5, denominator: 2, beside: 1, pending: 0, is_final: true, status: 'kept' });
  });

  test('each period is judged by the agreement in force when it starts', async () => {
    await open(answers);
    await warehouse.run(`
        insert into sla.agreements values ('second', timestamptz '2026-03-08 23:00:00Z', null);
        update sla.agreements set superseded_at = timestamptz '2026-03-08 23:00:00Z' where agreement = 'first';
        insert into sla.targets values
            ('first', 'sales', 'rate', 'rate', null, null, null, 0.4), ('second', 'sales', 'rate', 'rate', null, null, null, 0.9)`);
    const rows = await evaluated(warehouse, [metric('rate', keys)], `dimension = 'all'`);
    expect(rows.map((row) => [row.period_start, row.target])).toEqual([
      ['2026-03-02', 0.4],
      ['2026-03-09', 0.9],
      ['2026-03-16', 0.9],
    ]);
  });
});

test('an expression that fails on the data is a problem of the metric, at its place', async () => {
  const broken = metric('broken', `type: count\nmodel: answers\ntime: due_at\nfilter: cast(status as integer) > 0`);
  const error: unknown = await evaluated(await open(answers), [broken]).catch((caught: unknown) => caught);
  if (!(error instanceof DiagnosticsError)) throw error;
  expect(error.diagnostics).toMatchObject([
    {
      code: 'metric-failed',
      file: 'metrics/broken.yml',
      line: 1,
      message: expect.stringMatching(/"broken".*Could not convert/),
    },
  ]);
});
