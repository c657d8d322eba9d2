import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { compileMetric } from '../../src/metrics/compile.ts';
import type { Metric } from '../../src/project/metric.ts';
import type { Warehouse } from '../../src/warehouse/warehouse.ts';
import { evaluated, metric, openWarehouse, type ValueRow } from './project.ts';

let warehouse: Warehouse;
afterEach(() => warehouse?.close());

const rows = 'model: deals\ntime: signed_at\ndimensions: [team]';
const bases = {
  volume: metric('volume', `type: count\n${rows}\npending: is_open`),
  amount: metric('amount', `type: sum\n${rows}\nunit: amount\nvalue: minutes\npending: is_open`),
  rate: metric('rate', `type: ratio\n${rows}\nnumerator: is_won\ndenominator: not is_open\npending: is_open`),
  typical: metric('typical', `type: percentile\n${rows}\nvalue: minutes\npercentile: 0.5\npending: is_open`),
  mean: metric('mean', `type: average\n${rows}\nvalue: minutes\npending: is_open`),
  leads: metric('leads', `type: count_distinct\n${rows}\nkey: lead_id\npending: is_open`),
  speed: metric('speed', `type: duration\n${rows}\nstart: signed_at\nstop: paid_at\npending: is_open`),
  paid: metric('paid', `type: conversion\n${rows.replace('time:', 'from:')}\nto: paid_at\nwindow_days: 1`),
  payers: metric(
    'payers',
    `type: conversion\n${rows.replace('time:', 'from:')}\nto: paid_at\nwindow_days: 1\ncounts: entities\nby: lead_id`,
  ),
} as const;
type Base = keyof typeof bases;

function over(base: Base, window: string, keys = 'dimensions: [team]'): Metric {
  const unit = bases[base].unit;
  return metric('over', `type: cumulative\nmetric: ${base}\n${window}\nunit: ${unit}\n${keys}`);
}

/** team, local time in Copenhagen at which a deal was signed, whether won, open; minutes until it was paid. */
async function open(values: string, asOf = '2026-05-13T06:00:00Z'): Promise<void> {
  warehouse = await openWarehouse(asOf);
  await warehouse.run(`
    create table main.deals as
    select
        *,
        timezone('Europe/Copenhagen', cast(signed as timestamp)) as signed_at,
        signed_at + to_minutes(cast(minutes as integer)) as paid_at
    from (values ${values}) as deals (lead_id, team, signed, is_won, is_open, minutes)`);
}

async function valuesOf(base: Base, window: string, condition = 'true', keys?: string): Promise<ValueRow[]> {
  const values = await evaluated(
    warehouse,
    [bases[base], over(base, window, keys)],
    `metric = 'over' and ${condition}`,
  );
  return values;
}

/** 2026-03-30 is a Monday, in the first quarter; the second begins on that Wednesday. */
const deals = `
    (1, 'north', '2026-03-23 00:00', true, false, 10.0),
    (2, 'north', '2026-03-31 23:59:59', false, false, 20.0),
    (3, 'south', '2026-04-01 00:00', true, false, 30.0),
    (1, 'south', '2026-04-05 23:59:59', true, false, 40.0),
    (1, 'south', '2026-04-14 12:00', true, false, 50.0),
    (4, 'north', '2026-05-05 12:00', false, true, null)`;

const told = (values: readonly ValueRow[]) =>
  values.map((row) => [row.period_start, row.dimension_value, row.numerator, row.denominator, row.value]);

