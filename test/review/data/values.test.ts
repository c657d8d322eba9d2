import { describe, expect, test } from 'vitest';
import { metric } from '../../metrics/project.ts';
import { changed, compared, money, rate, reviewOf, type Shown, usualMetrics, volume } from './values-world.ts';

const team = (dimension_value: string) => ({ dimension: 'team', dimension_value });

describe('what counts as changed', () => {
  test('another value: before, after, difference and both samples', async () => {
    const result = await compared(
      { values: [{ metric: 'rate', value: 0.5, numerator: 20, denominator: 40, status: 'missed' }] },
      { values: [{ metric: 'rate', value: 0.75, numerator: 27, denominator: 36, status: 'kept' }] },
    );
    const review = reviewOf(result, 'rate');
    expect(review).toMatchObject({
      ...{ unit: 'percent', owner: 'sales', direction: 'up', versionBefore: 1, versionAfter: 1 },
      ...{ values: 1, changed: 1, closedPeriods: 1, closedPeriodsChanged: 1, parts: [], partsChanged: 0 },
    });
    expect(review.totals).toEqual([
      {
        ...{ grain: 'week', period: '2026-W46', periodStart: '2026-11-09', isComplete: true },
        ...{ dimension: 'all', dimensionValue: 'all', isKnown: true },
        ...{ before: 0.5, after: 0.75, difference: 0.25, statusBefore: 'missed', statusAfter: 'kept' },
        ...{ numeratorBefore: 20, numeratorAfter: 27, denominatorBefore: 40, denominatorAfter: 36 },
        noise: 'untold',
      },
    ]);
  });

  const value = { metric: 'rate', value: 0.5, numerator: 10, denominator: 20 };
  test.each<[string, Shown, Shown, number]>([
    ['the same', value, value, 0],
    ['a verdict', { ...value, status: 'kept' }, { ...value, status: 'missed' }, 1],
    ['a verdict where none was', value, { ...value, status: 'open' }, 1],
    ['counts of the same value', value, { ...value, numerator: 20, denominator: 40 }, 0],
    ['rounding', value, { ...value, value: 0.5 * (1 + 5e-10) }, 0],
    ['more than rounding', value, { ...value, value: 0.5 * (1 + 2e-9) }, 1],
    ['a value that went', value, { ...value, value: null }, 1],
    ['a value that came', { ...value, value: null }, value, 1],
    ['zero and none', { ...value, value: 0 }, { ...value, value: null }, 1],
    ['no value of other counts', { ...value, value: null }, { ...value, value: null, numerator: 9 }, 1],
    ['no value and a count that went', { ...value, value: null }, { ...value, value: null, denominator: null }, 1],
    ['no value either time', { metric: 'rate', value: null }, { metric: 'rate', value: null }, 0],
    ['a count without a denominator', { metric: 'rate', value: 3 }, { metric: 'rate', value: 3 }, 0],
  ])('%s', async (_, before, after, count) => {
    const { metrics } = await compared({ values: [before] }, { values: [after] });
    expect(metrics.find((review) => review.metric === 'rate')).toMatchObject({ values: 1, changed: count });
  });

  test.each([
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0],
    [Number.NaN, Number.NaN, 0],
    [Number.POSITIVE_INFINITY, 5, 1],
    [5, Number.NEGATIVE_INFINITY, 1],
    [Number.NaN, 5, 1],
    [1e308, -1e308, 1],
  ])('%d and %d, whose difference is no number', async (before, after, count) => {
    const result = await compared(
      { values: [{ metric: 'money', value: before }] },
      { values: [{ metric: 'money', value: after }] },
    );
    const review = reviewOf(result, 'money');
    expect(review.changed).toBe(count);
    expect(review.totals.map(({ difference }) => difference)).toEqual(count === 0 ? [] : [null]);
  });

  test('a value in another unit is another, and has no difference', async () => {
    const result = await compared(
      { values: [{ metric: 'money', value: 30 }] },
      { values: [{ metric: 'money', value: 30 }], metrics: [changed(money, { unit: 'number' })] },
    );
    const review = reviewOf(result, 'money');
    expect(review).toMatchObject({ unit: 'number', changed: 1 });
    expect(review.totals).toMatchObject([{ before: 30, after: 30, difference: null, noise: 'untold' }]);
  });

  test('the unit of the version in force: what the one before showed stays', async () => {
    const values: Shown[] = [
      { metric: 'money', value: 30 },
      { metric: 'money', value: 30, version: 2, is_in_force: false },
      { metric: 'money', value: 7, period_start: '2026-11-16', is_in_force: false },
      { metric: 'money', value: 9, period_start: '2026-11-16', version: 2 },
    ];
    const before: Shown[] = [
      { metric: 'money', value: 30 },
      { metric: 'money', value: 7, period_start: '2026-11-16' },
    ];
    const metrics = [money, changed(money, { version: 2, unit: 'number' })];
    const review = reviewOf(await compared({ values: before }, { values, metrics }), 'money');
    expect(review).toMatchObject({ values: 2, changed: 1, versionBefore: 1, versionAfter: 2 });
    expect(review.totals).toMatchObject([{ period: '2026-W47', before: 7, after: 9, difference: null }]);
  });
});

