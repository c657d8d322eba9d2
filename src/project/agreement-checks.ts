import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import type { Agreement, AgreementCalendar, Person } from './agreement.ts';
import { checkPromises } from './agreement-promise-checks.ts';
import { checkConditions, checkTwins, type Report } from './agreement-report.ts';
import { checkPlaybooks, checkPolicies, checkScore, checkStages } from './agreement-terms-checks.ts';
import { findOverlap, isLocalDate, weekdays } from './opening-hours.ts';
import { isTimeZone } from './time.ts';
import type { YamlPath } from './yaml-file.ts';

/** What can be said of one agreement without the rest of the project. */
export function checkAgreement(agreement: Agreement, problems: Diagnostic[]): void {
  const report: Report = (code, message, path, help = {}) => {
    const { expected, fix, part } = help;
    problems.push({
      code,
      severity: 'error',
      message,
      ...agreement.at(path, part),
      ...(expected === undefined ? {} : { expected }),
      ...(fix === undefined ? {} : { fix }),
    });
  };
  checkTimeZone(agreement.timeZone, ['time_zone'], report);
  for (const calendar of agreement.calendars) {
    // one that names no zone of its own has the agreement's
    if (calendar.timeZone !== agreement.timeZone)
      checkTimeZone(calendar.timeZone, [...calendar.path, 'time_zone'], report);
    checkCalendar(calendar, report);
  }
  for (const person of agreement.people) checkPerson(person, report);
  checkCalendarNames(agreement, report);
  checkPromises(agreement, report);
  checkConditions(agreement.icp, report);
  checkStages(agreement, report);
  checkScore(agreement.score, report);
  checkPlaybooks(agreement, report);
  checkTwins(agreement.releaseReasons, 'release reason', (index) => ['release_reasons', index], report);
  checkPolicies(agreement, report);
  checkApprovals(agreement, report);
}

/** A side may approve before or after the first day, and other terms later; the same terms only once. */
function checkApprovals({ approvals }: Agreement, report: Report): void {
  for (const [index, { by, terms }] of approvals.entries()) {
    if (!approvals.slice(0, index).some((earlier) => earlier.by === by && earlier.terms === terms)) continue;
    report('duplicate-approval', `${by} approved the terms ${terms} twice`, ['approvals', index], {
      fix: 'Remove one of them.',
    });
  }
}

function checkTimeZone(name: string, path: YamlPath, report: Report): void {
  if (isTimeZone(name)) return;
  report('unknown-time-zone', `unknown time zone "${name}"`, path, {
    expected: 'an IANA time zone such as Europe/Copenhagen',
    fix: didYouMean(name, ['UTC', ...Intl.supportedValuesOf('timeZone')]),
  });
}

function checkCalendar(calendar: AgreementCalendar, report: Report): void {
  const { name, path } = calendar;
  if (calendar.hours.length === 0 && calendar.specialHours.length === 0) {
    report('empty-hours', `calendar "${name}" is never open`, path, { expected: 'hours for at least one weekday' });
  }
  checkTwins(calendar.holidays, 'holiday set', (index) => [...path, 'holidays', index], report);
  checkOverlaps(calendar, report);
  checkDates(calendar.closed, [...path, 'closed'], report);
  checkDates(calendar.specialHours, [...path, 'special_hours'], report);
  checkReduced(calendar, report);
}

function checkOverlaps(
  { hours, specialHours, path }: Pick<AgreementCalendar, 'hours' | 'specialHours' | 'path'>,
  report: Report,
): void {
  const days = [
    ...hours.map(({ weekday, intervals }) => ({ keys: ['hours', weekdays[weekday - 1] ?? ''], intervals })),
    ...specialHours.map(({ date, intervals }) => ({ keys: ['special_hours', date], intervals })),
  ];
  for (const { keys, intervals } of days) {
    const index = findOverlap(intervals);
    if (index === undefined) continue;
    report('overlapping-hours', `overlapping hours in ${keys.join('.')}`, [...path, ...keys, index], {
      fix: 'Let one interval end before the next begins.',
    });
  }
}

function checkDates(entries: readonly { readonly date: string }[], path: YamlPath, report: Report): void {
  for (const { date } of entries.filter((entry) => !isLocalDate(entry.date))) {
    report('invalid-date', `"${date}" is not a date`, [...path, date], {
      expected: 'a date such as 2026-12-24',
      part: 'key',
    });
  }
}

/** On one date one promise holds: ranges must not share any. */
function checkReduced({ reduced, path }: AgreementCalendar, report: Report): void {
  for (const [index, range] of reduced.entries()) {
    const where = [...path, 'reduced', index];
    if (range.to < range.from) {
      report('invalid-range', `"${range.title.en}" ends on ${range.to}, before it begins`, [...where, 'to'], {
        expected: `a date from ${range.from} on`,
      });
    }
    const other = reduced.slice(0, index).find(({ from, to }) => range.from <= to && from <= range.to);
    if (other === undefined) continue;
    report('overlapping-ranges', `"${range.title.en}" overlaps "${other.title.en}"`, where, {
      fix: 'Let one range end before the next begins.',
    });
  }
}

function checkPerson({ ownerId, hours, path, absent }: Person, report: Report): void {
  if (hours !== undefined && hours.length === 0) {
    report('empty-hours', `"${ownerId}" is never at work`, [...path, 'hours'], {
      fix: 'Leave "hours" out, or say them.',
    });
  }
  checkOverlaps({ hours: hours ?? [], specialHours: [], path }, report);
  for (const [index, { from, to }] of absent.entries()) {
    if (!absent.slice(0, index).some((other) => from <= other.to && other.from <= to)) continue;
    report('overlapping-ranges', `absences of "${ownerId}" overlap`, [...path, 'absent', index], {
      fix: 'Keep one of them.',
    });
  }
}

function checkCalendarNames(agreement: Agreement, report: Report): void {
  const known = agreement.calendars.map((calendar) => calendar.name);
  const used = [
    { name: agreement.defaultCalendar, path: ['default_calendar'] },
    ...agreement.teams.map(({ team, calendar }) => ({ name: calendar, path: ['teams', team, 'calendar'] })),
    ...agreement.people.map(({ ownerId, calendar }) => ({ name: calendar, path: ['people', ownerId, 'calendar'] })),
  ];
  for (const { name, path } of used) {
    if (known.includes(name)) continue;
    report('unknown-calendar', `unknown calendar "${name}"`, path, {
      expected: `one of ${known.join(', ')}`,
      fix: didYouMean(name, known),
    });
  }
}
