import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileMetric } from '../../src/metrics/compile.ts';
import type { Warehouse } from '../../src/warehouse/warehouse.ts';
import { metric, openWarehouse, type ValueRow } from './project.ts';

const hour = 3_600_000;
/** Midnight in Copenhagen, a Monday; no clock change for weeks. */
const monday = Date.parse('2026-01-11T23:00:00Z');

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openWarehouse('2026-03-01T00:00:00Z');
});
afterAll(() => warehouse.close());

/** Hours from Monday, midnight, of the start; and from it to the conversion. */
interface Lead {
  readonly from: number;
  readonly after: number | null;
  readonly team?: string;
}

interface EstimateRow extends ValueRow {
  readonly estimate_lower_95: number | null;
  readonly estimate_upper_95: number | null;
  readonly estimate_days: number | null;
}

async function estimated(leads: readonly Lead[], asOfHours: number, keys: string): Promise<EstimateRow[]> {
  const at = (hours: number) => `timestamptz '${new Date(Math.round(monday + hours * hour)).toISOString()}'`;
  const rows = leads.map(
    ({ from, after, team = 'north' }) => `(${at(from)}, ${after === null ? 'null' : at(from + after)}, '${team}')`,
  );
  await warehouse.run(`
    update run.clock set as_of = ${at(asOfHours)};
    create or replace table main.steps as
    select from_at, cast(to_at as timestamptz) as to_at, team
    from (values ${rows.join(', ')}) as steps(from_at, to_at, team)`);
  const spec = metric(
    'estimate',
    `type: conversion
    model: steps
    from: from_at
    to: to_at
    dimensions: [team]
    grains: [week]
    ${keys}`,
  );
  const values = await warehouse.rows<EstimateRow>(compileMetric(spec, { specs: [spec] }));
  return values.filter((row) => row.denominator !== 0);
}

/** Patients as leads, weeks as hours: the censored entered so many hours before as_of as they were followed. */
async function survival(
  events: readonly number[],
  censored: readonly number[],
  at: number,
  scale = 10_000,
): Promise<number[]> {
  const end = 167;
  const leads = [
    ...events.map((hours) => ({ from: 0, after: hours })),
    ...censored.map((hours) => ({ from: end - hours, after: null })),
  ];
  const [row] = await estimated(leads, end, `window_days: ${at / 24}`);
  const { estimate, estimate_lower_95: lower, estimate_upper_95: upper } = row ?? {};
  return [estimate, upper, lower].map((share) => Math.round((1 - (share ?? 2)) * scale) / scale);
}

describe('as published', () => {
  // Remission of 21 patients under 6-MP, in weeks (Freireich et al., Blood 21, 1963); the intervals are those of Stata's
  // "sts list".
  const events = [6, 6, 6, 7, 10, 13, 16, 22, 23];
  const censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35];
  test.each([
    [6, [0.8571, 0.6197, 0.9516]],
    [7, [0.8067, 0.5631, 0.9228]],
    [10, [0.7529, 0.5032, 0.8894]],
    [13, [0.6902, 0.4316, 0.8491]],
    [16, [0.6275, 0.3675, 0.8049]],
    [22, [0.5378, 0.2678, 0.7468]],
    [23, [0.4482, 0.1881, 0.6801]],
    [35, [0.4482, 0.1881, 0.6801]],
  ])('remission after %s weeks', async (weeks, expected) => {
    expect(await survival(events, censored, weeks)).toEqual(expected);
  });

  // Acute myelogenous leukaemia, the maintained group (Miller, Survival Analysis, 1981): survival and Greenwood's standard
  // error as R's survfit prints them for "aml" of its package survival. The log–log interval is symmetric in
  // ln(−ln S), with a half width of 1.96 standard errors / (S × −ln S).
  test.each([
    [9, 0.909, 0.0867],
    [13, 0.818, 0.1163],
    [18, 0.716, 0.1397],
    [23, 0.614, 0.1526],
    [31, 0.491, 0.1642],
    [34, 0.368, 0.1627],
    [48, 0.184, 0.1535],
  ])('remission of maintained patients after %s weeks', async (weeks, remaining, standardError) => {
    const exits = { events: [9, 13, 18, 23, 31, 34, 48], censored: [13, 28, 45, 161] };
    const [share = 0, lower = 0, upper = 0] = await survival(exits.events, exits.censored, weeks, 1e9);
    const [high, middle, low] = [upper, share, lower].map((one) => Math.log(-Math.log(one)));
    expect(share).toBeCloseTo(remaining, 3);
    expect((((low ?? 0) - (high ?? 0)) / 2 / 1.959964) * share * -Math.log(share)).toBeCloseTo(standardError, 4);
    expect(((low ?? 0) + (high ?? 0)) / 2).toBeCloseTo(middle ?? 0, 6);
  });
});