describe('what only one side has', () => {
  const one: Shown[] = [
    { metric: 'volume', value: 5 },
    { metric: 'volume', value: 5, ...team('north') },
  ];

  test('a metric that is new, and one that is gone', async () => {
    const result = await compared(
      { values: [], metrics: [rate] },
      { values: one, metrics: [volume] },
      { metrics: ['rate', 'volume', 'unheard_of', 'volume'] },
    );
    expect(result.metrics.map((review) => [review.metric, review.changed, review.values])).toEqual([
      ['volume', 2, 2],
      ['rate', 0, 0],
    ]);
    const added = reviewOf(result, 'volume');
    expect(added).toMatchObject({ versionBefore: null, versionAfter: 1 });
    expect(added.totals).toMatchObject([{ before: null, after: 5, difference: null, isKnown: true }]);
    expect(added.parts).toMatchObject([{ before: null, after: 5, dimensionValue: 'north', isKnown: false }]);
    const gone = reviewOf(await compared({ values: one, metrics: [volume] }, { values: [], metrics: [] }), 'volume');
    expect(gone).toMatchObject({ versionBefore: 1, versionAfter: null, changed: 2, partsChanged: 1 });
    expect(gone.totals).toMatchObject([{ before: 5, after: null, difference: null, noise: 'untold' }]);
    expect(gone.parts).toMatchObject([{ before: 5, after: null, isKnown: true }]);
  });

  test('a grain and a dimension', async () => {
    const month = { metric: 'volume', grain: 'month', period_start: '2026-10-01', value: 40 };
    const result = await compared({ values: one }, { values: [{ metric: 'volume', value: 5 }, month] });
    expect(reviewOf(result, 'volume')).toMatchObject({
      ...{ values: 3, changed: 2, closedPeriods: 2, closedPeriodsChanged: 1, partsChanged: 1 },
      totals: [{ grain: 'month', period: '2026-10', before: null, after: 40 }],
      parts: [{ dimension: 'team', before: 5, after: null }],
    });
  });

  test('a value of a dimension is known when the base has it of that metric, in whatever period or version', async () => {
    const earlier = { metric: 'volume', period_start: '2026-01-05', value: 1, is_in_force: false, ...team('north') };
    const elsewhere: Shown = { metric: 'rate', value: 1, ...team('south') };
    const result = await compared(
      { values: [earlier, elsewhere] },
      { values: [...one, { metric: 'volume', value: 4, ...team('south') }, elsewhere] },
    );
    expect(reviewOf(result, 'volume').parts.map((part) => [part.dimensionValue, part.isKnown])).toEqual([
      ['north', true],
      ['south', false],
    ]);
  });

  test('a column called "all" is no total: what it holds may be unknown', async () => {
    const hostile = { metric: 'volume', value: 9, dimension: 'all', dimension_value: 'somebody' };
    const review = reviewOf(await compared({ values: one }, { values: [...one, hostile] }), 'volume');
    expect(review).toMatchObject({ totals: [], closedPeriods: 1, parts: [{ dimension: 'all', isKnown: false }] });
  });

  test('quarters of another fiscal year stand on one side each', async () => {
    const quarter = (period_start: string): Shown => ({ metric: 'volume', grain: 'quarter', period_start, value: 6 });
    const review = reviewOf(
      await compared({ values: [quarter('2026-07-01')] }, { values: [quarter('2026-08-01')] }),
      'volume',
    );
    expect(review).toMatchObject({ values: 2, changed: 2 });
    expect(review.totals).toMatchObject([
      { periodStart: '2026-08-01', period: '2026-Q3', before: null, after: 6 },
      { periodStart: '2026-07-01', period: '2026-Q3', before: 6, after: null },
    ]);
  });
});

