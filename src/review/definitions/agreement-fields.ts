import type { Agreement } from '../../project/agreement.ts';
import type { Metric } from '../../project/metric.ts';
import { criteriaTerms } from './agreement-criteria.ts';
import { frameTerms, practiceTerms } from './agreement-frame.ts';
import { calendarTerms } from './agreement-hours.ts';
import { policyTerms } from './agreement-policies.ts';
import { promiseTerms } from './agreement-promises.ts';
import { teamsTerms } from './agreement-teams.ts';
import type { Term } from './agreement-term.ts';

/**
 * Everything that an agreement says, part by part, in the order in which people read it. What means the same has the same
 * value, however it is written; the metrics only serve the words. Pure.
 */
export function termsIn(agreement: Agreement, metrics: readonly Metric[]): Term[] {
  return withOwnPaths([
    ...frameTerms(agreement),
    ...promiseTerms(agreement, metrics),
    ...criteriaTerms(agreement),
    ...agreement.calendars.flatMap(calendarTerms),
    ...teamsTerms(agreement),
    ...policyTerms(agreement),
    ...practiceTerms(agreement),
  ]);
}

/** Two entries of one name, such as two tests of one attribute, are told apart by their number. */
function withOwnPaths(terms: readonly Term[]): Term[] {
  const seen = new Map<string, number>();
  return terms.map((term) => {
    const count = (seen.get(term.path) ?? 0) + 1;
    seen.set(term.path, count);
    return count === 1 ? term : { ...term, path: `${term.path}#${count}` };
  });
}
