import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { Warehouse } from '../../src/warehouse/warehouse.ts';
import { evaluated, metric, openWarehouse, type ValueRow } from './project.ts';

let warehouse: Warehouse;
afterEach(() => warehouse?.close());

async function measure(values: readonly (number | null)[], percentile: number, extra = ''): Promise<ValueRow> {
  warehouse = await openWarehouse('2026-03-16T06:00:00Z');
  await warehouse.run('create table main.answers (due_at timestamptz, minutes double)');
  for (const value of values) {
    await warehouse.run(`insert into main.answers values (timestamptz '2026-03-02 08:00:00Z', ${value})`);
  }
  const definition = metric(
    'typical',
    `type: percentile
    model: answers
    time: due_at
    value: minutes
    percentile: ${percentile}
    grains: [week]
    direction: down
    ${extra}`,
  );
  await warehouse.run(`insert into sla.targets values ('first', 'sales', 'typical', 'typical', null, null, null, 25)`);
  const [row] = await evaluated(warehouse, [definition], `period_start = '2026-03-02'`);
  if (row === undefined) throw new Error('no row');
  return row;
}

const counting = (to: number) => Array.from({ length: to }, (_, index) => index + 1);

describe('the unanswered rank longest', () => {
  test.each<[string, (number | null)[], number, number | null, number | null, string]>([
    ['all answered', [10, 20, 30], 0.5, 20, null, 'kept'],
    ['between two', [10, 20, 30, 40], 0.5, 25, null, 'kept'],
    ['one of three unanswered', [10, 20, null], 0.5, 20, null, 'kept'],
    ['the upper neighbour is unanswered', [10, 20, null, null], 0.5, null, 20, 'missed'],
    ['rank nine of ten, no weight on the tenth', [...counting(10), null].slice(0, 11), 0.9, 10, null, 'kept'],
    ['weight on the unanswered tenth', [...counting(9), null], 0.9, null, 9, 'missed'],
    ['nobody answered', [null, null], 0.5, null, null, 'missed'],
  ])('%s', async (_, values, percentile, value, over, status) => {
    expect(await measure(values, percentile)).toMatchObject({
      value,
      over_value: over,
      status,
      denominator: values.length,
      numerator: values.filter((one) => one !== null).length,
    });
  });

  test('pending rows take no part', async () => {
    const row = await measure([10, 20, null, null], 0.5, 'pending: minutes is null');
    expect(row).toMatchObject({ value: 15, sample_size: 2, pending: 2, status: 'open', is_final: false });
  });
});

/**
 * Ranks of the 95 % interval of a median, exact binomial: Campbell and Gardner, "Calculating confidence intervals for
 * some non-parametric analyses", BMJ 296 (1988), and the tables of Dixon and Massey (1969).
 */
test.each([
  [5, null, null],
  [6, 1, 6],
  [7, 1, 7],
  [8, 1, 8],
  [9, 2, 8],
  [10, 2, 9],
  [15, 4, 12],
  [20, 6, 15],
  [25, 8, 18],
  [30, 10, 21],
  [50, 18, 33],
  [100, 40, 61],
])('the median of %d values lies between ranks %s and %s', async (size, lower, upper) => {
  expect(await measure(counting(size), 0.5)).toMatchObject({ lower_95: lower, upper_95: upper });
});

test('a bound among the unanswered is unknown', async () => {
  const row = await measure([...counting(6), null, null, null, null], 0.5);
  expect(row).toMatchObject({ value: 5.5, lower_95: 2, upper_95: null });
});

test('equals quantile_cont where everything is answered', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.double({ min: 0, max: 10_000, noNaN: true }), { minLength: 1, maxLength: 40 }),
      fc.constantFrom(0.1, 0.25, 0.5, 0.75, 0.9, 0.95),
      async (values, percentile) => {
        const row = await measure(values, percentile);
        const [expected] = await warehouse.rows<{ value: number }>(
          `select quantile_cont(minutes, ${percentile}) as value from main.answers`,
        );
        warehouse.close();
        expect(row.value).toBeCloseTo(expected?.value ?? Number.NaN, 8);
      },
    ),
    { numRuns: 20, seed: 20260302 },
  );
});

test('percentiles of the same rows, worked out together, are those that each alone gives', async () => {
  warehouse = await openWarehouse('2026-03-16T06:00:00Z');
  await warehouse.run(`
    create table main.answers as
    select
        timestamptz '2026-01-05 08:00:00Z' + to_hours(i * 7 % 1600) as due_at,
        case when i % 11 > 0 then i * 37 % 101 end as minutes,
        ['north', 'south'][1 + i % 2] as team
    from range(300) as numbers(i)`);
  const of = (name: string, percentile: number, value = 'minutes') =>
    metric(
      name,
      `type: percentile
      model: answers
      time: due_at
      value: ${value}
      percentile: ${percentile}
      dimensions: [team]
      direction: down`,
    );
  const definitions = [of('half', 0.5), of('twice', 0.5, '2 * minutes'), of('most', 0.9), of('nearly_all', 0.95)];
  const together = await evaluated(warehouse, definitions);
  const alone = [];
  for (const definition of definitions) alone.push(...(await evaluated(warehouse, [definition])));
  expect(together.length).toBeGreaterThan(100);
  expect(together).toEqual(
    alone.sort((left, right) => (left.metric < right.metric ? -1 : Number(left.metric > right.metric))),
  );
  const left = await warehouse.rows(`from duckdb_tables() where temporary`);
  expect(left).toEqual([]);
});