describe('where the log–log interval says nothing', () => {
  const spread = 1.959963984540054 ** 2;

  test('nobody converted: none of those who were watched that long', async () => {
    const leads = [0, 0, 24, 48].map((from) => ({ from, after: null }));
    const [row] = await estimated(leads, 96, 'window_days: 30');
    expect(row).toMatchObject({ estimate: 0, estimate_lower_95: 0, estimate_days: 4 });
    expect(row?.estimate_upper_95).toBeCloseTo(spread / (2 + spread), 12);
  });

  test('everybody converted: all of them', async () => {
    const leads = [1, 2, 3].map((after) => ({ from: 0, after }));
    const [row] = await estimated(leads, 96, 'window_days: 30');
    expect(row).toMatchObject({ estimate: 1, estimate_upper_95: 1, estimate_days: 3 / 24 });
    expect(row?.estimate_lower_95).toBeCloseTo(3 / (3 + spread), 12);
  });

  test('those still watched converted: all of those', async () => {
    const leads = [
      { from: 0, after: 72 },
      { from: 0, after: 72 },
      { from: 48, after: null },
      { from: 48, after: 12 },
    ];
    const [row] = await estimated(leads, 96, 'window_days: 30');
    expect(row).toMatchObject({ estimate: 1, estimate_upper_95: 1, estimate_days: 3 });
    expect(row?.estimate_lower_95).toBeCloseTo(2 / (2 + spread), 12);
  });
});

describe('how far the estimate reaches', () => {
  test('as long as a row was watched, at most the window', async () => {
    const leads = [
      { from: 0, after: 24 },
      { from: 36, after: null },
    ];
    expect((await estimated(leads, 96, 'window_days: 30'))[0]).toMatchObject({ estimate: 0.5, estimate_days: 2.5 });
    expect((await estimated(leads, 96, 'window_days: 2'))[0]).toMatchObject({ estimate: 0.5, estimate_days: 2 });
  });

  test('in whole dates where the window is of dates', async () => {
    const leads = [{ from: 20, after: null }];
    const days = async (asOf: number) =>
      (await estimated(leads, asOf, 'window_days: 3\nwindow_in: dates'))[0]?.estimate_days;
    expect([await days(23), await days(24), await days(71), await days(72), await days(160)]).toEqual([0, 1, 2, 3, 3]);
  });

  test('once no window is open the estimate is the rate, and so is its interval', async () => {
    const leads = [1, 2, 60, null, null].map((after) => ({ from: 0, after }));
    const [row] = await estimated(leads, 7 * 24 + 48, 'window_days: 2');
    expect(row).toMatchObject({ value: 0.4, estimate: 0.4, estimate_days: 2, is_mature: true });
    expect([row?.estimate_lower_95, row?.estimate_upper_95]).toEqual([row?.lower_95, row?.upper_95]);
  });

  test('rows count alone: neither without a window nor of other things is there an estimate', async () => {
    const leads = [{ from: 0, after: 1 }];
    for (const keys of ['', 'window_days: 2\ncounts: entities\nby: [team]']) {
      const none = { estimate: null, estimate_lower_95: null, estimate_upper_95: null, estimate_days: null };
      expect((await estimated(leads, 10, keys))[0]).toMatchObject(none);
    }
  });
});

