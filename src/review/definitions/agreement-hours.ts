import { english } from '../../agreement/document-english.ts';
import { dateRange, longDate } from '../../agreement/document-format.ts';
import { intervalsOf } from '../../agreement/document-hours.ts';
import type { AgreementCalendar } from '../../project/agreement.ts';
import { type OpenInterval, weekdays } from '../../project/opening-hours.ts';
import { type Burden, part, presence, type Term, wording } from './agreement-term.ts';

/** When a calendar's clocks run. */
export function calendarTerms(calendar: AgreementCalendar): Term[] {
  const { name, timeZone } = calendar;
  const path = `calendars.${part(name)}`;
  return [
    presence('calendars', path, name, {
      added: `the calendar ${name} is new`,
      removed: `the calendar ${name} is gone`,
    }),
    {
      path: `${path}.time_zone`,
      field: 'calendars.time_zone',
      value: timeZone,
      text: timeZone,
      phrases: {
        added: `the hours of ${name} are in the time zone ${timeZone}`,
        removed: `the hours of ${name} have no time zone`,
        changed: (from) => `the hours of ${name} are in the time zone ${timeZone} instead of ${from}`,
      },
    },
    ...weekTerms(calendar.hours, {
      field: 'calendars.hours',
      path: `${path}.hours`,
      opens: `${name} opens`,
      rests: `${name} is closed`,
      judges: true,
    }),
    ...calendar.holidays.map((set) =>
      presence(
        'calendars.holidays',
        `${path}.holidays.${part(set)}`,
        set,
        {
          added: `${name} is closed on the holidays of the set ${set}`,
          removed: `${name} is no longer closed on the holidays of the set ${set}`,
        },
        closure,
      ),
    ),
    ...calendar.closed.flatMap(({ date, name: reason }) => {
      const day = `${longDate(date, 'en')} (${reason.en})`;
      const where = `${path}.closed.${part(date)}`;
      const phrases = {
        added: `the calendar ${name} is closed on ${day}`,
        removed: `the calendar ${name} is no longer closed on ${day}`,
      };
      return [
        { ...presence('calendars.closed', where, reason.en, phrases, closure), until: date },
        ...wording(
          'calendars.closed.name',
          `${where}.name`,
          reason,
          `why ${name} is closed on ${longDate(date, 'en')}`,
        ),
      ];
    }),
    ...calendar.specialHours.map(({ date, intervals }) => specialTerm(calendar, date, intervals)),
    ...calendar.reduced.flatMap((range) => reducedTerms(calendar, range)),
  ];
}

/** Closed, the clock of what sales owes stands still. */
const closure: Burden = { side: 'sales', amount: 0, otherwise: 1 };

interface Week {
  readonly field: string;
  readonly path: string;
  /** `copenhagen opens` */
  readonly opens: string;
  /** `copenhagen is closed` */
  readonly rests: string;
  /** Whether promises are judged by these hours. */
  readonly judges: boolean;
}

/** Opening or working hours, weekday by weekday. */
export function weekTerms(hours: AgreementCalendar['hours'], { field, path, opens, rests, judges }: Week): Term[] {
  return hours.map(({ weekday, intervals }): Term => {
    const [days, text] = [`${english.weekdays[weekday - 1]}s`, intervalsOf(intervals, 'en')];
    return {
      path: `${path}.${weekdays[weekday - 1]}`,
      field,
      value: inOrder(intervals),
      text,
      phrases: {
        added: `${opens} on ${days} ${text}`,
        removed: `${rests} on ${days}`,
        changed: (from) => `${opens} on ${days} ${hoursInstead(text, from)}`,
      },
      ...(judges ? { burden: { side: 'sales', amount: minutesOf(intervals), otherwise: new Set<string>() } } : {}),
    };
  });
}

function inOrder(intervals: readonly OpenInterval[]): OpenInterval[] {
  return [...intervals].sort((left, right) => left.opens - right.opens);
}

/** Every minute of the day, or the night after it, in which it is open. */
function minutesOf(intervals: readonly OpenInterval[]): ReadonlySet<string> {
  return new Set(
    intervals.flatMap(({ opens, closes }) => Array.from({ length: closes - opens }, (_, index) => `${opens + index}`)),
  );
}

/** `until 15:30 instead of 16:00` where only the end differs. */
function hoursInstead(to: string, from: string): string {
  const single = /^(\d\d:\d\d)–(\d\d:\d\d)$/;
  const [, opens, closes] = single.exec(to) ?? [];
  const [, opened, closed] = single.exec(from) ?? [];
  if (opens !== undefined && opens === opened) return `until ${closes} instead of ${closed}`;
  if (closes !== undefined && closes === closed) return `from ${opens} instead of ${opened}`;
  return `${to} instead of ${from}`;
}

function specialTerm({ name }: AgreementCalendar, date: string, intervals: readonly OpenInterval[]): Term {
  const [day, text] = [longDate(date, 'en'), intervalsOf(intervals, 'en')];
  return {
    path: `calendars.${part(name)}.special_hours.${part(date)}`,
    field: 'calendars.special_hours',
    value: inOrder(intervals),
    text,
    phrases: {
      added: `${name} opens on ${day} ${text}, whatever the weekday`,
      removed: `${name} has no hours of its own any more on ${day}`,
      changed: (from) => `${name} opens on ${day} ${hoursInstead(text, from)}`,
    },
    burden: { side: 'sales', amount: minutesOf(intervals) },
    until: date,
  };
}

function reducedTerms({ name }: AgreementCalendar, { from, to, title }: AgreementCalendar['reduced'][number]): Term[] {
  const path = `calendars.${part(name)}.reduced.${from}`;
  const [range, first, last] = [dateRange(from, to, 'en'), longDate(from, 'en'), longDate(to, 'en')];
  return [
    {
      path,
      field: 'calendars.reduced',
      value: to,
      text: range,
      until: to,
      phrases: {
        added: `${name} has a reduced period, ${range} (${title.en})`,
        removed: `${name} has no reduced period any more, ${range} (${title.en})`,
        changed: (before) => `the reduced period of ${name} from ${first} on lasts until ${last} (before: ${before})`,
      },
    },
    ...wording('calendars.reduced.title', `${path}.title`, title, `the reduced period of ${name} from ${first} on`),
  ];
}
