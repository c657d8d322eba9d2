import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileMetric } from '../../src/metrics/compile.ts';
import type { ConversionSpec } from '../../src/project/metric.ts';
import type { Warehouse } from '../../src/warehouse/warehouse.ts';
import { evaluated, metric, openWarehouse, type ValueRow } from './project.ts';

const hour = 3_600_000;
/** Midnight in Copenhagen, a Monday; no clock change for weeks. */
const monday = Date.parse('2026-01-11T23:00:00Z');

interface Row {
  readonly lead: string | null;
  /** Hours from Monday, midnight. */
  readonly at: number;
  readonly team?: string;
  readonly isBeside?: boolean;
}

interface Event {
  readonly lead: string | null;
  readonly at: number;
}

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openWarehouse('2026-03-01T00:00:00Z');
});
afterAll(() => warehouse.close());

const instant = (hours: number) => `timestamptz '${new Date(monday + hours * hour).toISOString()}'`;
const text = (value: string | null) => (value === null ? 'null' : `'${value}'`);

async function fill(rows: readonly Row[], events: readonly Event[], asOfHours = 1000): Promise<void> {
  await warehouse.run(`
    update run.clock set as_of = ${instant(asOfHours)};
    create or replace table main.visits (
        lead text, came_at timestamptz, team text, is_beside boolean, local_date date
    );
    create or replace table main.purchases (lead text, bought_at timestamptz, is_paid boolean)`);
  const visits = rows.map(
    ({ lead, at, team = 'north', isBeside = false }) => `(${text(lead)}, ${instant(at)}, '${team}', ${isBeside}, null)`,
  );
  const bought = events.map(({ lead, at }) => `(${text(lead)}, ${instant(at)}, true)`);
  if (visits.length > 0) await warehouse.run(`insert into main.visits values ${visits.join(', ')}`);
  if (bought.length > 0) await warehouse.run(`insert into main.purchases values ${bought.join(', ')}`);
}

const purchases = 'to: { model: purchases, time: bought_at, filter: is_paid }';

function definition(keys: string, name = 'conversion') {
  return metric(
    name,
    `type: conversion
    model: visits
    from: came_at
    by: [lead]
    dimensions: [team]
    grains: [week]
    ${purchases}
    ${keys}`,
  );
}

/** [team, converted, rows] of the first week; the total's team is "all". */
async function counted(keys: string) {
  const rows = await evaluated(warehouse, [definition(keys)], `period_start = '2026-01-12'`);
  return rows.map(({ dimension_value: team, numerator, denominator }) => [team, numerator, denominator]);
}

