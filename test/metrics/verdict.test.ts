import { afterEach, describe, expect, test } from 'vitest';
import { shapeOf } from '../../src/metrics/shape.ts';
import type { Warehouse } from '../../src/warehouse/warehouse.ts';
import { counted, judge, share } from './judge.ts';
import { metric, openWarehouse } from './project.ts';

let warehouse: Warehouse;
afterEach(() => warehouse?.close());

/** As of Wednesday 18 February 2026; the weeks before it begin on the 9th and the 2nd. */
async function open(targets: readonly string[] = [], asOf = '2026-02-18T06:00:00Z'): Promise<Warehouse> {
  warehouse = await openWarehouse(asOf);
  for (const target of targets) await warehouse.run(`insert into sla.targets values ('first', 'sales', ${target})`);
  return warehouse;
}

const rows = 'model: answers\ntime: due_at';
const rate = (more = '') =>
  metric(
    'rate',
    `type: ratio\n${rows}\nnumerator: is_met\ndenominator: 'true'\ngrains: [week]\ndimensions: [team]\n${more}`,
  );
const volume = (more = '') => metric('volume', `type: count\n${rows}\ndimensions: [team]\n${more}`);
const north = { dimension: 'team', dimension_value: 'north' };

describe('a metric’s own goal', () => {
  test('of a rate holds for every row, and the agreement’s comes first', async () => {
    await open([`'rate', 'rate', null, 'south', null, 0.4`]);
    const south = { dimension: 'team', dimension_value: 'south' };
    const found = await judge(warehouse, rate('target: 50 %'), [
      share('2026-02-09', 6, 10),
      share('2026-02-09', 4, 8, north),
      share('2026-02-09', 1, 2, south),
    ]);
    expect(found.map((row) => [row.dimension_value, row.target, row.target_source, row.status])).toEqual([
      ['all', 0.5, 'metric', 'kept'],
      ['all', 0.5, 'metric', 'open'],
      ['north', 0.5, 'metric', 'kept'],
      ['south', 0.4, 'agreement', 'kept'],
    ]);
  });

  test('promised for everybody, it is no longer the metric’s', async () => {
    await open([`'rate', 'rate', null, null, null, 0.7`]);
    const [row] = await judge(warehouse, rate('target: 50 %'), [share('2026-02-09', 6, 10)]);
    expect(row).toMatchObject({ target: 0.7, target_source: 'agreement', status: 'missed' });
  });

  test('of a number a period is one of its grain, and of the whole', async () => {
    await open();
    const found = await judge(warehouse, volume('target: 5\ngrains: [month]'), [
      counted('2026-01-01', 6, { grain: 'month' }),
      counted('2026-01-01', 6, { grain: 'month', ...north }),
    ]);
    expect(found.map((row) => [row.dimension_value, row.target, row.target_source, row.status])).toEqual([
      ['all', 5, 'metric', 'kept'],
      ['all', 5, 'metric', 'open'],
      ['north', null, null, null],
    ]);
  });

  test('an expression that counts is such a number too', async () => {
    await open();
    const sum = metric(
      'both',
      'type: derived\nexpression: a + b\nunit: count\ntarget: 5\ndimensions: [team]\ngrains: [month]',
    );
    const found = await judge(warehouse, sum, [
      counted('2026-01-01', 6, { grain: 'month' }),
      counted('2026-01-01', 6, { grain: 'month', ...north }),
    ]);
    expect(found.map((row) => [row.dimension_value, row.target])).toEqual([
      ['all', 5],
      ['all', 5],
      ['north', null],
    ]);
  });

  test('without one, and without a promise, there is no verdict', async () => {
    await open();
    const [row] = await judge(warehouse, rate(), [share('2026-02-09', 6, 10)]);
    expect(row).toMatchObject({ target: null, target_source: null, status: null });
  });
});

