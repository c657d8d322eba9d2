import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Warehouse } from '../../src/warehouse/warehouse.ts';
import { type Situation, situations } from './arbitrary-calendars.ts';
import { day, floorDay, isoDate, OpenMinutes, wallClock } from './brute-force.ts';
import { type DateRow, dateOf, everyQuarter } from './date-rows.ts';
import { agreementText, businessSeconds, dueInstants, tablesOf } from './tables-of.ts';

/** How far from the middle of a situation minutes are counted. */
const reach = 15 * day;
/** Business seconds. */
const promised = [0, 900, 1800, 7200, 86_399];
const runs = { numRuns: 14, seed: 20_261_123 };
const years = fc.constantFrom(2005, 2011, 2016, 2017, 2018, 2024, 2026);
const cases = years.chain((year) =>
  fc.record({ year: fc.constant(year), all: fc.array(situations(year), { minLength: 4, maxLength: 8 }) }),
);

test('expanded calendars agree with a count minute by minute', { timeout: 120_000 }, () =>
  fc.assert(
    fc.asyncProperty(cases, async ({ year, all }) => {
      const calendars = all.map(({ calendar }) => calendar);
      const text = agreementText(calendars, { effectiveFrom: `${year}-01-01` });
      const { warehouse } = await tablesOf({ agreements: [text], asOf: `${year}-12-31T00:00:00Z` });
      const counted = all.map((situation, index) => ({ key: index + 1, ...situation, open: openMinutes(situation) }));
      try {
        await checkBusinessTime(warehouse, counted);
        await checkDueInstants(warehouse, counted);
        for (const situation of counted) {
          await checkBusinessDays(warehouse, situation);
          await checkDates(warehouse, situation);
        }
      } finally {
        warehouse.close();
      }
    }),
    runs,
  ),
);

interface Counted extends Situation {
  readonly key: number;
  readonly open: OpenMinutes;
}

/** clock(end) − clock(start) is the number of open seconds between them. */
async function checkBusinessTime(warehouse: Warehouse, all: readonly Counted[]): Promise<void> {
  const pairs = all.flatMap(({ key, open, pairs }) => pairs.map((pair) => ({ key, open, ...pair })));
  const counted = pairs.map(({ open, start, end }) => open.seconds(start, end));
  expect(await businessSeconds(warehouse, pairs)).toEqual(counted);
}

/** By the due instant exactly the promise has passed, and the next second is open. */
async function checkDueInstants(warehouse: Warehouse, all: readonly Counted[]): Promise<void> {
  const promises = all.flatMap(({ key, open, around, pairs }) =>
    pairs.map(({ start }, number) => ({ key, open, around, start, promised: promised[number % promised.length] ?? 0 })),
  );
  const due = await dueInstants(warehouse, promises);
  const answered = promises.map((promise, index) => ({ ...promise, end: due[index] ?? Number.NaN }));
  expect(await businessSeconds(warehouse, answered)).toEqual(promises.map((promise) => promise.promised));
  for (const { open, around, start, end, promised } of answered) {
    // calendars that are seldom open run past the minutes that were counted
    if (end > (around + reach) * 60) continue;
    expect(open.seconds(start, end)).toBe(promised);
    expect(open.seconds(end, end + 1)).toBe(1);
  }
}

/** Business days, their number and their last closing are those of the open minutes. */
async function checkBusinessDays(warehouse: Warehouse, { key, calendar, around, open }: Counted): Promise<void> {
  const middle = wallClock(calendar.zone, around);
  const rows = await warehouse.rows<{ local_date: string; is_open: boolean; nth: number; closing: string | null }>(
    `
      select
          local_date,
          is_open,
          open_dates_through - first(open_dates_through - is_open::integer) over (order by local_date) as nth,
          last_closing_at as closing
      from sla.calendar_dates
      where calendar_key = $1 and local_date between $2 and $3
      order by local_date
    `,
    [key, isoDate(middle - 10 * day), isoDate(middle + 10 * day)],
  );
  const closings = lastClosings(open, calendar.zone, around);
  let nth = 0;
  const counted = rows.map(({ local_date }) => {
    const closing = closings.get(local_date);
    if (closing !== undefined) nth += 1;
    return { local_date, is_open: closing !== undefined, nth, closing: closing === undefined ? null : iso(closing) };
  });
  expect(rows).toHaveLength(21);
  expect(rows).toEqual(counted);
}

/** The date at the UTC day's start, and one more after each change, is the date on the wall. */
async function checkDates(warehouse: Warehouse, { key, calendar, around }: Counted): Promise<void> {
  const rows = await warehouse.rows<DateRow>(
    `
      select
          utc_day,
          local_date,
          date_change_us // 60000000 as change,
          date_change_2_us // 60000000 as second_change
      from sla.calendar_days
      where calendar_key = $1 and utc_day between $2 and $2 + 6
      order by utc_day
    `,
    [key, floorDay(around) / day - 3],
  );
  const quarters = rows.flatMap((row) => everyQuarter(row.utc_day).map((minute) => ({ row, minute })));
  expect(quarters).toHaveLength(7 * 96);
  expect(quarters.map(({ row, minute }) => dateOf(row, minute))).toEqual(
    quarters.map(({ minute }) => isoDate(wallClock(calendar.zone, minute))),
  );
}

function openMinutes({ calendar, around }: Situation): OpenMinutes {
  return new OpenMinutes(calendar, around - reach, around + reach);
}

/** Local date → the minute after its last open one. */
function lastClosings(open: OpenMinutes, zone: string, around: number): Map<string, number> {
  const closings = new Map<string, number>();
  for (let minute = around - 12 * day; minute < around + 12 * day; minute++) {
    if (open.isOpen(minute)) closings.set(isoDate(wallClock(zone, minute)), minute + 1);
  }
  return closings;
}

function iso(minute: number): string {
  return new Date(minute * 60_000).toISOString().replace('.000Z', 'Z');
}