describe('a rolling window', () => {
  test('is the period and those before it', async () => {
    await open(deals);
    const values = await valuesOf('volume', 'rolling: 2', `grain = 'week' and dimension = 'all'`);
    expect(values.map((row) => [row.period_start, row.value, row.pending])).toEqual([
      ['2026-03-23', 1, 0],
      ['2026-03-30', 4, 0],
      ['2026-04-06', 3, 0],
      ['2026-04-13', 1, 0],
      ['2026-04-20', 1, 0],
      ['2026-04-27', 0, 0],
      ['2026-05-04', 0, 1],
      ['2026-05-11', 0, 1],
    ]);
    expect(values.map((row) => row.is_complete)).toEqual([true, true, true, true, true, true, true, false]);
    expect(values.map((row) => row.is_final)).toEqual([true, true, true, true, true, true, false, false]);
  });

  test('counts in the row’s own grain', async () => {
    await open(deals);
    const values = await valuesOf('volume', 'rolling: 2', `grain <> 'week' and dimension = 'all'`);
    expect(values.map((row) => [row.grain, row.period_start, row.value])).toEqual([
      ['month', '2026-03-01', 2],
      ['month', '2026-04-01', 5],
      ['month', '2026-05-01', 3],
      ['quarter', '2026-01-01', 2],
      ['quarter', '2026-04-01', 5],
    ]);
  });

  test('has the values of a dimension whose window holds rows', async () => {
    await open(deals);
    const values = await valuesOf('rate', 'rolling: 2', `grain = 'week' and dimension = 'team'`);
    expect(told(values)).toEqual([
      ['2026-03-23', 'north', 1, 1, 1],
      ['2026-03-30', 'north', 1, 2, 0.5],
      ['2026-03-30', 'south', 2, 2, 1],
      ['2026-04-06', 'north', 0, 1, 0],
      ['2026-04-06', 'south', 2, 2, 1],
      ['2026-04-13', 'south', 1, 1, 1],
      ['2026-04-20', 'south', 1, 1, 1],
      ['2026-05-04', 'north', 0, 0, null],
      ['2026-05-11', 'north', 0, 0, null],
    ]);
  });
});

describe('to date', () => {
  test('a week shows its quarter from its first day, and nothing of the next one', async () => {
    await open(deals);
    const values = await valuesOf('volume', 'to_date: quarter', `grain = 'week' and dimension = 'all'`);
    expect(values.slice(0, 4).map((row) => [row.period_start, row.value])).toEqual([
      ['2026-03-23', 1],
      ['2026-03-30', 2],
      ['2026-04-06', 2],
      ['2026-04-13', 3],
    ]);
  });

  test('the last week, the last month and the quarter say the same', async () => {
    await open(deals);
    const values = await valuesOf('rate', 'to_date: quarter', `dimension = 'all'`);
    const of = (grain: string, start: string) =>
      told(values.filter((row) => row.grain === grain && row.period_start === start)).map((row) => row.slice(2));
    expect(of('week', '2026-03-30')).toEqual([[1, 2, 0.5]]);
    expect(of('month', '2026-03-01')).toEqual([[1, 2, 0.5]]);
    expect(of('quarter', '2026-01-01')).toEqual([[1, 2, 0.5]]);
  });

  test('since the start of the fiscal year', async () => {
    await open(deals);
    await warehouse.run(
      `update sla.local_dates set year = case when local_date < '2026-04-01' then date '2025-04-01' else date '2026-04-01' end`,
    );
    const values = await valuesOf('volume', 'to_date: year', `grain = 'month' and dimension = 'all'`);
    expect(values.map((row) => [row.period_start, row.value])).toEqual([
      ['2026-03-01', 2],
      ['2026-04-01', 3],
      ['2026-05-01', 3],
    ]);
  });
});

test('ever is everything so far', async () => {
  await open(deals);
  const values = await valuesOf('volume', '', `grain = 'month'`);
  expect(values.map((row) => [row.period_start, row.dimension_value, row.value])).toEqual([
    ['2026-03-01', 'all', 2],
    ['2026-03-01', 'north', 2],
    ['2026-04-01', 'all', 5],
    ['2026-04-01', 'north', 2],
    ['2026-04-01', 'south', 3],
    ['2026-05-01', 'all', 5],
    ['2026-05-01', 'north', 2],
    ['2026-05-01', 'south', 3],
  ]);
});

test('what is dated after the period of as_of waits for its turn', async () => {
  await open(deals, '2026-04-01T06:00:00Z');
  const values = await valuesOf('volume', '', `grain = 'month' and dimension = 'all'`);
  expect(values.map((row) => [row.period_start, row.value])).toEqual([
    ['2026-03-01', 2],
    ['2026-04-01', 5],
  ]);
});

test('without rows there is the period of as_of', async () => {
  await open(deals);
  await warehouse.run('delete from main.deals');
  for (const base of ['volume', 'typical'] as const) {
    const values = await valuesOf(base, 'rolling: 3', `grain = 'week'`);
    expect(values.map((row) => [row.period_start, row.sample_size])).toEqual([['2026-05-11', 0]]);
  }
});