describe('versions', () => {
  test('values in force are compared, whichever version shows them', async () => {
    const both = (value: number, newer: number, isNewer: boolean, period_start: string): Shown[] => [
      { metric: 'rate', value, period_start, is_in_force: !isNewer },
      { metric: 'rate', value: newer, version: 2, period_start, is_in_force: isNewer },
    ];
    // From 9 November on the second version counts.
    const after = [...both(0.5, 0.9, false, '2026-11-02'), ...both(0.5, 0.9, true, '2026-11-09')];
    const before: Shown[] = ['2026-11-02', '2026-11-09'].map((period_start) => ({
      ...{ metric: 'rate', value: 0.5, period_start },
    }));
    const review = reviewOf(await compared({ values: before }, { values: after }), 'rate');
    expect(review).toMatchObject({ values: 2, changed: 1, versionBefore: 1, versionAfter: 2 });
    expect(review.totals).toMatchObject([{ period: '2026-W46', before: 0.5, after: 0.9 }]);
  });

  test('of the newest period that is over; a version that shows only the running one is not shown yet', async () => {
    const running = { metric: 'rate', value: 0.4, period_start: '2026-11-23', is_complete: false };
    const over: Shown = { metric: 'rate', value: 0.5 };
    const review = reviewOf(
      await compared({ values: [over, running] }, { values: [over, { ...running, version: 2 }] }),
      'rate',
    );
    expect(review).toMatchObject({ versionBefore: 1, versionAfter: 1, changed: 0 });
    const first = reviewOf(await compared({ values: [] }, { values: [{ ...running, version: 3 }] }), 'rate');
    expect(first).toMatchObject({ versionBefore: null, versionAfter: 3, closedPeriods: 0 });
  });
});

