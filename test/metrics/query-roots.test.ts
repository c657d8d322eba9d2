import { afterAll, beforeAll, expect, test } from 'vitest';
import { queryMetrics } from '../../src/metrics/query.ts';
import { withInputs } from '../../src/project/metric-inputs.ts';
import type { Warehouse } from '../../src/warehouse/warehouse.ts';
import { evaluated, metric, openWarehouse } from './project.ts';

const leads = 'type: count\nmodel: leads\ntime: created_at\ngrains: [month]\ndimensions: [country]';

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openWarehouse('2026-04-20T06:00:00Z');
  await warehouse.run(`
    create table main.old_leads as select timestamptz '2026-01-02 08:00:00Z' as created_at;
    create table main.leads as
    from (values (timestamptz '2026-03-02 08:00:00Z', 'DK'), (timestamptz '2026-04-03 08:00:00Z', 'SE'))
        as rows (created_at, country)`);
  const metrics = [
    metric('leads', 'type: count\nmodel: old_leads\ntime: created_at\ngrains: [month]'),
    { ...metric('leads', leads), version: 2, effectiveFrom: '2026-04-01' },
    metric('leads_ever', 'type: cumulative\nmetric: leads\nunit: count\ngrains: [month]\ndimensions: [country]'),
    metric('bare', 'type: count\nmodel: old_leads\ntime: created_at\ngrains: [month]'),
  ];
  await evaluated(warehouse, withInputs(metrics));
  await warehouse.lock();
});
afterAll(() => warehouse.close());

test('what adds up rows over several periods is asked of the highest version alone', async () => {
  const request = { metrics: ['leads_ever'], grain: 'month', by: ['country'], where: `country <> 'FI'` } as const;
  const { rows } = await queryMetrics(warehouse, request);
  expect(rows.map((row) => [row.period_start, row.country, row.value])).toEqual([
    ['2026-03-01', 'DK', 1],
    ['2026-04-01', 'DK', 1],
    ['2026-04-01', 'SE', 1],
  ]);
});

test('a condition that names no dimension can be asked of a metric that has none', async () => {
  const { rows } = await queryMetrics(warehouse, { metrics: ['bare'], grain: 'month', where: '1 > 2' });
  expect(rows.map((row) => row.value)).toEqual([0]);
});

test('what began elsewhere is zero under a condition, as it is in the part of that name', async () => {
  const world = await openWarehouse('2026-05-20T06:00:00Z');
  try {
    await world.run(`
      create table main.leads as
      from (values
          (timestamptz '2026-03-02 08:00:00Z', 'DK'), (timestamptz '2026-04-02 08:00:00Z', 'DK'),
          (timestamptz '2026-02-02 08:00:00Z', 'DK'), (timestamptz '2026-03-02 08:00:00Z', 'SE')
      ) as rows (created_at, country);
      create table main.deals as
      from (values (timestamptz '2026-03-05 08:00:00Z', 'SE'), (timestamptz '2026-04-05 08:00:00Z', 'DK'))
          as rows (created_at, country)`);
    const derived = 'type: derived\nexpression: deals / leads\nunit: number\ngrains: [month]\ndimensions: [country]';
    const metrics = [metric('leads', leads), metric('deals', leads.replace('leads', 'deals')), metric('won', derived)];
    await evaluated(world, withInputs(metrics));
    await world.lock();
    const request = { metrics: ['won'], grain: 'month' } as const;
    const ofPart = (await queryMetrics(world, { ...request, by: ['country'] })).rows.filter(
      (row) => row.country === 'DK',
    );
    const underCondition = (await queryMetrics(world, { ...request, where: "country = 'DK'" })).rows;
    const expected = [
      ['2026-02-01', null],
      ['2026-03-01', 0],
      ['2026-04-01', 1],
    ];
    expect(ofPart.map((row) => [row.period_start, row.value])).toEqual(expected);
    expect(underCondition.slice(0, 3).map((row) => [row.period_start, row.value])).toEqual(expected);
  } finally {
    world.close();
  }
});
