import { afterAll, beforeAll, expect, it } from 'vitest';
import { compileMetric } from '../../src/metrics/compile.ts';
import { type Grain, grains, type Metric } from '../../src/project/metric.ts';
import { withInputs } from '../../src/project/metric-inputs.ts';
import type { Warehouse } from '../../src/warehouse/warehouse.ts';
import { evaluated, metric, openWarehouse } from './project.ts';

/** 600 deals from January to April, by arithmetic on their numbers: some without a team, some without an end. */
const deals = `
    create table main.deals as
    select
        number as deal_id,
        timestamptz '2026-01-01 00:00:00Z' + to_minutes(number * 271 % 170000) as opened_at,
        case when number % 7 < 5 then opened_at + to_minutes(number * 97 % 60000) end as won_at,
        ['north', 'south', null][1 + number % 3] as team,
        ['DK', 'SE', 'NO', 'FI'][1 + number * 11 % 4] as country,
        number * 13 % 500 as amount,
        number % 11 = 0 as is_undecided
    from range(600) as numbers(number)`;

const rows = 'model: deals\ntime: opened_at\ndimensions: [team, country]';
const metrics = withInputs([
  metric('volume', `type: count\n${rows}\npending: is_undecided\nminimum_sample: 5`),
  metric('share', `type: ratio\n${rows}\nnumerator: amount > 250\ndenominator: not is_undecided\nminimum_sample: 5`),
  metric('amount_p90', `type: percentile\n${rows}\nvalue: amount\npercentile: 0.9\nminimum_sample: 5`),
  metric(
    'conversion_30',
    'type: conversion\nmodel: deals\nfrom: opened_at\nto: won_at\nwindow_days: 30\ndimensions: [team, country]',
  ),
  metric('teams', `type: count_distinct\n${rows}\nkey: team`),
  metric('amount_sum', `type: sum\n${rows}\nvalue: amount\nunit: amount`),
  metric('amount_average', `type: average\n${rows}\nvalue: amount\nunit: amount`),
  metric(
    'time_to_win',
    'type: duration\nmodel: deals\nstart: opened_at\nstop: won_at\nunit: days\ndimensions: [team, country]',
  ),
  metric('rolling', 'type: cumulative\nmetric: volume\nrolling: 3\nunit: count\ndimensions: [team, country]'),
  metric('per_deal', 'type: derived\nexpression: amount_sum / volume\nunit: amount\ndimensions: [team, country]'),
]);

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openWarehouse('2026-04-20T06:00:00Z');
  await warehouse.run(deals);
  await warehouse.run(`
    insert into sla.targets values
        ('first', 'sales', 'shares', 'share', null, null, null, 0.5),
        ('first', 'sales', 'shares', 'share', null, 'north', null, 0.4)`);
  await evaluated(warehouse, metrics);
});
afterAll(() => warehouse.close());

/** Rows of one side that the other lacks, either way round. */
async function differences(wanted: Metric, grain: Grain, by: readonly string[]): Promise<unknown[]> {
  const dimension = by.length === 0 ? 'all' : by.join(', ');
  const computed = compileMetric(wanted, { specs: metrics, slice: { grain, by } });
  const published = `from main.metric_values
    where metric = '${wanted.name}' and grain = '${grain}' and dimension = '${dimension}'`;
  const { length } = await warehouse.rows(published);
  expect(length).toBeGreaterThan(0);
  return warehouse.rows(`
    with computed as (\n${computed}\n), published as (${published})
    (from computed except all from published) union all (from published except all from computed)`);
}

it.each(metrics.map((wanted) => [wanted.name, wanted] as const))(
  '%s computed for one dimension is what was published of it',
  async (_, wanted) => {
    for (const grain of grains) {
      for (const by of [[], ['team'], ['country']]) expect(await differences(wanted, grain, by)).toEqual([]);
    }
  },
);

/** What does not depend on whether a row is the total of something or a part of it. */
const measured = `period_start, numerator, denominator, value, lower_95, upper_95, sample_size, pending, beside, estimate,
    estimate_lower_95, estimate_upper_95, estimate_days, over_value, maturity, is_complete, is_final, is_mature`;

it.each(metrics.map((wanted) => [wanted.name, wanted] as const))(
  '%s under a condition is what was published of the part that it names',
  async (_, wanted) => {
    const slice = { grain: 'month', by: [], where: "team = 'north'" } as const;
    const computed = compileMetric(wanted, { specs: metrics, slice });
    // A total has rows of periods in which nothing happened, a part has not.
    const total = await warehouse.rows(`
      select ${measured} from (\n${computed}\n) where period_start < '2026-05-01' order by all`);
    const part = await warehouse.rows(`
      select ${measured}
      from main.metric_values
      where metric = '${wanted.name}' and grain = 'month' and dimension = 'team' and dimension_value = 'north'
      order by all`);
    expect(part).toHaveLength(4);
    expect(total).toEqual(part);
  },
);

it.each(['volume', 'amount_sum'])('%s of combinations adds up to the whole, and to each part', async (name) => {
  const wanted = metrics.find((candidate) => candidate.name === name);
  if (wanted === undefined) throw new Error(name);
  const slice = { grain: 'month', by: ['team', 'country'] } as const;
  const computed = compileMetric(wanted, { specs: metrics, slice });
  const sums = await warehouse.rows(`
    with computed as (\n${computed}\n)
    select period_start, json_extract_string(dimension_value, '$[0]') as team, sum(value) as value
    from computed
    group by all
    order by all`);
  const parts = await warehouse.rows(`
    select period_start, dimension_value as team, value
    from main.metric_values
    where metric = '${name}' and grain = 'month' and dimension = 'team'
    order by all`);
  expect(sums).toEqual(parts);
});
