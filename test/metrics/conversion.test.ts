import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { Warehouse } from '../../src/warehouse/warehouse.ts';
import { evaluated, metric, openWarehouse, type ValueRow } from './project.ts';

let warehouse: Warehouse;
afterEach(() => warehouse?.close());

const day = 86_400_000;
const monday = Date.parse('2026-03-02T08:00:00Z');

interface Lead {
  /** Days from Monday 2026-03-02 09:00 in Copenhagen. */
  readonly from: number;
  /** Days from `from`; null: never. */
  readonly after: number | null;
  readonly team?: string;
}

async function convert(leads: readonly Lead[], asOf: string, window = 'window_days: 10'): Promise<ValueRow[]> {
  warehouse = await openWarehouse(asOf);
  await warehouse.run('create table main.steps (from_at timestamptz, to_at timestamptz, team text)');
  const at = (days: number) => `timestamptz '${new Date(Math.round(monday + days * day)).toISOString()}'`;
  const rows = leads.map(({ from, after, team }) => {
    const to = after === null ? 'null' : at(from + after);
    return `(${at(from)}, ${to}, '${team ?? 'north'}')`;
  });
  if (rows.length > 0) await warehouse.run(`insert into main.steps values ${rows.join(', ')}`);
  const definition = metric(
    'conversion',
    `type: conversion
    model: steps
    from: from_at
    to: to_at
    dimensions: [team]
    grains: [week]
    ${window}`,
  );
  return evaluated(warehouse, [definition], `period_start = '2026-03-02'`);
}

describe('the window', () => {
  const leads = [
    { from: 0, after: 0 },
    { from: 0, after: 10 },
    { from: 0, after: 10.00001 },
    { from: 0, after: -1 },
    { from: 0, after: null, team: 'south' },
  ];

  test('includes both ends, and nothing before or beyond them', async () => {
    const rows = await convert(leads, '2026-06-01T00:00:00Z');
    expect(rows.map((row) => [row.dimension_value, row.numerator, row.denominator, row.value])).toEqual([
      ['all', 2, 5, 0.4],
      ['north', 2, 4, 0.5],
      ['south', 0, 1, 0],
    ]);
    expect(rows[0]).toMatchObject({ is_mature: true, is_final: true, estimate: 0.4, pending: 0 });
  });

  test('without one counts to date, and is neither mature nor immature', async () => {
    const [row] = await convert(leads, '2026-06-01T00:00:00Z', '');
    expect(row).toMatchObject({ numerator: 3, denominator: 5, is_mature: null, estimate: null });
  });

  test('is N × 24 hours, also over the change to summer time', async () => {
    const leadsInMarch = [
      { from: 20, after: 10 },
      { from: 20, after: 10 + 1 / 86_400 },
    ];
    warehouse = await openWarehouse('2026-06-01T00:00:00Z');
    await convert(leadsInMarch, '2026-06-01T00:00:00Z');
    const [row] = await warehouse.rows<ValueRow>(
      `from main.metric_values where period_start = '2026-03-16' and dimension = 'all'`,
    );
    expect(row).toMatchObject({ numerator: 1, denominator: 2 });
  });
});

