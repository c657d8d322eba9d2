import type { Agreement, AgreementCalendar } from '../project/agreement.ts';
import type { OpenInterval } from '../project/opening-hours.ts';
import { dateRange, inDigits, listOf, longDate } from './document-format.ts';
import { type Block, type Section, type Text, tableOf } from './document-text.ts';
import { type Language, words } from './document-words.ts';

/** ISO weekdays from one to another, and their hours in words. */
interface Run {
  readonly first: number;
  last: number;
  readonly text: string;
}

/** When clocks run: a row for each calendar that somebody has. */
export function hoursSection(agreement: Agreement, language: Language): Section {
  const { hours, who, open, closed, reducedPeriods } = words[language];
  const rows = agreement.calendars.flatMap((calendar): Text[][] => {
    const teams = teamsOf(agreement, calendar, language);
    if (teams.length === 0) return [];
    const row = [
      teams.join(', '),
      openOf(calendar, language),
      closedOf(calendar, language),
      reducedOf(calendar, language),
    ];
    return [row.map((text): Text => (text === '' ? [] : [text]))];
  });
  const blocks: Block[] = [
    tableOf([who, open, closed, reducedPeriods], rows),
    ...notesOf(agreement, language).map((text): Block => ({ kind: 'paragraph', text: [text] })),
  ];
  return { id: 'hours', title: hours, isWide: true, blocks };
}

function teamsOf(agreement: Agreement, calendar: AgreementCalendar, language: Language): string[] {
  const { capacity, others } = words[language];
  const teams = agreement.teams
    .filter((team) => team.calendar === calendar.name)
    .map(({ team, capacityPerDay }) =>
      capacityPerDay === undefined ? team : capacity(team, inDigits(capacityPerDay, language)),
    );
  return calendar.name === agreement.defaultCalendar ? [...teams, others] : teams;
}

/** `Monday to Thursday 08:00–16:00, Friday 08:00–15:30, time in Europe/Copenhagen; 23 December 2026 08:00–12:00`. */
function openOf({ hours, specialHours, timeZone }: AgreementCalendar, language: Language): string {
  const { inZone } = words[language];
  const week = runsOf(hours, language)
    .map(({ first, last, text }) => `${daysOf(first, last, language)} ${text}`)
    .join(', ');
  const special = specialHours.map(
    ({ date, intervals }) => `${longDate(date, language)} ${intervalsOf(intervals, language)}`,
  );
  return [...(week === '' ? [] : [inZone(week, timeZone)]), ...special].join('; ');
}

/** Weekdays in a row with the same hours, as one. */
function runsOf(hours: AgreementCalendar['hours'], language: Language): Run[] {
  const runs: Run[] = [];
  for (const { weekday, intervals } of hours) {
    const text = intervalsOf(intervals, language);
    const before = runs.at(-1);
    if (before !== undefined && before.text === text && before.last === weekday - 1) before.last = weekday;
    else runs.push({ first: weekday, last: weekday, text });
  }
  return runs;
}

function daysOf(first: number, last: number, language: Language): string {
  const { weekdays, daysTo } = words[language];
  const name = (weekday: number): string => weekdays[weekday - 1] ?? '';
  if (first === last) return name(first);
  return last === first + 1 ? listOf([name(first), name(last)], 'and', language) : daysTo(name(first), name(last));
}

export function intervalsOf(intervals: readonly OpenInterval[], language: Language): string {
  return listOf(
    intervals.map((interval) => intervalOf(interval, language)),
    'and',
    language,
  );
}

function intervalOf({ opens, closes }: OpenInterval, language: Language): string {
  const { time, overnight } = words[language];
  const clock = (minutes: number): string =>
    time(String(Math.floor(minutes / 60)), String(minutes % 60).padStart(2, '0'));
  const isOvernight = closes > 24 * 60;
  const hours = `${clock(opens)}–${clock(isOvernight ? closes - 24 * 60 : closes)}`;
  return isOvernight ? overnight(hours) : hours;
}

function closedOf({ holidays, closed }: AgreementCalendar, language: Language): string {
  const { publicHolidays } = words[language];
  return [
    ...holidays.map((set) => publicHolidays(placeOf(set, language))),
    ...closed.map(({ date, name }) => `${longDate(date, language)} (${name[language]})`),
  ].join(', ');
}

/** `dk` → `Denmark`; a set with a name of its own keeps it. */
function placeOf(set: string, language: Language): string {
  if (!/^[a-z]{2}$/i.test(set)) return set;
  return new Intl.DisplayNames(words[language].locale, { type: 'region' }).of(set.toUpperCase()) ?? set;
}

function reducedOf({ reduced }: AgreementCalendar, language: Language): string {
  return reduced.map(({ from, to, title }) => `${dateRange(from, to, language)} (${title[language]})`).join(', ');
}

function notesOf(agreement: Agreement, language: Language): string[] {
  const { variants, people } = words[language];
  const hasVariants =
    agreement.calendars.some(({ reduced }) => reduced.length > 0) ||
    agreement.teams.some(({ capacityPerDay }) => capacityPerDay !== undefined);
  const count = agreement.people.length;
  return [...(hasVariants ? [variants] : []), ...(count === 0 ? [] : [people(count)])];
}
