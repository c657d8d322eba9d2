import { calendarNamed } from './agreements.ts';
import { dateOf, dayOf, weekday } from './time.ts';
import type { Agreement, Calendar, DateRange, Person } from './types.ts';

const known = new WeakMap<Agreement, Map<string, Calendar>>();

/** The personal calendar of a lead owner; null for one who has none. */
export function ownCalendarOf(agreement: Agreement, ownerId: string | null): Calendar | null {
  const person = ownerId === null ? undefined : agreement.people.get(ownerId);
  if (person === undefined || ownerId === null) return null;
  const calendars = known.get(agreement) ?? new Map<string, Calendar>();
  known.set(agreement, calendars);
  const calendar = calendars.get(ownerId) ?? personal(calendarNamed(agreement, person.calendar), ownerId, person);
  calendars.set(ownerId, calendar);
  return calendar;
}

/** The base calendar with the person's hours; its special hours on the weekdays that the person works; absences closed. */
function personal(base: Calendar, ownerId: string, { hours, absent }: Person): Calendar {
  const own = hours ?? base.hours;
  const away = new Map(absent.flatMap(datesOf).map((date) => [date, 'Absent']));
  const works = (date: string): boolean => (own[weekday(dayOf(date))] ?? []).length > 0 && !away.has(date);
  return {
    ...base,
    name: `${base.name}/${ownerId}`,
    hours: own,
    holidays: new Map([...base.holidays, ...away]),
    specialHours: new Map([...base.specialHours].filter(([date]) => works(date))),
  };
}

function datesOf({ from, to }: DateRange): string[] {
  const first = dayOf(from);
  return Array.from({ length: dayOf(to) - first + 1 }, (_, index) => dateOf(first + index));
}
