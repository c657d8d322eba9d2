import type { Agreement, AgreementCalendar, Person } from '../project/agreement.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

/** A calendar of one version of the agreement. */
export interface KeyedCalendar {
  /** From 1; hours may change between versions, so each version's calendars have keys of their own. */
  readonly key: number;
  readonly agreement: Agreement;
  readonly calendar: AgreementCalendar;
  /** Whose own working time it is, where it is no team's. */
  readonly person?: Person;
}

export function keyCalendars(agreements: readonly Agreement[]): KeyedCalendar[] {
  return agreements
    .flatMap((agreement) => [
      ...agreement.calendars.map((calendar) => ({ agreement, calendar })),
      ...agreement.people.flatMap((person) => {
        const base = agreement.calendars.find(({ name }) => name === person.calendar);
        return base === undefined ? [] : [{ agreement, calendar: personalCalendar(person, base), person }];
      }),
    ])
    .map((entry, index) => ({ key: index + 1, ...entry }));
}

/** The holidays and closed days of the base, its special hours on days that the person works, and no absent day. */
function personalCalendar(person: Person, base: AgreementCalendar): AgreementCalendar {
  const hours = person.hours ?? base.hours;
  const isAbsent = (date: string) => person.absent.some(({ from, to }) => from <= date && date <= to);
  const isWorked = (date: string) => hours.some(({ weekday }) => weekday === weekdayOf(date));
  return {
    ...base,
    name: `${base.name}/${person.ownerId}`,
    hours,
    closed: [...base.closed, ...person.absent.flatMap(datesOf).map((date) => ({ date, name: { en: '', da: '' } }))],
    specialHours: base.specialHours.filter(({ date }) => isWorked(date) && !isAbsent(date)),
    reduced: [],
    path: person.path,
  };
}

/** 1 is Monday. */
function weekdayOf(date: string): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
}

function datesOf({ from, to }: { readonly from: string; readonly to: string }): string[] {
  const first = Date.parse(from);
  const days = (Date.parse(to) - first) / 86_400_000 + 1;
  return Array.from({ length: days }, (_, day) => new Date(first + day * 86_400_000).toISOString().slice(0, 10));
}

/**
 * The calendars as they are written down: sla.calendars, sla.owner_calendars, and by calendar the hours, special hours and
 * reduced ranges.
 */
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
  await warehouse.insert(
    'sla.calendar_reduced',
    { calendar_key: 'integer', first_date: 'date', last_date: 'date', name_en: 'text', name_da: 'text' },
    calendars.flatMap(({ key, calendar }) =>
      calendar.reduced.map(({ from, to, title }) => ({
        calendar_key: key,
        first_date: from,
        last_date: to,
        name_en: title.en,
        name_da: title.da,
      })),
    ),
  );
  await warehouse.insert(
    'sla.owner_calendars',
    { agreement: 'text', owner_id: 'text', calendar_key: 'integer' },
    calendars.flatMap(({ key, agreement, person }) =>
      person === undefined ? [] : [{ agreement: agreement.id, owner_id: person.ownerId, calendar_key: key }],
    ),
  );
}