/** Step by step through the exits of a cohort, conversions first; lengths in hours or dates. */
function worked(exits: readonly { readonly watched: number; readonly isConverted: boolean }[]) {
  const times = [...new Set(exits.filter((exit) => exit.isConverted).map((exit) => exit.watched))].sort(
    (a, b) => a - b,
  );
  let [remaining, greenwood] = [1, 0];
  for (const time of times) {
    const atRisk = exits.filter((exit) => exit.watched >= time).length;
    const converted = exits.filter((exit) => exit.isConverted && exit.watched === time).length;
    remaining *= 1 - converted / atRisk;
    greenwood += converted / (atRisk * (atRisk - converted));
  }
  const logLog = (side: number) =>
    1 -
    Math.exp(
      -Math.exp(
        Math.log(-Math.log(remaining)) + (side * 1.959963984540054 * Math.sqrt(greenwood)) / Math.log(remaining),
      ),
    );
  return { remaining, lower: logLog(1), upper: logLog(-1) };
}

describe('as a walk through the exits tells', () => {
  const lead = fc.record({
    from: fc.integer({ min: 0, max: 6 * 28 - 1 }).map((sixths) => sixths * 6),
    after: fc.option(
      fc.integer({ min: -2, max: 60 }).map((sixths) => sixths * 6),
      { nil: null, freq: 2 },
    ),
    team: fc.constantFrom('north', 'south', 'east', 'west'),
  });
  const asOf = 6 * 168 - 20;
  const leads = fc
    .sample(lead, { numRuns: 300, seed: 3 })
    .filter(({ from, after }) => from + (after ?? 0) <= asOf && from <= asOf);

  test.each(['hours', 'dates'])('of a window in %s', async (windowIn) => {
    const isDates = windowIn === 'dates';
    const place = (hours: number) => (isDates ? Math.floor(hours / 24) : hours);
    const [last, over] = isDates ? [9, 10] : [240, 240];
    const rows = await estimated(leads, asOf, `window_days: 10\nwindow_in: ${windowIn}`);
    const running = rows.filter((row) => !row.is_mature);
    for (const row of running) {
      const exits = leads
        .filter(
          ({ from }) => Math.floor(from / 168) === Math.round((Date.parse(row.period_start) - monday) / hour / 168),
        )
        .filter(({ team }) => row.dimension === 'all' || team === row.dimension_value)
        .map(({ from, after }) => {
          const elapsed = after === null ? -1 : place(from + after) - place(from);
          const isConverted = elapsed >= 0 && elapsed <= last;
          return { isConverted, watched: isConverted ? elapsed : Math.min(place(asOf) - place(from), over) };
        });
      const { remaining, lower, upper } = worked(exits);
      expect(row.estimate).toBeCloseTo(1 - remaining, 12);
      if (remaining === 0 || remaining === 1) continue;
      expect(row.estimate_lower_95).toBeCloseTo(lower, 12);
      expect(row.estimate_upper_95).toBeCloseTo(upper, 12);
    }
    expect(running.length).toBe(10);
  });

  test.each(['hours', 'dates'])(
    'of several grains at once each comes out as alone, of a window in %s',
    async (windowIn) => {
      const specOf = (grains: string) =>
        metric(
          'estimate',
          `type: conversion
        model: steps
        from: from_at
        to: to_at
        dimensions: [team]
        window_days: 10
        window_in: ${windowIn}
        grains: [${grains}]`,
        );
      const valuesOf = async (grains: string) => {
        const spec = specOf(grains);
        const order = 'order by grain, period_start, dimension, dimension_value';
        return warehouse.rows(`from (${compileMetric(spec, { specs: [spec] })}) ${order}`);
      };
      for (const hours of [80, 400, asOf, asOf + 300, asOf + 2000]) {
        await estimated(leads, hours, 'window_days: 10');
        const alone = [await valuesOf('month'), await valuesOf('quarter'), await valuesOf('week')].flat();
        expect(await valuesOf('week, month, quarter')).toEqual(alone);
      }
    },
  );
});