describe('versions in force', () => {
  test('each period belongs to the version in force when it starts, and only there has it a target', async () => {
    await open([`'rate', 'rate', null, null, null, 0.5`]);
    const measures = [share('2026-02-02', 6, 10), share('2026-02-09', 6, 10), share('2026-02-09', 6, 10, north)];
    const told = async (span: Parameters<typeof judge>[3]) =>
      (await judge(warehouse, rate(), measures, span)).map((row) => [
        row.dimension_value,
        row.period_start,
        row.is_in_force,
        row.target,
        row.target_source,
        row.status,
      ]);
    expect(await told({ span: { until: '2026-02-09' } })).toEqual([
      ['all', '2026-02-02', true, 0.5, 'agreement', 'kept'],
      ['all', '2026-02-09', false, null, null, null],
      ['all', '2026-02-16', false, null, null, null],
      ['north', '2026-02-09', false, null, null, null],
    ]);
    expect(await told({ span: { from: '2026-02-03', until: '2026-02-16' } })).toEqual([
      ['all', '2026-02-02', false, null, null, null],
      ['all', '2026-02-09', true, 0.5, 'agreement', 'kept'],
      ['all', '2026-02-16', false, null, null, null],
      ['north', '2026-02-09', true, 0.5, 'agreement', 'kept'],
    ]);
    expect((await told({ span: 'never' })).map((row) => row[2])).toEqual([false, false, false, false]);
  });

  test('a goal of its own holds where the version does', async () => {
    await open();
    const measures = [share('2026-02-02', 6, 10), share('2026-02-09', 6, 10)];
    const found = await judge(warehouse, rate('target: 50 %'), measures, { span: { from: '2026-02-09' } });
    expect(found.map((row) => row.target)).toEqual([null, 0.5, 0.5]);
  });
});

describe('a slice', () => {
  const promises = [`'rate', 'rate', null, null, null, 0.5`];

  test('by one dimension is judged and has no total rows', async () => {
    await open(promises);
    const shape = shapeOf(rate(), { grain: 'week', by: ['team'] });
    const found = await judge(warehouse, rate(), [share('2026-02-09', 6, 10, north)], { shape });
    expect(found.map((row) => [row.dimension, row.period_start, row.status])).toEqual([['team', '2026-02-09', 'kept']]);
  });

  test.each([
    ['over some rows', { grain: 'week', by: [], where: `country = 'DK'` }, {}],
    [
      'by several dimensions',
      { grain: 'week', by: ['team', 'country'] },
      { dimension: 'team, country', dimension_value: '["north","DK"]' },
    ],
  ] as const)('%s is measured by nothing', async (_, slice, part) => {
    await open(promises);
    const spec = rate('target: 50 %');
    const found = await judge(warehouse, spec, [share('2026-02-09', 6, 10, part)], { shape: shapeOf(spec, slice) });
    expect(found[0]).toMatchObject({ value: 0.6, target: null, target_source: null, status: null, is_in_force: true });
  });
});

describe('where nothing happened', () => {
  const sum = metric('sum', `type: sum\n${rows}\nvalue: amount\ngrains: [week]`);
  const distinct = metric('distinct', `type: count_distinct\n${rows}\nkey: lead_id\ngrains: [week]`);
  const average = metric('average', `type: average\n${rows}\nvalue: amount\ngrains: [week]`);
  const rolling = metric('rolling', 'type: cumulative\nmetric: volume\nrolling: 4\ngrains: [week]');

  test.each([
    ['a sum', sum, undefined, [0, 0, null]],
    ['a number of different leads', distinct, undefined, [0, 0, null]],
    ['what adds up counts', rolling, volume(), [0, 0, null]],
    ['an average', average, undefined, [null, 0, 0]],
    ['what adds up averages', rolling, average, [null, 0, 0]],
  ] as const)('%s', async (_, spec, base, expected) => {
    await open([], '2026-02-18T06:00:00Z');
    const measures = [counted('2026-02-02', 3)];
    const found = await judge(warehouse, spec, measures, base === undefined ? {} : { base });
    expect(found.map((row) => [row.value, row.numerator, row.denominator])).toEqual([[3, 3, null], expected, expected]);
  });

  test('an expression of metrics has no numerator', async () => {
    await open();
    const won = { ...metric('won', 'type: derived\nexpression: volume / 2\ngrains: [week]'), inputs: ['volume'] };
    const found = await judge(warehouse, won, [{ period_start: '2026-02-02', value: 4, pending: 1 }]);
    expect(found.map((row) => [row.value, row.numerator, row.denominator, row.is_final])).toEqual([
      [4, null, null, false],
      [null, null, null, true],
      [null, null, null, false],
    ]);
  });

  test('a sum that pending rows may still move anywhere is open, not zero', async () => {
    await open([`'sum', 'sum', 'week', null, null, 5`]);
    const pending = { period_start: '2026-02-09', numerator: 9, value: 9, sample_size: 2, pending: 1 };
    const [row] = await judge(warehouse, sum, [pending]);
    expect(row).toMatchObject({ value: 9, target: 5, status: 'open', is_final: false });
  });

  test('a sum’s promise is one of its own grain, as a count’s', async () => {
    await open([`'sum', 'sum', 'month', null, null, 5`]);
    const both = { ...sum, grains: ['week', 'month'] } as const;
    const found = await judge(warehouse, both, [
      counted('2026-01-26', 9),
      counted('2026-01-01', 9, { grain: 'month' }),
    ]);
    expect(new Set(found.map((row) => `${row.grain} ${row.target}`))).toEqual(new Set(['month 5', 'week null']));
  });
});

