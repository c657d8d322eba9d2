import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Agreement, AgreementCalendar, Person, Side, Team } from './agreement.ts';
import type { CalendarYaml, HoursYaml } from './agreement-calendar-schema.ts';
import { checkAgreement } from './agreement-checks.ts';
import { toConditions, toPromise } from './agreement-promises.ts';
import { type AgreementYaml, agreementSchema } from './agreement-schema.ts';
import { toPlaybooks, toPolicies, toScore, toStage } from './agreement-terms.ts';
import { weekdays } from './opening-hours.ts';
import { monthNames } from './time.ts';
import { parseYaml, type SourceText } from './yaml-file.ts';

export type { Agreement } from './agreement.ts';

/**
 * Reads one agreement; problems are added with their place. Undefined when its shape is wrong. What needs the other
 * agreements or the metrics is checked by `checkAgreements`, holiday sets when the tables are written.
 */
export function readAgreement(file: SourceText, problems: Diagnostic[]): Agreement | undefined {
  const located = parseYaml(file, agreementSchema, problems);
  if (located === undefined) return undefined;
  const agreement = toAgreement(located.value, located.at, problems);
  checkAgreement(agreement, problems);
  return agreement;
}

function toAgreement(yaml: AgreementYaml, at: Agreement['at'], problems: Diagnostic[]): Agreement {
  const promises = (side: Side) =>
    yaml.promises[side].map((promise, index) =>
      toPromise(promise, { side, at, path: ['promises', side, index] }, problems),
    );
  return {
    id: yaml.id,
    effectiveFrom: yaml.effective_from,
    timeZone: yaml.time_zone,
    fiscalYearStartMonth: monthNames.indexOf(yaml.fiscal_year_starts) + 1,
    ...(yaml.title === undefined ? {} : { title: yaml.title }),
    ...(yaml.review === undefined ? {} : { review: { everyMonths: yaml.review.every_months } }),
    owners: { marketing: toOwner(yaml.owners.marketing), sales: toOwner(yaml.owners.sales) },
    stages: Object.entries(yaml.stages).map(([stage, terms]) => toStage(stage, terms)),
    calendars: Object.entries(yaml.calendars).map(([name, calendar]) => toCalendar(name, calendar, yaml.time_zone)),
    defaultCalendar: yaml.default_calendar,
    teams: Object.entries(yaml.teams).map(([team, terms]) => toTeam(team, terms)),
    people: Object.entries(yaml.people).map(([ownerId, person]) => toPerson(ownerId, person)),
    promises: [...promises('marketing'), ...promises('sales')].filter((promise) => promise !== undefined),
    icp: yaml.icp.flatMap((test, index) => toConditions(test.attribute, test, ['icp', index])),
    score: toScore(yaml.score),
    playbooks: toPlaybooks(yaml.playbooks),
    releaseReasons: yaml.release_reasons,
    policies: toPolicies(yaml.policies),
    approvals: yaml.approvals,
    at,
  };
}

function toOwner({ title, deputy }: AgreementYaml['owners']['sales']): Agreement['owners']['sales'] {
  return { title, ...(deputy === undefined ? {} : { deputy }) };
}

function toTeam(team: string, terms: AgreementYaml['teams'][string]): Team {
  if (typeof terms === 'string') return { team, calendar: terms };
  const { calendar, capacity_per_day } = terms;
  return { team, calendar, ...(capacity_per_day === undefined ? {} : { capacityPerDay: capacity_per_day }) };
}

function toPerson(ownerId: string, yaml: AgreementYaml['people'][string]): Person {
  return {
    ownerId,
    calendar: yaml.calendar,
    ...(yaml.hours === undefined ? {} : { hours: toHours(yaml.hours) }),
    absent: yaml.absent,
    path: ['people', ownerId],
  };
}

function toCalendar(name: string, yaml: CalendarYaml, timeZone: string): AgreementCalendar {
  return {
    name,
    timeZone: yaml.time_zone ?? timeZone,
    hours: toHours(yaml.hours),
    holidays: typeof yaml.holidays === 'string' ? [yaml.holidays] : yaml.holidays,
    closed: Object.entries(yaml.closed).map(([date, reason]) => ({
      date,
      name: typeof reason === 'string' ? { en: reason, da: reason } : reason,
    })),
    specialHours: Object.entries(yaml.special_hours).map(([date, intervals]) => ({ date, intervals })),
    reduced: yaml.reduced,
    path: ['calendars', name],
  };
}

function toHours(yaml: HoursYaml): AgreementCalendar['hours'] {
  return weekdays.flatMap((day, index) => {
    const intervals = yaml[day];
    return intervals === undefined ? [] : [{ weekday: index + 1, intervals }];
  });
}
