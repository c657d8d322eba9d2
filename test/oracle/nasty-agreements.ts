import { type Agreement, type Calendar, type DateRange, type Team, usualPolicies } from './types.ts';

/** Teams of the generated worlds; the last has no calendar of its own. */
export const teams = ['dk', 'uk', 'night', 'chile', 'island', 'clock', 'nordics'] as const;

const teamCalendars = {
  dk: 'office',
  uk: 'london',
  night: 'nights',
  chile: 'santiago',
  island: 'lord_howe',
  clock: 'always',
};

/** The teams with their calendars, and how many leads a day some of them can take. */
export function teamsWith(capacities: Readonly<Record<string, number>>): ReadonlyMap<string, Team> {
  return new Map(
    Object.entries(teamCalendars).map(([team, calendar]) => [
      team,
      { calendar, capacityPerDay: capacities[team] ?? null },
    ]),
  );
}

interface DateRules {
  readonly holidays: readonly string[];
  readonly special: Readonly<Record<string, readonly string[]>>;
  readonly reduced?: readonly DateRange[];
}

/** Lunch, a Saturday, nights, nights where the clock changes at midnight or by half an hour, and no closing at all. */
export function nastyCalendars(
  { holidays, special, reduced = [] }: DateRules,
  opening: string,
): ReadonlyMap<string, Calendar> {
  const specialHours = new Map(Object.entries(special));
  const named = new Map(holidays.map((date) => [date, holidayName(date)]));
  const all = (name: string, timeZone: string, hours: readonly (readonly string[])[]): [string, Calendar] => [
    name,
    { name, timeZone, hours, holidays: named, specialHours, reduced },
  ];
  const weekdays = (hours: readonly string[], friday = hours): string[][] => [
    ...Array<string[]>(4).fill([...hours]),
    [...friday],
  ];
  return new Map([
    all('office', 'Europe/Copenhagen', [
      ...weekdays([`${opening}-11:30`, '12:00-16:00'], [`${opening}-15:30`]),
      [],
      [],
    ]),
    all('london', 'Europe/London', [...weekdays(['09:00-17:30']), ['10:00-14:00'], []]),
    all('nights', 'Europe/Copenhagen', Array<string[]>(7).fill(['22:00-06:00'])),
    all('santiago', 'America/Santiago', [...weekdays(['09:00-12:00', '20:00-04:00']), ['20:00-04:00'], []]),
    all('lord_howe', 'Australia/Lord_Howe', [...weekdays(['08:00-12:00', '22:00-06:00']), ['22:00-06:00'], []]),
    all('always', 'America/New_York', Array<string[]>(7).fill(['00:00-00:00'])),
  ]);
}

/** Some neighbours share a name, and some do not. */
function holidayName(date: string): string {
  return Number(date.slice(8)) < 6 ? 'First days' : 'Holiday';
}

/** An agreement that says no more than it is given. */
export function nastyAgreement(
  own: Pick<Agreement, 'id' | 'effectiveFrom' | 'calendars'> & Partial<Agreement>,
): Agreement {
  return {
    timeZone: 'Europe/Copenhagen',
    defaultCalendar: 'office',
    teams: teamsWith({}),
    people: new Map(),
    firstResponse: [],
    followUp: [],
    acceptance: [],
    reportWithinDays: null,
    target: { usual: 0.9, quarters: {}, teams: {} },
    icp: [],
    score: { fit: [], intent: [], bands: [] },
    criteria: null,
    requiredFields: {},
    releaseReasons: ['spam', 'duplicate'],
    policies: usualPolicies,
    ...own,
  };
}
