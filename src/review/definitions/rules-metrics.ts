import type { ChangeClass } from '../types.ts';
import { type ChangeRule, type Field, isGone, isNew } from './fields.ts';

type Rest = Pick<ChangeRule, 'field' | 'why'> & Partial<Pick<ChangeRule, 'fits'>>;

const rule = (id: string, kindOf: ChangeClass, rest: Rest): ChangeRule => ({
  id: `metric-${id}`,
  kind: 'metric',
  class: kindOf,
  ...rest,
});

const otherValue = 'the same rows give another value';

/** What a changed metric does; each documented in docs/review-rules.md. */
export const metricRules: readonly ChangeRule[] = [
  rule('added', 'additive', { field: '', fits: isNew, why: 'nobody relied on it yet' }),
  rule('removed', 'breaking', { field: '', fits: isGone, why: 'readers lose it' }),
  rule('renamed', 'breaking', { field: 'name', why: 'queries, pages and agreements that name it find nothing' }),
  rule('version-raised', 'additive', {
    field: 'version',
    fits: (change) => numberOf(change.after) > numberOf(change.before),
    why: 'says that the definition changed; what changed is classed by itself',
  }),
  rule('version-lowered', 'breaking', {
    field: 'version',
    fits: (change) => numberOf(change.after) < numberOf(change.before),
    why: 'an earlier definition stands for the periods of a later one',
  }),
  rule('version-dropped', 'breaking', {
    field: 'versions',
    fits: isGone,
    why: 'an older version is no longer kept: its periods are worked out by another',
  }),
  rule('version-inserted', 'breaking', {
    field: 'versions',
    fits: isNew,
    why: 'periods before the next version took effect are worked out by it',
  }),
  rule('type', 'breaking', { field: 'type', why: 'it is worked out in another way' }),

  rule('model', 'breaking', { field: 'model', why: 'it looks at other rows' }),
  rule('time', 'breaking', { field: 'time', why: 'rows move to other periods' }),
  rule('filter', 'breaking', { field: 'filter', why: otherValue }),
  rule('pending', 'breaking', { field: 'pending', why: 'other rows hold up the verdict' }),
  rule('beside', 'breaking', { field: 'beside', why: 'another number is shown beside the value' }),
  rule('key', 'breaking', { field: 'key', why: otherValue }),
  rule('value', 'breaking', { field: 'value', why: otherValue }),
  rule('numerator', 'breaking', { field: 'numerator', why: otherValue }),
  rule('denominator', 'breaking', { field: 'denominator', why: otherValue }),
  rule('percentile', 'breaking', { field: 'percentile', why: otherValue }),
  rule('start', 'breaking', { field: 'start', why: otherValue }),
  rule('stop', 'breaking', { field: /^stop(\.(model|time|filter))?$/, why: otherValue }),
  rule('calendar', 'breaking', { field: 'calendar', why: 'the same wait is another number of hours' }),
  rule('statistic', 'breaking', { field: 'statistic', why: otherValue }),
  rule('unfinished', 'breaking', { field: 'unfinished', why: otherValue }),
  rule('to', 'breaking', { field: /^to(\.(model|time|filter))?$/, why: otherValue }),
  rule('to-filter', 'breaking', { field: 'to_filter', why: otherValue }),
  rule('by', 'breaking', { field: 'by', why: 'events are told to be of other rows' }),
  rule('attribution', 'breaking', { field: 'attribution', why: 'an event counts for other rows' }),
  rule('counts', 'breaking', { field: 'counts', why: otherValue }),
  rule('window', 'breaking', { field: 'window_days', why: 'what follows sooner or later counts, or no longer does' }),
  rule('window-in', 'breaking', { field: 'window_in', why: 'the window ends at another instant' }),
  rule('cumulative-metric', 'breaking', { field: 'metric', why: 'it is made of other values' }),
  rule('cumulative-window', 'breaking', { field: 'window', why: 'it is taken over other periods' }),
  rule('expression', 'breaking', { field: 'expression', why: 'the same inputs give another value' }),

  rule('dimension-added', 'additive', { field: 'dimensions', fits: isNew, why: 'the whole and other parts stay' }),
  rule('dimension-removed', 'breaking', { field: 'dimensions', fits: isGone, why: 'readers lose its parts' }),
  rule('grain-added', 'additive', { field: 'grains', fits: isNew, why: 'values of other periods stay' }),
  rule('grain-removed', 'breaking', { field: 'grains', fits: isGone, why: 'readers lose its periods' }),
  rule('unit', 'breaking', { field: 'unit', why: 'the same number means something else' }),
  rule('direction', 'breaking', { field: 'direction', why: 'what was better is worse, and verdicts turn' }),
  rule('target', 'breaking', { field: 'target', why: 'verdicts on the same value change' }),
  rule('owner', 'breaking', { field: 'owner', why: 'another side answers for it' }),
  rule('minimum-sample', 'additive', {
    field: 'minimum_sample',
    why: 'values and what promises are judged by stay: what is called a trend or an improvement differs',
  }),
  rule('headline', 'additive', {
    field: 'headline',
    why: 'the home page shows it or not: the value stays, also on its own page',
  }),
  rule('effective-from-of-new-version', 'additive', {
    field: 'effective_from.of_new_version',
    why: 'with a new version: from when on that counts; earlier periods stay with the version before, if it is kept',
  }),
  rule('effective-from', 'breaking', { field: 'effective_from', why: 'periods move from one version to another' }),
  rule('deprecation-earlier', 'breaking', {
    field: 'deprecated_on',
    fits: ({ before, after }) => before !== undefined && after !== undefined && after.text < before.text,
    why: 'readers have less time than they were told',
  }),
  rule('deprecation', 'additive', {
    field: 'deprecated_on',
    why: 'set, moved to later or taken back: it stays as it is until then',
  }),

  rule('label', 'cosmetic', { field: /^label\.(en|da)$/, why: 'words' }),
  rule('description', 'cosmetic', { field: /^description\.(en|da)$/, why: 'words' }),
  rule('changes', 'cosmetic', { field: /^changes\.(why|approved_by)$/, why: 'words about its versions' }),
];

function numberOf(field: Field | undefined): number {
  return Number(field?.value);
}
