import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Metric } from '../../src/project/metric.ts';
import { withInputs } from '../../src/project/metric-inputs.ts';
import type { Warehouse } from '../../src/warehouse/warehouse.ts';
import { evaluated, metric, openWarehouse, type ValueRow } from './project.ts';

const asOf = '2026-07-02T12:00:00Z';
const start = Date.parse('2026-02-01T00:00:00Z');
const hour = 3_600_000;

interface Deal {
  /** From `start`; the last lie well before as_of. */
  readonly hours: number;
  /** From then to the booking; null: none. */
  readonly bookedAfter: number | null;
  readonly team: string | null;
  readonly country: string | null;
  readonly leadId: number | null;
  readonly cycleNo: number | null;
  readonly amount: number | null;
  readonly state: 'won' | 'lost' | 'open' | 'aside';
}

const deal: fc.Arbitrary<Deal> = fc.record({
  hours: fc.integer({ min: 0, max: 24 * 140 }),
  bookedAfter: fc.option(fc.integer({ min: -100, max: 1000 })),
  team: fc.constantFrom('north', 'south', null),
  country: fc.constantFrom('DK', 'all', '(none)', null),
  leadId: fc.option(fc.integer({ min: 1, max: 5 })),
  cycleNo: fc.option(fc.integer({ min: 1, max: 2 }), { freq: 9 }),
  amount: fc.option(fc.integer({ min: -1000, max: 1000 })),
  state: fc.constantFrom('won', 'lost', 'open', 'aside'),
});

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openWarehouse(asOf);
});
afterAll(() => warehouse?.close());

function instant(hours: number): string {
  return `timestamptz '${new Date(start + hours * hour).toISOString()}'`;
}

async function fill(deals: readonly Deal[]): Promise<void> {
  await warehouse.run(`create or replace table main.deals (
    happened_at timestamptz, booked_at timestamptz, team text, country text, lead_id integer, cycle_no integer,
    amount double, state text)`);
  const text = (value: string | null) => (value === null ? 'null' : `'${value}'`);
  const rows = deals.map(({ hours, bookedAfter, team, country, leadId, cycleNo, amount, state }) => {
    const booked = bookedAfter === null ? 'null' : instant(hours + bookedAfter);
    return `(${instant(hours)}, ${booked}, ${text(team)}, ${text(country)}, ${leadId}, ${cycleNo}, ${amount}, '${state}')`;
  });
  await warehouse.run(`insert into main.deals values ${rows.join(', ')}`);
}

const rowsOf = `model: deals\ndimensions: [team, country]\npending: state = 'open'\nbeside: state = 'aside'`;
const dated = `${rowsOf}\ntime: happened_at`;

test('of counts, sums, ratios and conversions the parts of every dimension add up to the whole, in every grain', async () => {
  const metrics = [
    metric('number', `type: count\n${dated}`),
    metric('amount', `type: sum\nvalue: amount\n${dated}`),
    metric('rate', `type: ratio\nnumerator: state = 'won'\ndenominator: state in ('won', 'lost')\n${dated}`),
    metric('booked', `type: conversion\nfrom: happened_at\nto: booked_at\nwindow_days: 20\n${rowsOf}`),
  ];
  await fc.assert(
    fc.asyncProperty(fc.array(deal, { minLength: 20, maxLength: 80 }), async (deals) => {
      await fill(deals);
      const rows = await evaluated(warehouse, metrics);
      const sums = new Map<string, Measures>();
      for (const row of rows) {
        const key = [row.metric, row.grain, row.period_start, row.dimension].join(' ');
        sums.set(key, plus(sums.get(key), row));
      }
      for (const [key, sum] of sums) expect([key, sum]).toEqual([key, sums.get(key.replace(/\w+$/, 'all'))]);
      // A row lies in one period of each grain.
      const totals = rows.filter(({ dimension }) => dimension === 'all');
      for (const { name } of metrics) {
        const [week, month, quarter] = ['week', 'month', 'quarter'].map((grain) =>
          totals
            .filter((row) => row.metric === name && row.grain === grain)
            .reduce<Measures | undefined>(plus, undefined),
        );
        expect([month, quarter]).toEqual([week, week]);
      }
    }),
    { numRuns: 6, seed: 20260302, endOnFailure: true },
  );
});

interface Measures {
  readonly numerator: number;
  readonly denominator: number;
  readonly sampleSize: number;
  readonly pending: number;
  readonly beside: number;
}

