import { expandCalendars } from '../../src/agreement/calendars.ts';
import type { Warehouse } from '../../src/warehouse/warehouse.ts';

/**
 * Calendars from October 2025 to the end of 2026. Of the agreement `first`, `office`: Monday to Friday 09:00 to 17:00 in
 * Copenhagen, closed on 2026-04-03 (Good Friday), open 10:00 to 14:00 on Saturday 2026-03-28. `night`: from 22:00 on
 * Saturday to 06:00 on Sunday, the night in which the clock changes. Of the agreement `second`, `office`: 09:30 to 17:00.
 */
export async function writeCalendars(warehouse: Warehouse): Promise<void> {
  await warehouse.run(`
    create table sla.calendars as
    from (values
        (1, 'first', 'office', 'Europe/Copenhagen'),
        (2, 'first', 'night', 'Europe/Copenhagen'),
        (3, 'second', 'office', 'Europe/Copenhagen')
    ) as calendars (calendar_key, agreement, calendar, time_zone);
    create table sla.calendar_hours as
    select 1 as calendar_key, weekday::integer as weekday, 540 as opens_minute, 1020 as closes_minute
    from range(1, 6) as days(weekday)
    union all
    select 2, 6, 1320, 1800
    union all
    select 3, weekday::integer, 570, 1020
    from range(1, 6) as days(weekday);
    create table sla.calendar_special_hours as
    select 1 as calendar_key, date '2026-03-28' as local_date, 600 as opens_minute, 840 as closes_minute;
    create table sla.calendar_holidays as
    select 1 as calendar_key, date '2026-04-03' as local_date`);
  const day = (date: string) => Date.parse(date) / 86_400_000;
  await expandCalendars(warehouse, ['Europe/Copenhagen'], { first: day('2025-10-01'), last: day('2026-12-31') });
}