describe('whose event it is', () => {
  // Lead a came at hours 0 (north) and 24 (south), and bought at 30, 40 and 50: within 48 hours of the first came 30 and
  // 40, of the second all three.
  const rows: Row[] = [
    { lead: 'a', at: 0 },
    { lead: 'a', at: 24, team: 'south' },
    { lead: 'b', at: 10 },
    { lead: null, at: 20 },
  ];
  const events: Event[] = [
    { lead: 'a', at: 30 },
    { lead: 'a', at: 40 },
    { lead: 'a', at: 50 },
    { lead: 'b', at: 9 },
    { lead: null, at: 21 },
  ];

  test.each([
    [
      'every',
      'rows',
      [
        ['all', 2, 4],
        ['north', 1, 3],
        ['south', 1, 1],
      ],
    ],
    [
      'every',
      'conversions',
      [
        ['all', 5, 4],
        ['north', 2, 3],
        ['south', 3, 1],
      ],
    ],
    [
      'first',
      'rows',
      [
        ['all', 2, 4],
        ['north', 1, 3],
        ['south', 1, 1],
      ],
    ],
    [
      'first',
      'conversions',
      [
        ['all', 3, 4],
        ['north', 2, 3],
        ['south', 1, 1],
      ],
    ],
    [
      'latest',
      'rows',
      [
        ['all', 1, 4],
        ['north', 0, 3],
        ['south', 1, 1],
      ],
    ],
    [
      'latest',
      'conversions',
      [
        ['all', 3, 4],
        ['north', 0, 3],
        ['south', 3, 1],
      ],
    ],
    [
      'every',
      'entities',
      [
        ['all', 1, 2],
        ['north', 1, 2],
        ['south', 1, 1],
      ],
    ],
    [
      'latest',
      'entities',
      [
        ['all', 1, 2],
        ['north', 0, 2],
        ['south', 1, 1],
      ],
    ],
  ])('attribution %s, counts %s', async (attribution, counts, expected) => {
    await fill(rows, events);
    expect(await counted(`attribution: ${attribution}\ncounts: ${counts}\nwindow_days: 2`)).toEqual(expected);
  });

  test('without a window an event belongs to any row before it', async () => {
    await fill(rows, [...events, { lead: 'b', at: 900 }]);
    expect((await counted('attribution: first\ncounts: conversions'))[0]).toEqual(['all', 4, 4]);
    expect((await counted('attribution: first\ncounts: rows'))[0]).toEqual(['all', 2, 4]);
    expect((await counted('attribution: latest\ncounts: conversions'))[0]).toEqual(['all', 4, 4]);
    expect((await counted('attribution: every\ncounts: conversions'))[0]).toEqual(['all', 7, 4]);
  });

  test('what the filters leave out neither waits nor counts', async () => {
    await fill(rows, events);
    await warehouse.run(`update main.purchases set is_paid = false where bought_at = ${instant(30)}`);
    const keys = `attribution: latest\ncounts: conversions\nwindow_days: 2\nfilter: team = 'north' and local_date is null`;
    expect(await counted(keys)).toEqual([
      ['all', 1, 3],
      ['north', 1, 3],
    ]);
  });

  test('a row beside the value takes no event from another', async () => {
    await fill([...rows, { lead: 'a', at: 29, team: 'east', isBeside: true }], events);
    const [total, east] = await evaluated(
      warehouse,
      [definition('attribution: latest\ncounts: conversions\nwindow_days: 2\nbeside: is_beside')],
      `period_start = '2026-01-12' and dimension_value in ('all', 'east')`,
    );
    expect(total).toMatchObject({ numerator: 3, denominator: 4, beside: 1 });
    expect(east).toMatchObject({ numerator: 0, denominator: 0, value: null, beside: 1 });
  });

  test('rows at one instant share no event, and which of them has it does not hang on their order', async () => {
    const twins: Row[] = [
      { lead: 'a', at: 0, team: 'north' },
      { lead: 'a', at: 0, team: 'south' },
      { lead: 'a', at: 0, team: 'south' },
    ];
    for (const attribution of ['first', 'latest']) {
      const keys = `attribution: ${attribution}\nwindow_days: 2`;
      await fill(twins, [{ lead: 'a', at: 1 }]);
      const one = await counted(keys);
      await fill([...twins].reverse(), [{ lead: 'a', at: 1 }]);
      expect(await counted(keys)).toEqual(one);
      expect(one[0]).toEqual(['all', 1, 3]);
    }
  });
});

describe('a window of dates', () => {
  test('holds the date of the row and those after it, whatever the hour', async () => {
    await fill(
      [
        { lead: 'a', at: 20 },
        { lead: 'b', at: 20 },
        { lead: 'c', at: 20 },
        { lead: 'd', at: 20 },
      ],
      [
        { lead: 'a', at: 1 }, // earlier on the same date
        { lead: 'b', at: 47.99 }, // the last minute of the second
        { lead: 'c', at: 48 }, // the third
        { lead: 'd', at: -0.01 }, // the date before
      ],
    );
    expect((await counted('window_days: 2\nwindow_in: dates'))[0]).toEqual(['all', 2, 4]);
    expect((await counted('window_days: 1\nwindow_in: dates'))[0]).toEqual(['all', 1, 4]);
    expect((await counted('window_days: 2'))[0]).toEqual(['all', 2, 4]);
  });

  test('also where "to" is a column', async () => {
    await warehouse.run(`
      update run.clock set as_of = ${instant(1000)};
      create or replace table main.steps as
      select ${instant(20)} as from_at, to_at
      from (values (${instant(1)}), (${instant(47.99)}), (${instant(48)}), (null)) as steps(to_at)`);
    const steps = metric(
      'steps',
      'type: conversion\nmodel: steps\nfrom: from_at\nto: to_at\nwindow_days: 2\nwindow_in: dates\ngrains: [week]',
    );
    const [row] = await evaluated(warehouse, [steps], `period_start = '2026-01-12'`);
    expect(row).toMatchObject({ numerator: 2, denominator: 4 });
    const filtered = metric(
      'steps',
      `type: conversion\nmodel: steps\nfrom: from_at\nto: to_at\nto_filter: hour(to_at) < 12\ngrains: [week]`,
    );
    // 48 hours after Monday is 23:00 in UTC, and so is nearly 47.99; only hour 1 is at 0:00, and before its row.
    expect((await evaluated(warehouse, [filtered], `period_start = '2026-01-12'`))[0]).toMatchObject({ numerator: 0 });
  });

  test('is over for a row when its last date is', async () => {
    const pendingAt = async (hours: number) => {
      await fill([{ lead: 'a', at: 20 }], [], hours);
      const [row] = await evaluated(warehouse, [definition('window_days: 2\nwindow_in: dates')], `dimension = 'all'`);
      return row?.pending;
    };
    expect([await pendingAt(47.99), await pendingAt(48)]).toEqual([1, 0]);
  });
});

