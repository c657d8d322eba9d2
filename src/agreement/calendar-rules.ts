import type { Agreement, AgreementCalendar } from '../project/agreement.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

/** A calendar of one version of the agreement. */
export interface KeyedCalendar {
  /** From 1; hours may change between versions, so each version's calendars have keys of their own. */
  readonly key: number;
  readonly agreement: Agreement;
  readonly calendar: AgreementCalendar;
}

export function keyCalendars(agreements: readonly Agreement[]): KeyedCalendar[] {
  return agreements
    .flatMap((agreement) => agreement.calendars.map((calendar) => ({ agreement, calendar })))
    .map((entry, index) => ({ key: index + 1, ...entry }));
}

/** The calendars as they are written down: sla.calendars, and the hours and closed dates by calendar. */
export async function writeCalendarRules(warehouse: Warehouse, calendars: readonly KeyedCalendar[]): Promise<void> {
  await warehouse.insert(
    'sla.calendars',
    { calendar_key: 'integer', agreement: 'text', calendar: 'text', time_zone: 'text' },
    calendars.map(({ key, agreement, calendar }) => ({
      calendar_key: key,
      agreement: agreement.id,
      calendar: calendar.name,
      time_zone: calendar.timeZone,
    })),
  );
  const minutes = { opens_minute: 'integer', closes_minute: 'integer' };
  await warehouse.insert(
    'sla.calendar_hours',
    { calendar_key: 'integer', weekday: 'integer', ...minutes },
    calendars.flatMap(({ key, calendar }) =>
      calendar.hours.flatMap(({ weekday, intervals }) =>
        intervals.map(({ opens, closes }) => ({
          calendar_key: key,
          weekday,
          opens_minute: opens,
          closes_minute: closes,
        })),
      ),
    ),
  );
  await warehouse.insert(
    'sla.calendar_special_hours',
    { calendar_key: 'integer', local_date: 'date', ...minutes },
    calendars.flatMap(({ key, calendar }) =>
      calendar.specialHours.flatMap(({ date, intervals }) =>
        intervals.map(({ opens, closes }) => ({
          calendar_key: key,
          local_date: date,
          opens_minute: opens,
          closes_minute: closes,
        })),
      ),
    ),
  );
}
