import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { differenceOfShares } from '../../src/metrics/difference-of-shares.ts';
import { exactInterval } from '../../src/metrics/ratio-of-counts.ts';
import type { MetricSpec } from '../../src/project/metric.ts';
import type { Warehouse } from '../../src/warehouse/warehouse.ts';
import { counted, type JudgedRow, judge, type Measure, share } from './judge.ts';
import { metric, openWarehouse } from './project.ts';

// Two whole weeks of equal length, and the next one runs.
const [first, second] = ['2026-02-02', '2026-02-09'];

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openWarehouse('2026-02-18T06:00:00Z');
});
afterAll(() => warehouse.close());

const rows = 'model: answers\ntime: due_at';
const rate = metric(
  'rate',
  `type: ratio\n${rows}\nnumerator: is_met\ndenominator: 'true'\ngrains: [week]\nminimum_sample: 0`,
);
const volume = metric('volume', `type: count\n${rows}\nminimum_sample: 0`);
const weekly: MetricSpec = { ...volume, grains: ['week'] };
const median = metric(
  'median',
  `type: percentile\n${rows}\nvalue: minutes\npercentile: 0.5\ngrains: [week]\nminimum_sample: 0`,
);

type Counts = readonly [hits: number, trials: number];

async function changeOf(spec: MetricSpec, before: Measure, after: Measure): Promise<JudgedRow | undefined> {
  const found = await judge(warehouse, spec, [before, after]);
  return found.find((row) => row.period_start === after.period_start);
}

/** How each of many pairs of rows changed, each of them a part of its own. */
async function changesOf(spec: MetricSpec, pairs: readonly (readonly [Measure, Measure])[]): Promise<unknown[]> {
  const digits = String(pairs.length).length;
  const part = (index: number) => ({ dimension: 'team', dimension_value: String(index).padStart(digits, '0') });
  const measures = pairs.flatMap((pair, index) => pair.map((measure) => ({ ...measure, ...part(index) })));
  const found = await judge(warehouse, spec, measures);
  return found.filter((row) => row.dimension === 'team' && row.period_start === second).map((row) => row.change);
}

/** Newcombe, Statistics in Medicine 17 (1998), 873–890, table II, method 10: the interval of the difference. */
describe('two shares differ where Newcombe’s interval of their difference leaves 0 out', () => {
  test.each<[Counts, Counts, string, string]>([
    [[48, 80], [56, 70], 'rose', '0.0524 to 0.3339'],
    [[3, 10], [9, 10], 'rose', '0.1705 to 0.8090'],
    [[2, 7], [6, 7], 'rose', '0.0582 to 0.8062'],
    [[0, 29], [5, 56], 'steady', '−0.0381 to 0.1926'],
    [[0, 20], [0, 10], 'steady', '−0.1611 to 0.2775'],
    [[0, 10], [0, 10], 'steady', '−0.2775 to 0.2775'],
    [[0, 20], [10, 10], 'rose', '0.6791 to 1'],
    [[0, 10], [10, 10], 'rose', '0.6075 to 1'],
  ])('%j to %j: %s (%s)', async ([hits, of], [laterHits, laterOf], change) => {
    const told = await changeOf(rate, share(first, hits, of), share(second, laterHits, laterOf));
    expect(told).toMatchObject({ change, previous_value: hits / of });
    const back = await changeOf(rate, share(first, laterHits, laterOf), share(second, hits, of));
    expect(back?.change).toBe(change === 'rose' ? 'fell' : change);
  });
});

test('a share moves by what Newcombe’s interval says, however the counts fall', async () => {
  const counts = fc
    .integer({ min: 1, max: 400 })
    .chain((trials) => fc.record({ hits: fc.integer({ min: 0, max: trials }), trials: fc.constant(trials) }));
  const pairs = fc.sample(fc.tuple(counts, counts), { numRuns: 2000, seed: 20260302 });
  const changes = await changesOf(
    rate,
    pairs.map(([before, after]) => [share(first, before.hits, before.trials), share(second, after.hits, after.trials)]),
  );
  const expected = pairs.map(([before, after]) => {
    const { lower, upper } = differenceOfShares(before, after);
    return (lower ?? 0) > 0 ? 'rose' : (upper ?? 0) < 0 ? 'fell' : 'steady';
  });
  expect(changes).toEqual(expected);
  expect(new Set(changes).size).toBe(3);
});