describe('what can still come', () => {
  test('a row is pending while its window is open and it has not converted', async () => {
    await fill(
      [
        { lead: 'a', at: 0 },
        { lead: 'a', at: 30 },
        { lead: 'b', at: 30 },
      ],
      [{ lead: 'a', at: 31 }],
      60,
    );
    const pending = async (counts: string) => {
      const [row] = await evaluated(warehouse, [definition(`window_days: 2\ncounts: ${counts}`)], `dimension = 'all'`);
      return row?.pending;
    };
    // Of lead a both rows converted; b's is open. More conversions may come to each row that is open.
    expect([await pending('rows'), await pending('entities'), await pending('conversions')]).toEqual([1, 1, 2]);
  });

  test('conversions are no share: they have no interval, and may be more than the rows', async () => {
    await fill(
      [{ lead: 'a', at: 0 }],
      [
        { lead: 'a', at: 1 },
        { lead: 'a', at: 2 },
      ],
    );
    const [row] = await evaluated(warehouse, [definition('counts: conversions\nwindow_days: 2')], `dimension = 'all'`);
    expect(row).toMatchObject({ value: 2, lower_95: null, upper_95: null, estimate: null, sample_size: 1 });
  });

  test('entities are told apart by all columns of by', async () => {
    await warehouse.run(`
      update run.clock set as_of = ${instant(1000)};
      create or replace table main.cycles as
      from (values ('a', 1, ${instant(0)}), ('a', 2, ${instant(1)}), ('a', 2, ${instant(2)}), ('a', null, ${instant(3)}))
          as cycles(lead, cycle_no, began_at);
      create or replace table main.meetings as select 'a' as lead, 2 as cycle_no, ${instant(5)} as met_at`);
    const cycles = metric(
      'cycles',
      `type: conversion\nmodel: cycles\nfrom: began_at\nto: { model: meetings, time: met_at }\nby: [lead, cycle_no]
      counts: entities\ngrains: [week]`,
    );
    const [row] = await evaluated(warehouse, [cycles], `period_start = '2026-01-12'`);
    expect(row).toMatchObject({ numerator: 1, denominator: 2, sample_size: 2 });
  });
});