interface Deal {
  readonly lead: number;
  readonly team: string;
  /** Days since 2025-12-01. */
  readonly day: number;
  readonly isWon: boolean;
  readonly isOpen: boolean;
  readonly minutes: number;
}

const dayOf = (day: number) => new Date(Date.UTC(2025, 11, 1 + day)).toISOString().slice(0, 10);
const shift = (date: string, months: number, days = 0) => {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1 + months, day + days)).toISOString().slice(0, 10);
};
const startOf = (date: string, months: number) => {
  const [year = '', month = ''] = date.split('-');
  return `${year}-${String(Math.floor((Number(month) - 1) / months) * months + 1).padStart(2, '0')}-01`;
};
const lengths: Record<string, readonly [months: number, days: number]> = {
  week: [0, 7],
  month: [1, 0],
  quarter: [3, 0],
};

/** First and last day of the window of a period. */
function windowOf(window: string, grain: string, start: string): readonly [string, string] {
  const [months, days] = lengths[grain] ?? [0, 0];
  const last = shift(shift(start, months, days), 0, -1);
  if (window === '') return ['2000-01-01', last];
  const [kind, amount = ''] = window.split(': ');
  if (kind === 'rolling') return [shift(start, -months * (Number(amount) - 1), -days * (Number(amount) - 1)), last];
  const since = startOf(start, amount === 'quarter' ? 3 : 12);
  const end = shift(shift(since, amount === 'quarter' ? 3 : 12), 0, -1);
  return [since, [last, end].sort()[0] ?? end];
}

const median = (values: readonly number[]) => {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
};

const brute: Readonly<Record<Base, (deals: readonly Deal[]) => number | null>> = {
  volume: (all) => all.filter((deal) => !deal.isOpen).length,
  amount: (all) => all.filter((deal) => !deal.isOpen).reduce((sum, { minutes }) => sum + minutes, 0),
  rate: (all) =>
    share(all.filter((deal) => !deal.isOpen && deal.isWon).length, all.filter((deal) => !deal.isOpen).length),
  typical: (all) =>
    orNull(
      all.filter((deal) => !deal.isOpen).map(({ minutes }) => minutes),
      median,
    ),
  mean: (all) =>
    orNull(
      all.filter((deal) => !deal.isOpen).map(({ minutes }) => minutes),
      average,
    ),
  leads: (all) => new Set(all.filter((deal) => !deal.isOpen).map(({ lead }) => lead)).size,
  speed: (all) =>
    orNull(
      all.filter((deal) => !deal.isOpen).map(({ minutes }) => minutes),
      median,
    ),
  paid: (all) => share(all.filter(({ minutes }) => minutes <= 1440).length, all.length),
  payers: (all) =>
    share(
      new Set(all.filter(({ minutes }) => minutes <= 1440).map(({ lead }) => lead)).size,
      new Set(all.map(({ lead }) => lead)).size,
    ),
};

const share = (part: number, whole: number) => (whole === 0 ? null : part / whole);
const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const orNull = (values: readonly number[], of: (values: readonly number[]) => number) =>
  values.length === 0 ? null : of(values);

const deal = fc.record({
  lead: fc.integer({ min: 1, max: 25 }),
  team: fc.constantFrom('north', 'south', 'west'),
  day: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 90, max: 190 })),
  isWon: fc.boolean(),
  isOpen: fc.integer({ min: 0, max: 4 }).map((number) => number === 0),
  minutes: fc.integer({ min: 1, max: 3000 }),
});

const drawn: readonly Deal[] = fc.sample(deal, { numRuns: 120, seed: 20260302 });

async function openDrawn(): Promise<void> {
  const lines = drawn.map(
    ({ lead, team, day, isWon, isOpen, minutes }) =>
      `(${lead}, '${team}', '${dayOf(day)} 12:00', ${isWon}, ${isOpen}, ${minutes})`,
  );
  await open(lines.join(', '), '2026-06-24T06:00:00Z');
}

const windows = ['rolling: 1', 'rolling: 4', 'to_date: quarter', 'to_date: year', ''];