describe('two counts differ where so uneven a split of all their rows is no chance', () => {
  // Tosses of a fair coin, two-sided: 14 of 20 heads have p = 0.115, 15 0.041; 60 of 100 0.057, 61 0.035; 5 of 5 0.063, 6 of 6 0.031.
  test.each([
    [6, 14, 'steady'],
    [5, 15, 'rose'],
    [40, 60, 'steady'],
    [39, 61, 'rose'],
    [0, 5, 'steady'],
    [0, 6, 'rose'],
    [0, 0, 'steady'],
    [50, 50, 'steady'],
  ])('%d to %d: %s', async (before, after, change) => {
    expect((await changeOf(weekly, counted(first, before), counted(second, after)))?.change).toBe(change);
    const back = await changeOf(weekly, counted(first, after), counted(second, before));
    expect(back?.change).toBe(change === 'rose' ? 'fell' : change);
  });

  const january = '2026-01-01';
  const february = '2026-02-01';

  /**
   * January has 31 days and February 28. Of 1000 a day's worth in both, 28/59 are February's: 31,000 to 28,000 is what a
   * steady flow gives. 31,000 to 31,000 is more a day, and 31,000 to 27,000 less.
   */
  test.each([
    [31_000, 28_000, 'steady'],
    [31_000, 31_000, 'steady'],
    [31_000, 32_000, 'rose'],
    [31_000, 29_000, 'steady'],
    [31_000, 27_000, 'fell'],
  ])('months of 31 and 28 days, %d to %d: %s', async (before, after, change) => {
    const monthly: MetricSpec = { ...volume, grains: ['month'] };
    const later = await openWarehouse('2026-03-05T06:00:00Z');
    const found = await judge(later, monthly, [
      counted(january, before, { grain: 'month' }),
      counted(february, after, { grain: 'month' }),
    ]);
    later.close();
    expect(found.map((row) => row.change)).toEqual([null, change, null]);
  });

  test('as the exact test has it, or not yet, and the same both ways', async () => {
    const numbers = Array.from({ length: 61 }, (_, number) => number);
    const pairs = numbers.flatMap((before) => numbers.map((after): Counts => [before, after]));
    const changes = await changesOf(
      weekly,
      pairs.map(([before, after]) => [counted(first, before), counted(second, after)]),
    );
    let surer = 0;
    for (const [index, [before, after]] of pairs.entries()) {
      const [lower, upper] = exactInterval(after, before + after);
      const exact = lower > 0.5 ? 'rose' : upper < 0.5 ? 'fell' : 'steady';
      const back = changes[after * numbers.length + before];
      const mirrored = back === 'rose' ? 'fell' : back === 'fell' ? 'rose' : back;
      expect([before, after, changes[index]]).toEqual([before, after, mirrored]);
      if (changes[index] !== exact) {
        expect([before, after, changes[index]]).toEqual([before, after, 'steady']);
        surer++;
      }
    }
    // 34 to 18 and the like: hardly more unsure than the exact test.
    expect(surer).toBe(8);
  });
});

describe('two estimates differ where the interval recovered from theirs leaves 0 out', () => {
  const typical = (period_start: string, value: number | null, lower_95: number | null, upper_95: number | null) => ({
    period_start,
    value,
    lower_95,
    upper_95,
    sample_size: 30,
  });

  // 10 to 20: the bounds between them are 3 below 20 and 4 above 10, √(3² + 4²) = 5 < 10; at 15 the difference is 5 too.
  test.each<[string, number | null, string | null]>([
    ['more than they are unsure', 20, 'rose'],
    ['exactly as much', 15, 'steady'],
    ['equal', 10, 'steady'],
    ['among the unanswered', null, null],
  ])('%s', async (_, value, change) => {
    const later = typical(second, value, value === null ? null : value - 3, value === null ? null : value + 100);
    expect((await changeOf(median, typical(first, 10, -90, 14), later))?.change).toBe(change);
    const back = await changeOf(median, { ...later, period_start: first }, typical(second, 10, -90, 14));
    expect(back?.change).toBe(change === 'rose' ? 'fell' : change);
  });

  test('only the bounds that face each other have to be known', async () => {
    const above = typical(second, 20, 17, null);
    expect((await changeOf(median, typical(first, 10, null, 14), above))?.change).toBe('rose');
    expect((await changeOf(median, typical(first, 10, 8, null), above))?.change).toBeNull();
    expect((await changeOf(median, typical(first, 10, 8, 14), typical(second, 20, null, 22)))?.change).toBeNull();
    expect((await changeOf(median, typical(first, 20, null, null), typical(second, 20, null, null)))?.change).toBe(
      'steady',
    );
  });
});

