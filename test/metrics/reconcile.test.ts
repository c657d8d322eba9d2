import { afterEach, expect, test } from 'vitest';
import { writeReconciliations } from '../../src/metrics/reconcile.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';

let warehouse: Warehouse;
afterEach(() => warehouse?.close());

/** Rows of metric_values: metric, version, period, dimension value ('all' of no dimension), numerator, denominator, value. */
async function reconciled(versions: string, values: string): Promise<unknown[][]> {
  warehouse = await Warehouse.open(':memory:', { threads: 1 });
  await warehouse.run(`
    create table main.metric_definitions as from (values ${versions}) as versions (metric, version);
    create table main.metric_values as
    select
        metric,
        version,
        'week' as grain,
        cast(period_start as date) as period_start,
        if(part = 'all', 'all', 'team') as dimension,
        part as dimension_value,
        cast(numerator as double) as numerator,
        cast(denominator as double) as denominator,
        cast(value as double) as value
    from (values ${values}) as entries (metric, version, period_start, part, numerator, denominator, value)`);
  await writeReconciliations(warehouse);
  const rows = await warehouse.rows<Record<string, unknown>>('from main.metric_reconciliations');
  return rows.map(({ grain, dimension, ...row }) => {
    expect([grain, dimension]).toEqual(['week', row.dimension_value === 'all' ? 'all' : 'team']);
    return Object.values(row);
  });
}

test('neighbouring versions stand side by side, row by row', async () => {
  const rows = await reconciled(
    `('rate', 1), ('rate', 2), ('rate', 5), ('alone', 1)`,
    `('rate', 1, '2026-03-02', 'all', 6, 12, 0.5),
     ('rate', 1, '2026-03-02', 'north', 6, 12, 0.5),
     ('rate', 1, '2026-03-09', 'all', 0, 0, null),
     ('rate', 2, '2026-03-02', 'all', 6, 8, 0.75),
     ('rate', 2, '2026-03-02', 'south', 6, 8, 0.75),
     ('rate', 2, '2026-03-09', 'all', 0, 0, null),
     ('rate', 5, '2026-03-02', 'all', 3, 4, 0.75),
     ('rate', 5, '2026-03-02', 'south', 6, 8, 0.75),
     ('rate', 5, '2026-03-09', 'all', 1, 1, 1),
     ('alone', 1, '2026-03-02', 'all', 1, 1, 1)`,
  );
  // metric, from, to, period, part, values, difference, numerators, denominators, is_same
  expect(rows).toEqual([
    ['rate', 1, 2, '2026-03-02', 'all', 0.5, 0.75, 0.25, 6, 6, 12, 8, false],
    ['rate', 1, 2, '2026-03-02', 'north', 0.5, null, null, 6, null, 12, null, false],
    ['rate', 1, 2, '2026-03-02', 'south', null, 0.75, null, null, 6, null, 8, false],
    ['rate', 1, 2, '2026-03-09', 'all', null, null, null, 0, 0, 0, 0, true],
    ['rate', 2, 5, '2026-03-02', 'all', 0.75, 0.75, 0, 6, 3, 8, 4, false],
    ['rate', 2, 5, '2026-03-02', 'south', 0.75, 0.75, 0, 6, 6, 8, 8, true],
    ['rate', 2, 5, '2026-03-09', 'all', null, 1, null, 0, 1, 0, 1, false],
  ]);
});

test('a version that has only rows of its own is told apart from one that has the same', async () => {
  const rows = await reconciled(
    `('count', 1), ('count', 2)`,
    `('count', 1, '2026-03-02', 'all', null, null, null), ('count', 2, '2026-03-09', 'all', null, null, null)`,
  );
  expect(rows.map((row) => row.at(-1))).toEqual([false, false]);
});

test('what differs by the order of adding is the same, what differs by one row is not', async () => {
  const rows = await reconciled(
    `('sum', 1), ('sum', 2), ('sum', 3)`,
    `('sum', 1, '2026-03-02', 'all', 0.1::double + 0.2::double + 0.3::double, null, 0.6::double),
     ('sum', 2, '2026-03-02', 'all', 0.3::double + 0.2::double + 0.1::double, null, 0.6000000000000001::double),
     ('sum', 3, '2026-03-02', 'all', 0.6, null, 0.60001)`,
  );
  expect(rows.map((row) => row.at(-1))).toEqual([true, false]);
});

test('without a second version the table is there, and empty', async () => {
  expect(await reconciled(`('count', 1)`, `('count', 1, '2026-03-02', 'all', 1, null, 1)`)).toEqual([]);
});
