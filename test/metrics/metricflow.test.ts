import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileMetric } from '../../src/metrics/compile.ts';
import type { Warehouse } from '../../src/warehouse/warehouse.ts';
import { metric, openWarehouse, type ValueRow } from './project.ts';

/** Visits and purchases as MetricFlow finds them: times without a zone, here those of Copenhagen's clocks. */
const happening = fc.record({
  user: fc.option(
    fc.integer({ min: 1, max: 60 }).map((number) => `user ${number}`),
    { nil: null, freq: 25 },
  ),
  product: fc.constantFrom('bus', 'car'),
  /** Hours from Monday 2026-02-23, over the change to summer time on 29 March. */
  at: fc.integer({ min: 0, max: 24 * 42 - 1 }),
});

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openWarehouse('2026-12-01T00:00:00Z');
  const valuesOf = (seed: number) =>
    fc
      .sample(happening, { numRuns: 600, seed })
      .map(({ user, product, at }) => `(${user === null ? 'null' : `'${user}'`}, '${product}', ${at})`)
      .join(', ');
  // A visitor's referrer depends on the date alone: MetricFlow takes any of several visits on one date.
  await warehouse.run(`
    create schema flow;
    create table flow.visits as
    select
        user_id,
        product_id,
        timestamp '2026-02-23' + to_hours(at_hours) as ds,
        'referrer ' || hash(user_id, cast(ds as date)) % 3 as referrer_id
    from (values ${valuesOf(11)}) as visits(user_id, product_id, at_hours);
    create table flow.buys as
    select user_id, product_id, timestamp '2026-02-23' + to_hours(at_hours) as ds
    from (values ${valuesOf(12)}) as buys(user_id, product_id, at_hours);
    create table main.visits as
    select * exclude (ds), timezone('Europe/Copenhagen', ds) as visited_at from flow.visits;
    create table main.buys as
    select * exclude (ds), timezone('Europe/Copenhagen', ds) as bought_at from flow.buys`);
});
afterAll(() => warehouse.close());

interface Rate {
  readonly week: string;
  readonly referrer: string;
  readonly visits: number;
  readonly buys: number;
}

/**
 * What MetricFlow runs for a conversion metric by week and referrer. Each purchase is paired with every visit of the
 * same user on its date or on one of the days − 1 before it; of these it takes the first value by date, the latest first,
 * and `distinct` leaves one row for each purchase. A rate is null there where nobody bought, unless nulls are to be filled
 * with zero, as they are here.
 */
function metricFlow(options: {
  readonly days?: number;
  readonly constants?: readonly string[];
  readonly where?: string;
}) {
  const { days, constants = [], where = 'true' } = options;
  const keys = ['user_id', ...constants];
  const partition = [...keys.map((key) => `b.${key}`), 'b.ds_day', 'b.uuid'].join(', ');
  const latest = (column: string) => `
      first_value(v.${column}) over (
          partition by ${partition}
          order by v.ds_day desc
          rows between unbounded preceding and unbounded following
      ) as ${column}`;
  const window = days === undefined ? '' : `and v.ds_day > b.ds_day - interval ${days} day`;
  return warehouse.rows<Rate>(`
    with v as (
        select date_trunc('day', ds) as ds_day, user_id, product_id, referrer_id, 1 as visits
        from flow.visits
        where ${where}
    ),
    b as (
        select date_trunc('day', ds) as ds_day, user_id, product_id, 1 as buys, gen_random_uuid() as uuid
        from flow.buys
    ),
    deduplicated as (
        select distinct ${['visits', 'referrer_id', 'ds_day', 'user_id'].map(latest).join(', ')}, b.uuid, b.buys
        from v
        inner join b
            on ${keys.map((key) => `v.${key} = b.${key}`).join(' and ')}
            and v.ds_day <= b.ds_day ${window}
    ),
    base as (
        select date_trunc('week', ds_day) as week, referrer_id, sum(visits) as visits from v group by all
    ),
    conversion as (
        select date_trunc('week', ds_day) as week, referrer_id, sum(buys) as buys from deduplicated group by all
    )
    select
        cast(coalesce(base.week, conversion.week) as date) as week,
        coalesce(base.referrer_id, conversion.referrer_id) as referrer,
        coalesce(max(visits), 0) as visits,
        coalesce(max(buys), 0) as buys
    from base
    full outer join conversion
        on base.week = conversion.week and base.referrer_id = conversion.referrer_id
    group by all
    order by all`);
}

async function handover(keys: string): Promise<Rate[]> {
  const spec = metric(
    'visit_to_buy',
    `type: conversion
    model: visits
    from: visited_at
    to: { model: buys, time: bought_at }
    attribution: latest
    counts: conversions
    window_in: dates
    dimensions: [referrer_id]
    grains: [week]
    ${keys}`,
  );
  const rows = await warehouse.rows<ValueRow>(compileMetric(spec, { specs: [spec] }));
  return rows
    .filter((row) => row.dimension === 'referrer_id')
    .map((row) => ({
      week: row.period_start,
      referrer: row.dimension_value,
      visits: row.denominator ?? 0,
      buys: row.numerator ?? 0,
    }))
    .sort((left, right) => `${left.week}${left.referrer}`.localeCompare(`${right.week}${right.referrer}`));
}

describe('MetricFlow’s conversion metric, by its own SQL', () => {
  test.each([1, 2, 7, 30])('within %s days', async (days) => {
    const expected = await metricFlow({ days });
    expect(expected.length).toBeGreaterThan(15);
    expect(expected.some(({ buys }) => buys > 0)).toBe(true);
    expect(await handover(`by: [user_id]\nwindow_days: ${days}`)).toEqual(expected);
  });

  test('without a window', async () => {
    expect(await handover('by: [user_id]')).toEqual(await metricFlow({}));
  });

  test('with a constant property, which is one column more in "by"', async () => {
    const expected = await metricFlow({ days: 7, constants: ['product_id'] });
    expect(expected).not.toEqual(await metricFlow({ days: 7 }));
    expect(await handover('by: [user_id, product_id]\nwindow_days: 7')).toEqual(expected);
  });

  test('with a filter, which the visits meet before they are paired', async () => {
    const where = `product_id = 'car'`;
    const expected = await metricFlow({ days: 7, where });
    expect(await handover(`by: [user_id]\nwindow_days: 7\nfilter: ${where}`)).toEqual(expected);
  });
});
