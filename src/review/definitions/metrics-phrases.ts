import { inDigits } from '../../agreement/document-format.ts';
import { english } from '../../metrics/words-en.ts';
import type { MetricSpec, Unit } from '../../project/metric.ts';
import { code } from './definition-change.ts';
import type { FieldDifference } from './fields.ts';
import { type Effect, effectOf } from './sql-extent.ts';
import type { Condition } from './sql-forms.ts';

/** `10,000`, `0.07`. */
export function digits(amount: number): string {
  return inDigits(amount, 'en');
}

export function percent(share: number): string {
  return `${digits(share * 100)} %`;
}

export function percentileInWords(share: number): string {
  return `the ${share === 0.5 ? english.median : english.percentileNamed(digits(share * 100))}`;
}

/** A value in a metric's unit: `90 %`, `15 minutes`. */
export function inUnit(value: number, unit: Unit): string {
  return unit === 'percent' ? percent(value) : `${digits(value)}${english.units[unit]}`;
}

/** `1 day`, `14 days`. */
export function counted(amount: number, one: string): string {
  return `${digits(amount)} ${one}${amount === 1 ? '' : 's'}`;
}

/** Of what has one value: `the unit is minutes instead of hours`. */
export function replaced(what: string, { before, after }: FieldDifference): string {
  if (before === undefined) return `the ${what} is ${after?.text}, where there was none`;
  if (after === undefined) return `there is no ${what} any more, which was ${before.text}`;
  return `the ${what} is ${after.text} instead of ${before.text}`;
}

const mostClauses = 4;

/** How the conditions of an expression differ, and what that does to the rows that they let through. */
export function conditionsChange(
  before: readonly Condition[],
  after: readonly Condition[],
): { readonly effect: Effect | undefined; readonly clauses: string } {
  const { moved, dropped, asked } = matchedConditions(before, after);
  const isOther = dropped.length === 1 && asked.length === 1;
  const clauses = [
    ...moved.map(({ was, is }) => `${code(was.text)} becomes ${code(is.text)}`),
    ...(isOther
      ? [`${code(asked[0]?.text ?? '')} is asked instead of ${code(dropped[0]?.text ?? '')}`]
      : [
          ...dropped.map(({ text }) => `${code(text)} is no longer asked`),
          ...asked.map(({ text }) => `${code(text)} is now asked`),
        ]),
  ];
  const rest = clauses.length - mostClauses;
  const shown = [...clauses.slice(0, mostClauses), ...(rest > 0 ? [`${rest} more`] : [])];
  return { effect: effectOfConditions(before, after), clauses: shown.join(', ') };
}

/** Whether conditions that all hold let more rows through than others, or fewer; undefined: other rows, or the same. */
export function effectOfConditions(before: readonly Condition[], after: readonly Condition[]): Effect | undefined {
  const { moved, dropped, asked } = matchedConditions(before, after);
  const effects = new Set<Effect | undefined>([
    ...moved.map(({ effect }) => effect),
    ...dropped.map(() => 'more' as const),
    ...asked.map(() => 'fewer' as const),
  ]);
  const [effect] = effects;
  return effects.size === 1 ? effect : undefined;
}

/** Conditions that let more or less through of the same, and those that only one side has. */
function matchedConditions(before: readonly Condition[], after: readonly Condition[]) {
  const [gone, come] = [without(before, after), without(after, before)];
  const byWhat = new Map(come.flatMap((is) => (is.extent === undefined ? [] : [[is.extent.of, is]])));
  const moved = gone.flatMap((was) => {
    const is = byWhat.get(was.extent?.of ?? '');
    const effect = effectOf(was.extent, is?.extent);
    return is === undefined || effect === undefined ? [] : [{ was, is, effect }];
  });
  const told = new Set(moved.flatMap(({ was, is }) => [was, is]));
  return {
    moved,
    dropped: gone.filter((was) => !told.has(was)),
    asked: come.filter((is) => !told.has(is)),
  };
}

function without(conditions: readonly Condition[], others: readonly Condition[]): Condition[] {
  const forms = new Set(others.map(({ form }) => form));
  return conditions.filter(({ form }) => !forms.has(form));
}

const kinds: Readonly<Record<MetricSpec['type'], string>> = {
  count: 'a count of rows',
  count_distinct: 'a count of different values',
  sum: 'a sum',
  average: 'an average',
  ratio: 'a share of rows',
  percentile: 'a percentile',
  duration: 'a duration',
  conversion: 'a conversion',
  cumulative: 'a metric over several periods',
  derived: 'an expression of other metrics',
  ratio_of_metrics: 'a ratio of two metrics',
};

export function kindInWords(type: MetricSpec['type']): string {
  return kinds[type];
}
