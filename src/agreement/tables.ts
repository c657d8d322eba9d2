import { type Diagnostic, failOnErrors } from '../diagnostics/diagnostic.ts';
import type { Agreement } from '../project/agreement.ts';
import type { Project } from '../project/project.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { writeBreachLog } from './breach-log.ts';
import { keyCalendars, writeCalendarRules } from './calendar-rules.ts';
import { expandCalendars } from './calendars.ts';
import { checkPairs, warnOfNeverOpen } from './check-calendars.ts';
import { type DaySpan, dayLength, startOfDate, writeDates } from './dates.ts';
import { checkHolidays, writeHolidays } from './holidays.ts';
import { writeCriteria, writePolicies } from './policies.ts';
import { writePromises } from './promises.ts';
import { writePromisesForReaders } from './readers.ts';
import { writeSpecialDays } from './special-days.ts';
import { reviseBy, writeTerms } from './terms.ts';
import type { PromisedMetric } from './wording.ts';

/** Every table of schema sla; models may read them. What readers get in words, main.agreement_*, is written beside them. */
export const agreementTables: readonly string[] = [
  'agreements',
  'attributes',
  'breach_log',
  'calendar_dates',
  'calendar_days',
  'calendar_hours',
  'calendar_holidays',
  'calendar_intervals',
  'calendar_reduced',
  'calendar_special_hours',
  'calendars',
  'conditions',
  'criteria',
  'dates',
  'local_dates',
  'owner_calendars',
  'periods',
  'policies',
  'policy_channels',
  'promises',
  'release_reasons',
  'required_fields',
  'score_bands',
  'score_fit',
  'score_intent',
  'stage_terms',
  'stages',
  'targets',
  'team_calendars',
].map((name) => `sla.${name}`);

/**
 * Turns the project's agreements into the tables of schema sla, main.agreement_promises, main.agreement_documents and
 * main.agreement_special_days.
 * Without agreements they are empty, but for the stages and the dates of the project's own zone. Needs raw.events and seeds.*.
 * @param options.asOf ISO instant; calendars reach two years beyond it.
 * @returns warnings, for example of a year without holidays.
 * `checkAgreements` must have found nothing.
 * @throws DiagnosticsError with every calendar that contradicts its holiday set or opens too often in a day.
 */
export async function writeAgreementTables(
  warehouse: Warehouse,
  project: Pick<Project, 'agreements' | 'breachLog' | 'config'> & { readonly metrics: readonly PromisedMetric[] },
  options: { readonly asOf: string },
): Promise<readonly Diagnostic[]> {
  const { agreements, metrics } = project;
  const calendars = keyCalendars(agreements);
  await warehouse.run('create schema if not exists sla');
  await writeDates(warehouse, agreements[0] ?? project.config);
  await writeTerms(warehouse, agreements, calendars);
  await writePolicies(warehouse, agreements);
  await writeCriteria(warehouse, agreements);
  await writePromises(warehouse, agreements);
  await writeBreachLog(warehouse, project.breachLog);
  await writePromisesForReaders(warehouse, agreements, metrics);
  await writeCalendarRules(warehouse, calendars);
  await writeHolidays(warehouse, calendars);
  const problems = await checkHolidays(warehouse, calendars, options);
  failOnErrors(problems);
  await writeSpecialDays(warehouse);

  const zones = [...new Set(calendars.map(({ calendar }) => calendar.timeZone))];
  await expandCalendars(warehouse, zones, await calendarSpan(warehouse, agreements, options.asOf));
  problems.push(...(await checkPairs(warehouse, calendars)), ...(await warnOfNeverOpen(warehouse, calendars)));
  failOnErrors(problems);
  return [...problems, ...warnOfOverdueRevision(agreements, options.asOf)];
}

/** Only of the agreement in force: a successor that waits for its day is the revision. */
function warnOfOverdueRevision(agreements: readonly Agreement[], asOf: string): Diagnostic[] {
  const last = agreements.at(-1);
  const due = last === undefined ? undefined : reviseBy(last);
  if (last === undefined || due === undefined || asOf.slice(0, 10) < due) return [];
  return [
    {
      code: 'revision-overdue',
      severity: 'warning',
      message: `agreement "${last.id}" was to be revised by ${due}`,
      ...last.at(['review']),
      fix: 'Agree on a new version, in a file of its own with its own "effective_from".',
    },
  ];
}

const daysBefore = 400;
const daysAfter = 731;

/**
 * Whole years, from that of the day 400 days before the first event or agreement to that of the day two years after
 * as_of; never before 1970. Whole, so that a later as_of mostly leaves the calendars as they were.
 */
async function calendarSpan(warehouse: Warehouse, agreements: readonly Agreement[], asOf: string): Promise<DaySpan> {
  const [first] = agreements;
  const agreed = first === undefined ? 'null' : startOfDate(`'${first.timeZone}'`, `date '${first.effectiveFrom}'`);
  const [span] = await warehouse.rows<{ first_day: number; last_day: number }>(
    `
      with span as (
          select
              least(epoch_us(min(occurred_at)), ${agreed}, epoch_us($1::timestamptz)) // ${dayLength} - ${daysBefore} as first_day,
              epoch_us($1::timestamptz) // ${dayLength} + ${daysAfter} as last_day
          from raw.events
      )
      select
          greatest(0, date_trunc('year', date '1970-01-01' + first_day::integer)::date - date '1970-01-01') as first_day,
          date_trunc('year', date '1970-01-01' + last_day::integer + interval 1 year)::date - date '1970-01-01' - 1 as last_day
      from span
    `,
    [asOf],
  );
  return { first: span?.first_day ?? 0, last: span?.last_day ?? 0 };
}
