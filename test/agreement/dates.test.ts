import { expect, test } from 'vitest';
import { writeDates } from '../../src/agreement/dates.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';
import { zones } from './arbitrary-calendars.ts';
import { clockChanges, day, isoDate, wallClock } from './brute-force.ts';
import { type DateRow, dateOf, everyQuarter } from './date-rows.ts';

test.each(zones)('the local date of an instant in %s is the one that the wall shows', async (zone) => {
  const warehouse = await datesOf(zone);
  const rows = await warehouse.rows<DateRow>(`
    select
        utc_day,
        local_date,
        date_change_us // 60000000 as change,
        date_change_2_us // 60000000 as second_change
    from sla.dates
    order by utc_day
  `);
  expect(rows).toHaveLength(Date.UTC(2100, 0, 1) / 86_400_000);
  const near = [1975, 2005, 2011, 2018, 2026].flatMap((year) => [
    Math.floor(Date.UTC(year, 11, 31) / 60_000 / day),
    ...clockChanges(zone, year).map((minute) => Math.floor(minute / day)),
  ]);
  const quarters = near
    .flatMap((utcDay) => [utcDay - 1, utcDay, utcDay + 1])
    .flatMap((utcDay) => everyQuarter(utcDay).map((minute) => ({ row: rows[utcDay], minute })));
  const said = quarters.map(({ row, minute }) => row && dateOf(row, minute));
  expect(said).toEqual(quarters.map(({ minute }) => isoDate(wallClock(zone, minute))));
  warehouse.close();
});

test('London on the day the clock goes forward: midnight at 00:00 UTC and the next one 23 hours later', async () => {
  const warehouse = await datesOf('Europe/London');
  const rows = await warehouse.rows(`
    select local_date, make_timestamptz(date_change_us) as change, date_change_2_us
    from sla.dates
    where local_date between date '2026-03-28' and date '2026-03-30'
    order by utc_day
  `);
  expect(rows).toEqual([
    { local_date: '2026-03-28', change: null, date_change_2_us: null },
    { local_date: '2026-03-29', change: '2026-03-29T23:00:00Z', date_change_2_us: null },
    { local_date: '2026-03-30', change: '2026-03-30T23:00:00Z', date_change_2_us: null },
  ]);
  warehouse.close();
});

test('Apia had no 2011-12-30: both dates after the 29th begin at once', async () => {
  const warehouse = await datesOf('Pacific/Apia');
  const rows = await warehouse.rows(`
    select local_date, make_timestamptz(date_change_us) as change, make_timestamptz(date_change_2_us) as second_change
    from sla.dates
    where utc_day between 15338 and 15339
    order by utc_day
  `);
  expect(rows).toEqual([
    { local_date: '2011-12-29', change: '2011-12-30T10:00:00Z', second_change: '2011-12-30T10:00:00Z' },
    { local_date: '2011-12-31', change: '2011-12-31T10:00:00Z', second_change: null },
  ]);
  warehouse.close();
});

test('weeks begin on Monday, and quarters in the months that the fiscal year gives them', async () => {
  const warehouse = await datesOf('Europe/Copenhagen', 4);
  const periods = await warehouse.rows(`
    select grain, period_start, period_end, starts_at, ends_at
    from sla.periods
    where date '2026-03-29' >= period_start and date '2026-03-29' < period_end
    order by grain
  `);
  expect(periods).toEqual([
    {
      grain: 'month',
      period_start: '2026-03-01',
      period_end: '2026-04-01',
      starts_at: '2026-02-28T23:00:00Z',
      ends_at: '2026-03-31T22:00:00Z',
    },
    {
      grain: 'quarter',
      period_start: '2026-01-01',
      period_end: '2026-04-01',
      starts_at: '2025-12-31T23:00:00Z',
      ends_at: '2026-03-31T22:00:00Z',
    },
    {
      grain: 'week',
      period_start: '2026-03-23',
      period_end: '2026-03-30',
      starts_at: '2026-03-22T23:00:00Z',
      ends_at: '2026-03-29T22:00:00Z',
    },
  ]);
  const shifted = await datesOf('UTC', 2);
  const quarters = await shifted.rows<{ quarter: string }>(`
    select distinct quarter from sla.local_dates where year(local_date) = 2026 order by quarter
  `);
  expect(quarters.map(({ quarter }) => quarter)).toEqual([
    '2025-11-01',
    '2026-02-01',
    '2026-05-01',
    '2026-08-01',
    '2026-11-01',
  ]);
  warehouse.close();
  shifted.close();
});

test('the periods of a grain follow each other without a gap or an overlap', async () => {
  const warehouse = await datesOf('America/Sao_Paulo', 7);
  const [gaps] = await warehouse.rows(`
    with neighbours as (
        select
            period_end,
            ends_at,
            lead(period_start) over by_start as next_start,
            lead(starts_at) over by_start as next_starts_at
        from sla.periods
        window by_start as (partition by grain order by period_start)
    )

    select count(*) filter (where period_end <> next_start or ends_at <> next_starts_at) as gaps, count(*) > 8000 as many
    from neighbours
  `);
  expect(gaps).toEqual({ gaps: 0, many: true });
  warehouse.close();
});

async function datesOf(timeZone: string, fiscalYearStartMonth = 1): Promise<Warehouse> {
  const warehouse = await Warehouse.open(':memory:');
  await warehouse.run('create schema sla');
  await writeDates(warehouse, { timeZone, fiscalYearStartMonth });
  return warehouse;
}
