import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commaLines, toText } from '../../src/metrics/sql.ts';
import { wilsonColumns } from '../../src/metrics/wilson.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await Warehouse.open(':memory:', { threads: 1 });
});
afterAll(() => warehouse.close());

interface Interval {
  readonly value: number | null;
  readonly lower_95: number | null;
  readonly upper_95: number | null;
}

async function interval(hits: number, total: number): Promise<Interval> {
  const query = sql`select numerator / nullif(denominator, 0) as value, ${commaLines(wilsonColumns)}
    from (select cast(${sql.lit(hits)} as double) as numerator, cast(${sql.lit(total)} as double) as denominator)`;
  const [row] = await warehouse.rows<Interval>(toText(query));
  if (row === undefined) throw new Error('no row');
  return row;
}

/** Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), method 3. */
test.each([
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
])('%d of %d lies between %d and %d', async (hits, total, lower, upper) => {
  const found = await interval(hits, total);
  expect(found.lower_95).toBeCloseTo(lower, 4);
  expect(found.upper_95).toBeCloseTo(upper, 4);
});

test('all of them mirrors none of them, and neither bound leaves 0 and 1', async () => {
  expect(await interval(0, 12)).toMatchObject({ lower_95: 0 });
  expect(await interval(12, 12)).toMatchObject({ upper_95: 1 });
});

test('of nothing there is no interval', async () => {
  expect(await interval(0, 0)).toMatchObject({ value: null, lower_95: null, upper_95: null });
});

test('lies inside 0 and 1 and holds the share', async () => {
  const counts = fc
    .integer({ min: 1, max: 1_000_000 })
    .chain((total) => fc.tuple(fc.integer({ min: 0, max: total }), fc.constant(total)));
  await fc.assert(
    fc.asyncProperty(counts, async ([hits, total]) => {
      const { value, lower_95, upper_95 } = await interval(hits, total);
      expect(lower_95).toBeGreaterThanOrEqual(0);
      expect(upper_95).toBeLessThanOrEqual(1);
      expect(lower_95).toBeLessThanOrEqual(value ?? Number.NaN);
      expect(upper_95).toBeGreaterThanOrEqual(value ?? Number.NaN);
    }),
    { numRuns: 200, seed: 20260302 },
  );
});