describe('order', () => {
  test('totals: weeks, months, quarters, each newest first, running ones too', async () => {
    const periods: [string, string, boolean][] = [
      ['quarter', '2026-07-01', true],
      ['month', '2026-09-01', true],
      ['week', '2026-11-09', true],
      ['month', '2026-10-01', true],
      ['week', '2026-11-23', false],
      ['week', '2026-11-16', true],
    ];
    const side = (value: number): Shown[] =>
      periods.map(([grain, period_start, is_complete]) => ({
        ...{ metric: 'volume', grain, period_start, is_complete, value },
      }));
    const review = reviewOf(await compared({ values: side(1) }, { values: side(2) }), 'volume');
    expect(review.totals.map(({ period }) => period)).toEqual([
      ...['2026-W48', '2026-W47', '2026-W46', '2026-10', '2026-09', '2026-Q3'],
    ]);
    expect(review.totals.map(({ isComplete }) => isComplete)).toEqual([false, true, true, true, true, true]);
    expect(review).toMatchObject({ closedPeriods: 5, closedPeriodsChanged: 5 });
  });

  test('parts: the largest difference first, fifty at most', async () => {
    const side = (step: number): Shown[] =>
      Array.from({ length: 60 }, (_, index) => ({
        ...{ metric: 'volume', value: 100 + step * index, ...team(`t${index}`) },
      }));
    const review = reviewOf(await compared({ values: side(0) }, { values: side(-1) }), 'volume');
    // The one that did not change is t0.
    expect(review).toMatchObject({ values: 60, changed: 59, partsChanged: 59, totals: [] });
    expect(review.parts).toHaveLength(50);
    expect(review.parts[0]).toMatchObject({ dimensionValue: 't59', difference: -59 });
    expect(review.parts[49]).toMatchObject({ dimensionValue: 't10', difference: -10 });
  });

  test('a count that is gone was as large as it was; a rate that is gone has no difference', async () => {
    const earlier = (name: string): Shown[] => [
      { metric: name, value: 0.9, ...team('gone') },
      { metric: name, value: 0.5, ...team('moved') },
    ];
    const later = (name: string): Shown[] => [{ metric: name, value: 0.6, ...team('moved') }];
    const result = await compared(
      { values: [...earlier('rate'), ...earlier('volume')] },
      { values: [...later('rate'), ...later('volume')] },
    );
    const order = (name: string) => reviewOf(result, name).parts.map(({ dimensionValue }) => dimensionValue);
    expect(order('rate')).toEqual(['moved', 'gone']);
    expect(order('volume')).toEqual(['gone', 'moved']);
  });

  test('metrics whose values differ come first, else in the order in which they are asked', async () => {
    const same = (name: string): Shown => ({ metric: name, value: 1 });
    const { metrics } = await compared(
      { values: ['rate', 'volume', 'minutes', 'money'].map(same) },
      { values: [same('rate'), { metric: 'volume', value: 2 }, same('minutes'), { metric: 'money', value: 2 }] },
      { metrics: ['minutes', 'money', 'rate', 'volume'] },
    );
    expect(metrics.map((review) => review.metric)).toEqual(['money', 'volume', 'minutes', 'rate']);
  });
});

test('a metric made of others is compared by its values, without an interval', async () => {
  const derived = metric('per_lead', 'type: derived\nexpression: money / volume\nunit: amount');
  const metrics = [...usualMetrics, derived];
  const value = { metric: 'per_lead', numerator: null, denominator: null, sample_size: 3 };
  const result = await compared(
    { values: [{ ...value, value: 50 }], metrics },
    { values: [{ ...value, value: 60 }], metrics },
  );
  expect(reviewOf(result, 'per_lead').totals).toMatchObject([{ difference: 10, noise: 'untold' }]);
});

test('names and values with quotes are only text', async () => {
  const name = `x'; drop table main.metric_values; --"`;
  const quoted = { ...volume, name };
  const part = { metric: name, dimension: `o'dim"`, dimension_value: `north'; select 1 --` };
  const result = await compared(
    { values: [{ ...part, value: 1 }], metrics: [quoted] },
    { values: [{ ...part, value: 2 }], metrics: [quoted] },
  );
  expect(result.metrics).toMatchObject([
    { metric: name, parts: [{ dimension: `o'dim"`, dimensionValue: `north'; select 1 --`, isKnown: true }] },
  ]);
});

test('both owners: of the base, else of the head, else nobody', async () => {
  const base = { values: [], owners: ['Head of Marketing', 'Sales Director'] } as const;
  const head = { values: [], owners: ['CMO', 'CRO'] } as const;
  expect((await compared(base, head)).owners).toEqual({ marketing: 'Head of Marketing', sales: 'Sales Director' });
  expect((await compared({ values: [] }, head)).owners).toEqual({ marketing: 'CMO', sales: 'CRO' });
  expect((await compared({ values: [] }, { values: [] })).owners).toBeNull();
});
