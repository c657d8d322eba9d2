import { stringify } from 'yaml';
import type { Agreement, Calendar, Condition } from './types.ts';

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** Teams of the generated worlds; the last has no calendar of its own. */
export const teams = ['dk', 'uk', 'night', 'chile', 'island', 'clock', 'nordics'] as const;

const teamCalendars = new Map([
  ['dk', 'office'],
  ['uk', 'london'],
  ['night', 'nights'],
  ['chile', 'santiago'],
  ['island', 'lord_howe'],
  ['clock', 'always'],
]);

interface DateRules {
  readonly holidays: readonly string[];
  readonly special: Readonly<Record<string, readonly string[]>>;
}

/** Lunch, a Saturday, nights, nights where the clock changes at midnight or by half an hour, and no closing at all. */
export function nastyCalendars({ holidays, special }: DateRules, opening: string): ReadonlyMap<string, Calendar> {
  const specialHours = new Map(Object.entries(special));
  const all = (name: string, timeZone: string, hours: readonly (readonly string[])[]): [string, Calendar] => [
    name,
    { name, timeZone, hours, holidays: new Set(holidays), specialHours },
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

export function nastyAgreement(
  own: Pick<Agreement, 'id' | 'effectiveFrom' | 'calendars' | 'tiers' | 'followUp' | 'icp'>,
): Agreement {
  return {
    timeZone: 'Europe/Copenhagen',
    defaultCalendar: 'office',
    teams: teamCalendars,
    releaseReasons: ['spam', 'duplicate'],
    ...own,
  };
}

/** The agreement as the YAML that a person would write. */
export function agreementYaml(agreement: Agreement): string {
  const { followUp } = agreement;
  return stringify({
    id: agreement.id,
    effective_from: agreement.effectiveFrom,
    time_zone: agreement.timeZone,
    owners: { marketing: { title: 'Head of Marketing' }, sales: { title: 'Sales Director' } },
    calendars: Object.fromEntries([...agreement.calendars].map(([name, calendar]) => [name, calendarYaml(calendar)])),
    default_calendar: agreement.defaultCalendar,
    teams: Object.fromEntries(agreement.teams),
    promises: {
      sales: [
        {
          id: 'first_response',
          metric: 'response_within_sla_rate',
          target: 0.9,
          tiers: agreement.tiers.map((tier) => ({
            id: tier.id,
            when: Object.fromEntries(tier.when.map((condition) => [condition.attribute, testYaml(condition)])),
            within_minutes: tier.withinMinutes,
          })),
        },
        ...(followUp === null
          ? []
          : [
              {
                id: 'follow_up',
                metric: 'follow_up_rate',
                target: 0.8,
                attempts: followUp.attempts,
                channels: followUp.channels,
                business_days: followUp.businessDays,
              },
            ]),
      ],
    },
    icp: agreement.icp.map((condition) => ({ attribute: condition.attribute, ...testYaml(condition) })),
    release_reasons: agreement.releaseReasons,
  });
}

function calendarYaml(calendar: Calendar): object {
  return {
    time_zone: calendar.timeZone,
    hours: Object.fromEntries(
      days.flatMap((day, index) => (calendar.hours[index]?.length ? [[day, calendar.hours[index]]] : [])),
    ),
    closed: Object.fromEntries([...calendar.holidays].map((date) => [date, 'Holiday'])),
    special_hours: Object.fromEntries(calendar.specialHours),
  };
}

function testYaml(condition: Condition): object {
  if ('in' in condition) return { in: condition.in };
  return 'atLeast' in condition ? { at_least: condition.atLeast } : { at_most: condition.atMost };
}
