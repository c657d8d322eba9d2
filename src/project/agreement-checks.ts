import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import type { Agreement, AgreementCalendar, AgreementPromise, Condition, Tier } from './agreement.ts';
import { findOverlap, isLocalDate, weekdays } from './opening-hours.ts';
import { stageNames } from './stages.ts';
import { isTimeZone } from './time.ts';
import type { YamlPath } from './yaml-file.ts';

type Report = (
  code: string,
  message: string,
  path: YamlPath,
  help?: { expected?: string | undefined; fix?: string | undefined },
) => void;

/** What can be said of one agreement without the rest of the project. */
export function checkAgreement(agreement: Agreement, problems: Diagnostic[]): void {
  const report: Report = (code, message, path, help = {}) => {
    const { expected, fix } = help;
    problems.push({
      code,
      severity: 'error',
      message,
      ...agreement.at(path),
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
  checkCalendarNames(agreement, report);
  checkPromises(agreement.promises, report);
  checkConditions(agreement.icp, report);
  for (const { stage, fields } of agreement.requiredFields) {
    checkStage(stage, report);
    checkTwins(fields, 'field', (index) => ['required_fields', stage, index], report);
  }
  checkTwins(agreement.releaseReasons, 'release reason', (index) => ['release_reasons', index], report);
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
  const days = [
    ...calendar.hours.map(({ weekday, intervals }) => ({ keys: ['hours', weekdays[weekday - 1] ?? ''], intervals })),
    ...calendar.specialHours.map(({ date, intervals }) => ({ keys: ['special_hours', date], intervals })),
  ];
  for (const { keys, intervals } of days) {
    const index = findOverlap(intervals);
    if (index === undefined) continue;
    report('overlapping-hours', `overlapping hours in ${keys.join('.')}`, [...path, ...keys, index], {
      fix: 'Let one interval end before the next begins.',
    });
  }
  checkDates(calendar.closed, [...path, 'closed'], report);
  checkDates(calendar.specialHours, [...path, 'special_hours'], report);
}

function checkDates(entries: readonly { readonly date: string }[], path: YamlPath, report: Report): void {
  for (const { date } of entries.filter((entry) => !isLocalDate(entry.date))) {
    report('invalid-date', `"${date}" is not a date`, [...path, date], { expected: 'a date such as 2026-12-24' });
  }
}

function checkCalendarNames(agreement: Agreement, report: Report): void {
  const known = agreement.calendars.map((calendar) => calendar.name);
  const used = [
    { name: agreement.defaultCalendar, path: ['default_calendar'] },
    ...agreement.teams.map(({ team, calendar }) => ({ name: calendar, path: ['teams', team] })),
  ];
  for (const { name, path } of used) {
    if (known.includes(name)) continue;
    report('unknown-calendar', `unknown calendar "${name}"`, path, {
      expected: `one of ${known.join(', ')}`,
      fix: didYouMean(name, known),
    });
  }
}

function checkPromises(promises: readonly AgreementPromise[], report: Report): void {
  for (const [index, promise] of promises.entries()) {
    const before = promises.slice(0, index);
    if (before.some((earlier) => earlier.id === promise.id)) {
      report('duplicate-promise', `a second promise "${promise.id}"`, [...promise.path, 'id'], { fix: 'Rename one.' });
    }
    if (promise.kind !== 'metric' && before.some((earlier) => earlier.kind === promise.kind)) {
      report('duplicate-promise', `a second ${promise.kind} promise`, promise.path, {
        fix: 'Make it a tier of the first, so that it is clear which one holds for a lead.',
      });
    }
    if (before.some((earlier) => earlier.metric === promise.metric && shareGrain(earlier, promise))) {
      report('duplicate-target', `a second target for "${promise.metric}"`, [...promise.path, 'metric'], {
        fix: 'Keep one, or give each its own "per".',
      });
    }
    checkTarget(promise, report);
    if (promise.kind !== 'metric') checkTiers(promise.tiers, report);
  }
}

function shareGrain(left: AgreementPromise, right: AgreementPromise): boolean {
  return left.grain === undefined || right.grain === undefined || left.grain === right.grain;
}

function checkTarget(promise: AgreementPromise, report: Report): void {
  const { target } = promise;
  const isRate = promise.metric.endsWith('_rate');
  if (Number.isFinite(target) && target >= 0 && (!isRate || target <= 1)) return;
  const percentage = isRate && target > 1 && target <= 100 && Number.isInteger(target);
  report('target-out-of-range', `target ${target} is out of range`, [...promise.path, 'target'], {
    expected: isRate ? 'a rate between 0 and 1, or a percentage such as 90 %' : 'a number of zero or more',
    fix: percentage ? `Did you mean ${target} %?` : undefined,
  });
}

function checkTiers(tiers: readonly Tier[], report: Report): void {
  const ids = tiers.map((tier) => tier.id ?? '');
  checkTwins(ids, 'tier', (index) => [...(tiers[index]?.path ?? []), 'id'], report);
  for (const [index, tier] of tiers.entries()) {
    checkConditions(tier.when, report);
    const earlier = tiers.slice(0, index).find((candidate) => covers(candidate.when, tier.when));
    if (earlier === undefined) continue;
    const who = earlier.when.length === 0 ? 'takes every lead' : 'takes all its leads';
    report('unreachable-tier', `tier "${tier.id}" can never match: "${earlier.id}" above it ${who}`, tier.path, {
      fix: 'Put the narrower tier first.',
    });
  }
}

/** True when whoever meets `narrow` surely meets `wide`. */
function covers(wide: readonly Condition[], narrow: readonly Condition[]): boolean {
  return wide.every((outer) => narrow.some((inner) => inner.attribute === outer.attribute && implies(inner, outer)));
}

function implies(inner: Condition, outer: Condition): boolean {
  if (outer.operator === 'filled') return true;
  if (outer.operator === 'in') {
    return inner.operator === 'in' && inner.values.every((value) => outer.values.includes(value));
  }
  if (outer.operator === 'at_least') return inner.operator === 'at_least' && inner.number >= outer.number;
  return inner.operator === 'at_most' && inner.number <= outer.number;
}

function checkConditions(conditions: readonly Condition[], report: Report): void {
  for (const low of conditions) {
    for (const high of conditions) {
      if (low.operator !== 'at_least' || high.operator !== 'at_most' || low.attribute !== high.attribute) continue;
      if (low.number <= high.number) continue;
      const message = `"${low.attribute}" cannot be at least ${low.number} and at most ${high.number}`;
      report('impossible-condition', message, low.path);
    }
  }
}

function checkStage(stage: string, report: Report): void {
  if (stageNames.includes(stage)) return;
  report('unknown-stage', `unknown stage "${stage}"`, ['required_fields', stage], {
    expected: `one of ${stageNames.join(', ')}`,
    fix: didYouMean(stage, stageNames),
  });
}

function checkTwins(names: readonly string[], kind: string, pathOf: (index: number) => YamlPath, report: Report): void {
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) === index) continue;
    report(`duplicate-${kind.replace(' ', '-')}`, `${kind} "${name}" twice`, pathOf(index), {
      fix: 'Remove one of them.',
    });
  }
}
