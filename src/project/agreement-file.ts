import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Agreement, AgreementCalendar, Side } from './agreement.ts';
import { checkAgreement } from './agreement-checks.ts';
import { toConditions, toPromise } from './agreement-promises.ts';
import { type AgreementYaml, agreementSchema, type CalendarYaml } from './agreement-schema.ts';
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
    owners: { marketing: yaml.owners.marketing.title, sales: yaml.owners.sales.title },
    calendars: Object.entries(yaml.calendars).map(([name, calendar]) => toCalendar(name, calendar, yaml.time_zone)),
    defaultCalendar: yaml.default_calendar,
    teams: Object.entries(yaml.teams).map(([team, calendar]) => ({ team, calendar })),
    promises: [...promises('marketing'), ...promises('sales')].filter((promise) => promise !== undefined),
    icp: yaml.icp.flatMap((test, index) => toConditions(test.attribute, test, ['icp', index])),
    requiredFields: Object.entries(yaml.required_fields).map(([stage, fields]) => ({ stage, fields })),
    releaseReasons: yaml.release_reasons,
    at,
  };
}

function toCalendar(name: string, yaml: CalendarYaml, timeZone: string): AgreementCalendar {
  return {
    name,
    timeZone: yaml.time_zone ?? timeZone,
    hours: weekdays.flatMap((day, index) => {
      const intervals = yaml.hours[day];
      return intervals === undefined ? [] : [{ weekday: index + 1, intervals }];
    }),
    holidays: typeof yaml.holidays === 'string' ? [yaml.holidays] : yaml.holidays,
    closed: Object.entries(yaml.closed).map(([date, reason]) => ({ date, name: reason })),
    specialHours: Object.entries(yaml.special_hours).map(([date, intervals]) => ({ date, intervals })),
    path: ['calendars', name],
  };
}
