import { expect, test } from 'vitest';
import { withInputs } from '../../src/project/metric-inputs.ts';
import { evaluated, metric, openWarehouse } from './project.ts';

/** A lead on the evening of the last of March. */
const leads = `
    create table main.leads as
    select timestamptz '2026-03-31 20:00:00Z' as created_at, cast(null as timestamptz) as booked_at`;

const booked = 'type: conversion\nmodel: leads\nfrom: created_at\nto: booked_at\ngrains: [month]';

async function maturities(asOf: string, metrics: Parameters<typeof evaluated>[1]): Promise<(string | null)[][]> {
  const warehouse = await openWarehouse(asOf);
  try {
    await warehouse.run(leads);
    await evaluated(warehouse, metrics);
    const rows = await warehouse.rows<{ metric: string; maturity: string | null }>(
      `select metric, maturity from main.metric_values where period_start = date '2026-03-01' order by metric`,
    );
    return rows.map(({ metric: name, maturity }) => [name, maturity]);
  } finally {
    warehouse.close();
  }
}

test('what is made of conversions is mature with the one that is open longest: as many hours outlast dates', async () => {
  const metrics = withInputs([
    metric('in_dates', `${booked}\nwindow_days: 7\nwindow_in: dates`),
    metric('in_hours', `${booked}\nwindow_days: 7`),
    metric('lead', 'type: derived\nexpression: in_dates - in_hours\nunit: percent\ngrains: [month]'),
  ]);
  expect(await maturities('2026-04-07T06:00:00Z', metrics)).toEqual([
    ['in_dates', 'mature'],
    ['in_hours', 'partial'],
    ['lead', 'partial'],
  ]);
});

test('what is made of conversions that are added up is never wholly immature', async () => {
  const metrics = withInputs([
    metric('booked', `${booked}\nwindow_days: 40`),
    metric('booked_year', 'type: cumulative\nmetric: booked\nrolling: 12\nunit: percent\ngrains: [month]'),
    metric('points', 'type: derived\nexpression: booked_year * 100\nunit: number\ngrains: [month]'),
    metric('points_alone', 'type: derived\nexpression: booked * 100\nunit: number\ngrains: [month]'),
  ]);
  expect(await maturities('2026-04-02T06:00:00Z', metrics)).toEqual([
    ['booked', 'immature'],
    ['booked_year', 'partial'],
    ['points', 'partial'],
    ['points_alone', 'immature'],
  ]);
});