describe('maturity', () => {
  const leads = [
    { from: 0, after: 1 },
    { from: 0, after: null },
    { from: 6, after: null },
  ];

  // The week ends on Sunday 8 March, 23:00 UTC.
  test.each([
    ['2026-03-18T22:59:59Z', false],
    ['2026-03-18T23:00:00Z', true],
  ])('at %s the cohort is mature: %s', async (asOf, mature) => {
    const [row] = await convert(leads, asOf);
    expect(row).toMatchObject({ is_mature: mature, is_complete: true, value: 1 / 3 });
  });

  test('an immature cohort is open, mature it is judged', async () => {
    await convert(leads, '2026-03-18T23:00:00Z');
    await warehouse.run(`insert into sla.targets values ('first', 'sales', 'c', 'conversion', null, null, null, 0.3)`);
    const status = async (asOf: string) => {
      await warehouse.run(`update run.clock set as_of = timestamptz '${asOf}'`);
      const definition = metric(
        'conversion',
        'type: conversion\nmodel: steps\nfrom: from_at\nto: to_at\nwindow_days: 10',
      );
      const [row] = await evaluated(warehouse, [definition], `grain = 'week' and period_start = '2026-03-02'`);
      return row?.status;
    };
    expect([await status('2026-03-18T22:00:00Z'), await status('2026-03-18T23:00:00Z')]).toEqual(['open', 'kept']);
  });

  test('rows with time left are pending', async () => {
    const [row] = await convert(leads, '2026-03-17T09:00:00Z');
    expect(row).toMatchObject({ pending: 1, is_final: false });
  });
});

describe('Kaplan–Meier', () => {
  /**
   * Worked by hand, as of five days after Monday 09:00 with a window of ten: followed 5, 5, 4, 3 and 1 days.
   * Day 1: 1 of 5 converts (the one followed a single day is still at risk then). Day 2: 1 of 3. Left: 4/5 × 2/3 = 8/15.
   */
  test('only as_of ends the watching, and a conversion at that instant comes first', async () => {
    const rows = await convert(
      [
        { from: 0, after: 1 },
        { from: 0, after: null },
        { from: 1, after: 2 },
        { from: 2, after: null },
        { from: 4, after: null },
      ],
      '2026-03-07T08:00:00Z',
    );
    expect(rows[0]?.value).toBeCloseTo(2 / 5, 12);
    expect(rows[0]?.estimate).toBeCloseTo(1 - 8 / 15, 12);
  });

  /**
   * Remission times of the 6-MP group (Freireich et al. 1963), the textbook example: S at 6, 7, 10, 13, 16, 22 and 23
   * weeks is 0.857, 0.807, 0.753, 0.690, 0.627, 0.538 and 0.448. Weeks are hours here, so that the censored
   * patients entered as many hours before as_of as they were followed.
   */
  test('the remission times of Freireich', async () => {
    const events = [6, 6, 6, 7, 10, 13, 16, 22, 23];
    const censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35];
    const end = 60;
    const leads = [
      ...events.map((hours) => ({ from: 0, after: hours / 24 })),
      ...censored.map((hours) => ({ from: (end - hours) / 24, after: null })),
    ];
    const [row] = await convert(leads, new Date(monday + end * 3_600_000).toISOString(), 'window_days: 7');
    expect(1 - (row?.estimate ?? 1)).toBeCloseTo(0.448, 3);
  });

  test('equals the plain rate once every window is over, and both stay within 0 and 1', async () => {
    const lead = fc.record({
      from: fc.integer({ min: 0, max: 600 }).map((hundredths) => hundredths / 100),
      after: fc.option(
        fc.integer({ min: 0, max: 1500 }).map((hundredths) => hundredths / 100),
        { nil: null },
      ),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(lead, { minLength: 1, maxLength: 25 }),
        fc.integer({ min: 0, max: 20 }),
        async (leads, days) => {
          const asOf = new Date(monday + (6.5 + days) * day);
          const known = leads.map(({ from, after }) => {
            const isSeen = after !== null && monday + (from + after) * day <= asOf.getTime();
            return { from, after: isSeen ? after : null };
          });
          const [row] = await convert(known, asOf.toISOString());
          warehouse.close();
          const { value, estimate, numerator, denominator } = row ?? {};
          expect(numerator ?? 0).toBeLessThanOrEqual(denominator ?? 0);
          expect(estimate ?? -1).toBeGreaterThanOrEqual((value ?? 0) - 1e-12);
          expect(estimate ?? 2).toBeLessThanOrEqual(1);
          if (days >= 10) expect(estimate).toBeCloseTo(value ?? -1, 12);
        },
      ),
      { numRuns: 40, seed: 20260302 },
    );
  });
});