describe('maturity', () => {
  const conversion = (more: string) =>
    metric('conversion', `type: conversion\nmodel: leads\nfrom: mql_at\nto: won_at\ngrains: [week]\n${more}`);

  async function maturityOf(asOf: string, more: string, week = '2026-03-23'): Promise<unknown> {
    await open([], asOf);
    const found = await judge(warehouse, conversion(more), [share(week, 1, 10)]);
    warehouse.close();
    const row = found.find(({ period_start }) => period_start === week);
    return [row?.maturity, row?.is_mature];
  }

  // The week of 23 March 2026 is 167 hours long: summer time begins on Sunday. It starts at 23:00Z and ends at 22:00Z.
  test.each([
    ['2026-03-29T22:59:59.999999Z', 'immature', false],
    ['2026-03-29T23:00:00Z', 'partial', false],
    ['2026-04-05T21:59:59.999999Z', 'partial', false],
    ['2026-04-05T22:00:00Z', 'mature', true],
  ])('of seven days of 24 hours, as of %s: %s', async (asOf, maturity, isMature) => {
    expect(await maturityOf(asOf, 'window_days: 7')).toEqual([maturity, isMature]);
  });

  // The first row's dates are 23 to 29 March, the last one's 29 March to 4 April; both end at a midnight of summer time.
  test.each([
    ['2026-03-29T21:59:59.999999Z', 'immature', false],
    ['2026-03-29T22:00:00Z', 'partial', false],
    ['2026-04-04T21:59:59.999999Z', 'partial', false],
    ['2026-04-04T22:00:00Z', 'mature', true],
  ])('of seven dates, as of %s: %s', async (asOf, maturity, isMature) => {
    expect(await maturityOf(asOf, 'window_days: 7\nwindow_in: dates')).toEqual([maturity, isMature]);
  });

  test('of one date a period is mature as soon as it is over', async () => {
    const sameDay = 'window_days: 1\nwindow_in: dates';
    expect(await maturityOf('2026-03-29T21:59:59.999999Z', sameDay)).toEqual(['partial', false]);
    expect(await maturityOf('2026-03-29T22:00:00Z', sameDay)).toEqual(['mature', true]);
    expect(await maturityOf('2026-03-23T22:59:59Z', sameDay)).toEqual(['immature', false]);
  });

  test('to date there is none', async () => {
    expect(await maturityOf('2026-04-05T22:00:00Z', '')).toEqual([null, null]);
  });

  test('what adds up cohorts is mature with the youngest, and never wholly immature', async () => {
    await open([], '2026-04-05T21:59:59Z');
    const rolling = metric('rolling', 'type: cumulative\nmetric: conversion\nrolling: 4\ngrains: [week]');
    const found = await judge(warehouse, rolling, [share('2026-03-16', 1, 10)], {
      base: conversion('window_days: 7'),
    });
    expect(found.map((row) => [row.period_start, row.maturity])).toEqual([
      ['2026-03-16', 'mature'],
      ['2026-03-23', 'partial'],
      ['2026-03-30', 'partial'],
    ]);
  });
});

test('estimates are passed on', async () => {
  await open();
  const [row] = await judge(warehouse, rate(), [
    share('2026-02-09', 6, 10, { estimate: 0.7, estimate_lower_95: 0.4, estimate_upper_95: 0.9, estimate_days: 12 }),
  ]);
  expect(row).toMatchObject({ estimate: 0.7, estimate_lower_95: 0.4, estimate_upper_95: 0.9, estimate_days: 12 });
});