function plus(sum: Measures | undefined, row: ValueRow): Measures {
  return {
    numerator: (sum?.numerator ?? 0) + (row.numerator ?? 0),
    denominator: (sum?.denominator ?? 0) + (row.denominator ?? 0),
    sampleSize: (sum?.sampleSize ?? 0) + row.sample_size,
    pending: (sum?.pending ?? 0) + row.pending,
    beside: (sum?.beside ?? 0) + row.beside,
  };
}

const conversion = fc.record({
  window: fc.constantFrom('', 'window_days: 1', 'window_days: 7', 'window_days: 60'),
  windowIn: fc.constantFrom('hours', 'dates'),
  attribution: fc.constantFrom('every', 'first', 'latest'),
  counts: fc.constantFrom('rows', 'entities'),
  filter: fc.constantFrom('', `\nfilter: state <> 'lost'`),
});

test('what converts is a part of what could, whatever the window, the attribution and what is counted', async () => {
  const event = fc.record({
    leadId: fc.option(fc.integer({ min: 1, max: 5 })),
    cycleNo: fc.constantFrom(1, 2),
    hours: fc.integer({ min: -48, max: 24 * 150 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(deal, { minLength: 1, maxLength: 40 }),
      fc.array(event, { minLength: 1, maxLength: 40 }),
      conversion,
      async (deals, events, { window, windowIn, attribution, counts, filter }) => {
        await fill(deals);
        const meetings = events.map(({ leadId, cycleNo, hours }) => `(${leadId}, ${cycleNo}, ${instant(hours)})`);
        await warehouse.run(`create or replace table main.meetings as
          from (values ${meetings.join(', ')}) as rows (lead_id, cycle_no, held_at)`);
        const how = `${window}\nwindow_in: ${windowIn}\ncounts: ${counts}`;
        const byCycle = 'by: [lead_id, cycle_no]';
        const metrics = [
          metric(
            'by_event',
            `type: conversion\nfrom: happened_at\nto: { model: meetings, time: held_at }\n${byCycle}
            attribution: ${attribution}\n${how}\n${rowsOf}${filter}`,
          ),
          metric(
            'by_column',
            `type: conversion\nfrom: happened_at\nto: booked_at\n${how}\n${rowsOf}${filter}
            ${counts === 'entities' ? byCycle : ''}`,
          ),
        ];
        for (const row of await evaluated(warehouse, metrics)) {
          const { numerator, denominator, value } = row;
          if (numerator === null || denominator === null) throw new Error(`no parts in ${JSON.stringify(row)}`);
          expect(numerator).toBeGreaterThanOrEqual(0);
          expect(numerator).toBeLessThanOrEqual(denominator);
          expect(value).toBe(denominator === 0 ? null : numerator / denominator);
        }
      },
    ),
    { numRuns: 12, seed: 20260302, endOnFailure: true },
  );
});

test('distinct keys, sums, averages and what is derived from them are what counting by hand gives', async () => {
  const metrics: readonly Metric[] = withInputs([
    metric('leads', `type: count_distinct\nkey: lead_id\n${dated}`),
    metric('cycles', `type: count_distinct\nkey: [lead_id, cycle_no]\n${dated}`),
    metric('amount', `type: sum\nvalue: amount\n${dated}`),
    metric('mean', `type: average\nvalue: amount\n${dated}`),
    metric('per_lead', 'type: derived\ndimensions: [team, country]\nexpression: amount / leads'),
    metric('shared', 'type: derived\ndimensions: [team, country]\nexpression: mean / (cycles / (leads - 2))'),
    metric(
      'deal_rate',
      'type: ratio\ndimensions: [team, country]\nnumerator: { metric: mean }\ndenominator: { metric: cycles }',
    ),
  ]);
  await fc.assert(
    fc.asyncProperty(fc.array(deal, { minLength: 20, maxLength: 80 }), async (deals) => {
      await fill(deals);
      const rows = await evaluated(warehouse, metrics, `period_start <= (select max(happened_at) from main.deals)`);
      const found = new Map(rows.map((row) => [keyOf(row), row]));
      const groups = groupsOf(deals);
      for (const [group, members] of groups) {
        for (const [name, expected] of Object.entries(byHand(members))) {
          expect([group, name, told(found.get(`${name} ${group}`))]).toEqual([group, name, expected]);
        }
      }
      // Rows of others are those of periods without a deal.
      const idle = rows.filter((row) => !groups.has(keyOf(row).replace(/^\w+ /, '')));
      expect(idle.filter(({ value, sample_size }) => (value ?? 0) !== 0 || sample_size !== 0)).toEqual([]);
      expect(idle.every(({ dimension }) => dimension === 'all')).toBe(true);
    }),
    { numRuns: 6, seed: 20260302, endOnFailure: true },
  );
});

function keyOf(row: ValueRow): string {
  return [row.metric, row.grain, row.period_start, row.dimension, row.dimension_value].join(' ');
}

function told(row: ValueRow | undefined): unknown {
  if (row === undefined) return undefined;
  const { value, sample_size, pending, beside } = row;
  return { value: value === null ? null : round(value), sample_size, pending, beside };
}

/** Twelve digits: the order of operations may differ. */
function round(value: number): number {
  return Number(value.toPrecision(12));
}

/** The deals of each grain, period, dimension and value of it. */
function groupsOf(deals: readonly Deal[]): ReadonlyMap<string, readonly Deal[]> {
  const groups = new Map<string, Deal[]>();
  for (const one of deals) {
    for (const period of periodsOf(start + one.hours * hour)) {
      for (const part of ['all all', `team ${one.team ?? '(none)'}`, `country ${one.country ?? '(none)'}`]) {
        const key = `${period} ${part}`;
        groups.set(key, [...(groups.get(key) ?? []), one]);
      }
    }
  }
  return groups;
}

const localDate = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Copenhagen' });

function periodsOf(time: number): string[] {
  const date = localDate.format(time);
  const day = new Date(`${date}T00:00:00Z`);
  const monday = new Date(day.getTime() - ((day.getUTCDay() + 6) % 7) * 24 * hour);
  const quarterMonth = day.getUTCMonth() - (day.getUTCMonth() % 3) + 1;
  return [
    `week ${monday.toISOString().slice(0, 10)}`,
    `month ${date.slice(0, 7)}-01`,
    `quarter ${date.slice(0, 5)}${String(quarterMonth).padStart(2, '0')}-01`,
  ];
}

function byHand(deals: readonly Deal[]): Record<string, unknown> {
  const counted = deals.filter(({ state }) => state === 'won' || state === 'lost');
  const open = deals.filter(({ state }) => state === 'open');
  const beside = deals.length - counted.length - open.length;
  const leads = distinct(counted, open, ({ leadId }) => leadId);
  const cycles = distinct(counted, open, ({ leadId, cycleNo }) =>
    leadId === null || cycleNo === null ? null : leadId * 10 + cycleNo,
  );
  const amounts = counted.flatMap(({ amount }) => (amount === null ? [] : [amount]));
  const amount = amounts.reduce((sum, value) => sum + value, 0);
  const mean = amounts.length === 0 ? null : amount / amounts.length;
  const own = (value: number | null, sampleSize: number, pending: number) => ({
    value: value === null ? null : round(value),
    sample_size: sampleSize,
    pending,
    beside,
  });
  const made = (value: number | null, size: number, pending: number) => ({ ...own(value, size, pending), beside: 0 });
  const share = over(cycles.value, leads.value - 2);
  return {
    leads: own(leads.value, leads.value, leads.pending),
    cycles: own(cycles.value, cycles.value, cycles.pending),
    amount: own(amount, amounts.length, open.length),
    mean: own(mean, amounts.length, open.length),
    per_lead: made(over(amount, leads.value), Math.min(amounts.length, leads.value), open.length + leads.pending),
    shared: made(
      over(mean, share),
      Math.min(amounts.length, leads.value, cycles.value),
      open.length + leads.pending + cycles.pending,
    ),
    deal_rate: made(over(mean, cycles.value), Math.min(amounts.length, cycles.value), open.length + cycles.pending),
  };
}

function distinct(counted: readonly Deal[], open: readonly Deal[], keyIn: (deal: Deal) => number | null) {
  const keysOf = (deals: readonly Deal[]) => new Set(deals.map(keyIn).filter((key) => key !== null));
  const known = keysOf(counted);
  return { value: known.size, pending: [...keysOf(open)].filter((key) => !known.has(key)).length };
}

function over(numerator: number | null, denominator: number | null): number | null {
  return numerator === null || denominator === null || denominator === 0 ? null : numerator / denominator;
}