test.each(Object.keys(bases) as Base[])('%s over windows equals what is counted by hand', async (base) => {
  await openDrawn();
  const definitions = windows.map((window, index) => ({ ...over(base, window), name: `over_${index}` }));
  const values = await evaluated(warehouse, [bases[base], ...definitions], `metric <> '${base}'`);
  windows.forEach((window, index) => {
    const found = values.filter((row) => row.metric === `over_${index}`);
    const expected = found
      .filter(({ dimension }) => dimension === 'all')
      .flatMap(({ grain, period_start }) => {
        const [first, last] = windowOf(window, grain, period_start);
        const within = drawn.filter(({ day }) => dayOf(day) >= first && dayOf(day) <= last);
        const teams = [...new Set(within.map(({ team }) => team))].sort();
        return ['all', ...teams].map((group) => {
          const part = within.filter(({ team }) => group === 'all' || team === group);
          const value = brute[base](part);
          return [grain, period_start, group, value === null ? null : expect.closeTo(value, 9), pendingOf(base, part)];
        });
      });
    // Weeks, months and quarters from December to June.
    expect(found.filter(({ dimension }) => dimension === 'all')).toHaveLength(30 + 7 + 3);
    expect(found.map((row) => [row.grain, row.period_start, row.dimension_value, row.value, row.pending])).toEqual(
      expected,
    );
  });
});

/** Every window of `paid` and `payers` is over; a lead is pending when all of its deals are open. */
function pendingOf(base: Base, part: readonly Deal[]): number {
  if (base === 'paid' || base === 'payers') return 0;
  const waiting = part.filter(({ isOpen }) => isOpen);
  if (base !== 'leads') return waiting.length;
  const counted = new Set(part.filter(({ isOpen }) => !isOpen).map(({ lead }) => lead));
  return new Set(waiting.map(({ lead }) => lead).filter((lead) => !counted.has(lead))).size;
}

test.each(Object.keys(bases) as Base[])('%s over one period is the metric itself', async (base) => {
  await openDrawn();
  const values = await evaluated(warehouse, [bases[base], over(base, 'rolling: 1')]);
  const same = ['numerator', 'denominator', 'value', 'lower_95', 'upper_95', 'over_value'] as const;
  const whole = ['grain', 'period_start', 'dimension_value', 'sample_size', 'pending', 'is_final'] as const;
  const of = (name: string) => values.filter((row) => row.metric === name);
  const rough = (value: number | null) => (value === null ? null : expect.closeTo(value, 3));
  expect(of('over').map((row) => [...same, ...whole].map((key) => row[key]))).toEqual(
    of(base).map((row) => [...same.map((key) => rough(row[key])), ...whole.map((key) => row[key])]),
  );
});

test.each(['volume', 'typical', 'leads'] as const)('%s can be cut anew', async (base) => {
  await openDrawn();
  const cumulative = over(base, 'rolling: 3');
  const values = await evaluated(warehouse, [bases[base], cumulative], `metric = 'over' and grain = 'month'`);
  const cut = async (by: readonly string[], where: string) => {
    const slice = { grain: 'month', by, where } as const;
    const query = compileMetric(cumulative, { specs: [bases[base], cumulative], slice });
    return warehouse.rows(`select period_start, dimension_value, value, pending from (${query}) order by all`);
  };
  const pick = ({ period_start, dimension_value, value, pending }: ValueRow) => ({
    ...{ period_start, dimension_value, value, pending },
  });
  const ofTeams = values.filter(({ dimension }) => dimension === 'team').map(pick);
  expect(await cut(['team'], 'true')).toEqual(ofTeams);
  const north = ofTeams.filter((row) => row.dimension_value === 'north');
  expect(await cut(['team'], `team = 'north'`)).toEqual(north);
});

test('the days of an average add up to the deviation of all their values', async () => {
  const values = Array.from({ length: 60 }, (_, index) => 1_000_000 + ((index * 37) % 61));
  await open(
    values.map((value, index) => `(1, 'north', '${dayOf(index % 23)} 12:00', true, false, ${value})`).join(', '),
  );
  const [row] = await valuesOf('mean', '', `grain = 'quarter' and dimension = 'all'`);
  const mean = average(values);
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 59);
  const margin = (1.959963984540054 * deviation) / Math.sqrt(60);
  expect(row?.value).toBeCloseTo(mean, 6);
  expect((row?.upper_95 ?? 0) - mean).toBeCloseTo(margin, 4);
});