describe('what is not compared', () => {
  const strict = { ...rate, minimumSample: 20 };

  test('too few rows on either side', async () => {
    const change = async (before: Measure, after: Measure) => (await changeOf(strict, before, after))?.change;
    expect(await change(share(first, 1, 19), share(second, 90, 100))).toBe('too_few');
    expect(await change(share(first, 1, 100), share(second, 18, 19))).toBe('too_few');
    expect(await change(share(first, 1, 20), share(second, 19, 20))).toBe('rose');
    const nothing = { period_start: first, numerator: 0, denominator: 0 };
    expect(await change(nothing, share(second, 19, 20))).toBe('too_few');
    expect(await change(nothing, { ...nothing, period_start: second })).toBeNull();
  });

  test('the first period, the one that runs, and one after a gap', async () => {
    const north = { dimension: 'team', dimension_value: 'north' };
    const found = await judge(warehouse, rate, [
      share('2026-01-26', 5, 10, north),
      share('2026-02-09', 9, 10, north),
      share('2026-02-16', 1, 10, north),
    ]);
    const told = found.filter(({ dimension }) => dimension === 'team');
    expect(told.map((row) => [row.period_start, row.previous_value, row.change])).toEqual([
      ['2026-01-26', null, null],
      ['2026-02-09', null, null],
      ['2026-02-16', null, null],
    ]);
  });

  test('each part and grain is compared with itself', async () => {
    const part = (team: string, hits: number, week: string) =>
      share(week, hits, 100, { dimension: 'team', dimension_value: team });
    const found = await judge(warehouse, rate, [
      ...[part('north', 20, first), part('north', 80, second), part('south', 80, first), part('south', 20, second)],
      ...[share(first, 100, 200), share(second, 100, 200)],
    ]);
    const told = found.filter(({ period_start }) => period_start === second);
    expect(told.map((row) => [row.dimension_value, row.previous_value, row.change])).toEqual([
      ['all', 0.5, 'steady'],
      ['north', 0.2, 'rose'],
      ['south', 0.8, 'fell'],
    ]);
  });

  test('a cohort that may still convert', async () => {
    const keys = `type: conversion\nmodel: leads\nfrom: mql_at\nto: won_at\nwindow_days: 5\nminimum_sample: 0`;
    const conversion = metric('conversion', `${keys}\ngrains: [week]`);
    // As of Wednesday 18 February, the week that ended on Sunday the 15th may convert until the 20th.
    const found = await judge(warehouse, conversion, [share(first, 10, 100), share(second, 90, 100)]);
    expect(found.map((row) => [row.maturity, row.change])).toEqual([
      ['mature', null],
      ['partial', null],
      ['immature', null],
    ]);
  });

  test('sums and what adds up over several periods have a value before, and no interval', async () => {
    const sum = metric('sum', `type: sum\n${rows}\nvalue: amount\ngrains: [week]`);
    const rolling = metric('rolling', `type: cumulative\nmetric: volume\nrolling: 4\ngrains: [week]`);
    const measures = [counted(first, 100), counted(second, 900)];
    for (const [spec, base] of [
      [sum, undefined],
      [rolling, volume],
    ] as const) {
      const found = await judge(warehouse, spec, measures, base === undefined ? {} : { base });
      expect(found.map((row) => [row.previous_value, row.change])).toEqual([
        [null, null],
        [100, null],
        [null, null],
      ]);
    }
  });
});
