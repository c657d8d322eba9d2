import { expect, test } from 'vitest';
import { evaluated, metric, openWarehouse } from './project.ts';

/** Whatever a model calls its columns: a query keeps its own beside them. */
const names = ['events', 'starts at', 'opens at', 'closes at', 'first event', 'event at', 'paired at', 'is beside'];
const others = [
  'calendar key',
  'start on the clock',
  'model',
  'value',
  'measured_at',
  'position',
  'row',
  'order',
  'end',
];

const pair = 'model: visits\nby: [lead_id]\ngrains: [week]';
const bought = '{ model: purchases, time: bought_at }';
const metrics = [
  metric('went_on', `type: conversion\nfrom: visited_at\nto: bought_at\nwindow_days: 7\nmodel: visits\ngrains: [week]`),
  metric('bought', `type: conversion\nfrom: visited_at\nto: ${bought}\nwindow_days: 7\nattribution: latest\n${pair}`),
  metric(
    'purchases',
    `type: conversion\nfrom: visited_at\nto: ${bought}\nwindow_days: 7\ncounts: conversions\nunit: number\n${pair}`,
  ),
  metric('hours', `type: duration\nstart: visited_at\nstop: ${bought}\nunfinished: left_out\nunit: hours\n${pair}`),
];

test.each([...names, ...others])('a model may have a column "%s"', async (name) => {
  const warehouse = await openWarehouse('2026-03-23T06:00:00Z');
  try {
    await warehouse.run(`
      create table main.visits as
      from (values
          ('a', timestamptz '2026-03-02 08:00:00Z', timestamptz '2026-03-03 08:00:00Z', 77),
          ('b', timestamptz '2026-03-02 08:00:00Z', null, 88)
      ) as rows (lead_id, visited_at, bought_at, "${name}");
      create table main.purchases as
      from (values
          ('a', timestamptz '2026-03-03 08:00:00Z', 99), ('a', timestamptz '2026-03-04 08:00:00Z', 99)
      ) as rows (lead_id, bought_at, "${name}")`);
    const found = await evaluated(warehouse, metrics, `period_start = date '2026-03-02'`);
    expect(found.map((row) => [row.metric, row.value])).toEqual([
      ['bought', 0.5],
      ['hours', 24],
      ['purchases', 1],
      ['went_on', 0.5],
    ]);
  } finally {
    warehouse.close();
  }
});

test('but no dimension is called as the total is: its parts would stand among the totals', () => {
  const named = () => metric('visits', 'type: count\nmodel: visits\ntime: visited_at\ndimensions: [all]');
  expect(named).toThrow('"all" is how the total is called');
});