/** [converted, counted, pending] in each of three weeks, by looking at every pair of a row and an event. */
function worked(spec: ConversionSpec, rows: readonly Row[], events: readonly Event[], asOf: number) {
  const isDates = spec.windowIn === 'dates';
  const place = (hours: number) => (isDates ? Math.floor(hours / 24) : hours);
  const days = spec.windowDays;
  const last = days === undefined ? Infinity : isDates ? days - 1 : days * 24;
  const over = days === undefined ? -Infinity : isDates ? days : days * 24;
  const found = rows.map((row) => ({ row, events: 0 }));
  for (const event of events) {
    const fitting = found
      .filter(({ row }) => row.lead !== null && row.lead === event.lead)
      .filter(({ row }) => place(row.at) <= place(event.at) && place(event.at) <= place(row.at) + last)
      .sort((left, right) => left.row.at - right.row.at);
    const only = spec.attribution === 'first' ? fitting.slice(0, 1) : fitting.slice(-1);
    for (const one of spec.attribution === 'every' ? fitting : only) one.events++;
  }
  return [0, 1, 2].map((week) => {
    const own = found.filter(({ row }) => Math.floor(row.at / 168) === week);
    const isOpen = ({ row }: { row: Row }) => place(asOf) - place(row.at) < over;
    if (spec.counts === 'conversions') {
      return [own.reduce((sum, one) => sum + one.events, 0), own.length, own.filter(isOpen).length];
    }
    const hits = own.filter((one) => one.events > 0);
    const open = own.filter((one) => one.events === 0 && isOpen(one));
    if (spec.counts === 'rows') return [hits.length, own.length, open.length];
    const leads = (some: typeof own) => new Set(some.flatMap(({ row }) => row.lead ?? []));
    const waiting = [...leads(open)].filter((lead) => !leads(hits).has(lead));
    return [leads(hits).size, leads(own).size, waiting.length];
  });
}

describe('as every pair of row and event tells', () => {
  // A grid of six hours makes for many rows at one instant and events at either end of a window.
  const happening = fc.record({
    lead: fc.option(
      fc.integer({ min: 1, max: 40 }).map((number) => `lead ${number}`),
      { nil: null, freq: 20 },
    ),
    at: fc.integer({ min: 0, max: 3 * 28 - 1 }).map((sixths) => sixths * 6),
    team: fc.constantFrom('north', 'south'),
  });
  const rows = fc.sample(happening, { numRuns: 250, seed: 1 });
  const events = fc.sample(happening, { numRuns: 250, seed: 2 });
  const asOf = 20 * 24 + 15;
  beforeAll(() => fill(rows, events, asOf));

  const windows = ['window_days: 2', 'window_days: 2\nwindow_in: dates', '', 'window_in: dates'];
  const cases = ['every', 'first', 'latest'].flatMap((attribution) =>
    ['rows', 'entities', 'conversions'].flatMap((counts) => windows.map((window) => [attribution, counts, window])),
  );

  test.each(cases)('attribution %s, counts %s, %s', async (attribution, counts, window) => {
    const keys = `attribution: ${attribution}\ncounts: ${counts}\n${window}`;
    const spec = { ...definition(keys), dimensions: ['team', 'lead'] };
    if (spec.type !== 'conversion') throw new Error('a conversion');
    const values = await warehouse.rows<ValueRow>(compileMetric(spec, { specs: [spec] }));
    const of = (dimension: string, value: string) =>
      ['2026-01-12', '2026-01-19', '2026-01-26'].map((week) => {
        const row = values.find(
          (one) => one.period_start === week && one.dimension === dimension && one.dimension_value === value,
        );
        return [row?.numerator ?? 0, row?.denominator ?? 0, row?.pending ?? 0];
      });
    expect(of('all', 'all')).toEqual(worked(spec, rows, events, asOf));
    for (const lead of new Set(rows.map((row) => row.lead))) {
      const own = rows.filter((row) => row.lead === lead);
      expect([lead, of('lead', lead ?? '(none)')]).toEqual([lead, worked(spec, own, events, asOf)]);
    }
    if (counts === 'entities') return;
    const [north, south] = [of('team', 'north'), of('team', 'south')];
    const sum = north.map((week, index) => week.map((number, part) => number + (south[index]?.[part] ?? 0)));
    expect(sum).toEqual(of('all', 'all'));
  });

  test('what a question leaves out has been paired all the same', async () => {
    const spec = definition('attribution: latest\ncounts: conversions\nwindow_days: 2');
    const sliced = async (where?: string) => {
      const slice = { grain: 'week' as const, by: [], ...(where === undefined ? {} : { where }) };
      const values = await warehouse.rows<ValueRow>(compileMetric(spec, { specs: [spec], slice }));
      return values.filter(({ denominator }) => denominator !== 0).map(({ numerator }) => numerator ?? 0);
    };
    const [total, north, south] = [await sliced(), await sliced(`team = 'north'`), await sliced(`team = 'south'`)];
    expect(total.some((number) => number > 0)).toBe(true);
    expect(north.map((number, week) => number + (south[week] ?? 0))).toEqual(total);
  });
});
