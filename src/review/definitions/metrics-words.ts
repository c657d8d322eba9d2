import type { Metric } from '../../project/metric.ts';
import { code, listed } from './definition-change.ts';
import { canonical, type Field, type FieldDifference } from './fields.ts';
import { expressionsOf } from './metrics-expressions.ts';
import { conditionsChange, counted, digits, inUnit, replaced } from './metrics-phrases.ts';
import type { Condition, SqlForms } from './sql-forms.ts';

/** Two states of a metric, and how to speak of them. */
interface MetricPair {
  readonly before: Metric;
  readonly after: Metric;
  readonly forms: SqlForms;
  readonly labelOf: (name: string) => string;
}

type Words = (change: FieldDifference, pair: MetricPair) => string;

/** A difference in words, without a full stop: `the window shortens from 30 to 14 days`. Pure. */
export function metricWords(change: FieldDifference, pair: MetricPair): string {
  return (words[change.field] ?? otherwise)(change, pair);
}

const words: Readonly<Record<string, Words>> = {
  type: (change) => `it is ${change.after?.text} and was ${change.before?.text}`,
  'label.en': (change) => replaced('English label', quoted(change)),
  'label.da': (change) => replaced('Danish label', quoted(change)),
  'description.en': () => 'the English description is worded otherwise',
  'description.da': () => 'the Danish description is worded otherwise',
  owner: ({ before, after }) => `${after?.text} answers for it instead of ${before?.text}`,
  model: (change) => replaced('model that it looks at', change),
  time: ({ before, after }) => `rows are dated by ${after?.text} instead of ${before?.text}`,
  filter: conditions('filter', (rows) => `so that ${rows} rows count`),
  pending: someRows('condition of open rows', { now: 'hold up', no: 'no longer hold up', what: 'the verdict' }),
  beside: someRows('condition of rows beside the value', {
    now: 'are shown',
    no: 'are no longer shown',
    what: 'beside the value',
  }),
  numerator: ofRowsOrMetrics('numerator', (rows) => `so that ${rows} rows count above the line`),
  denominator: ofRowsOrMetrics('denominator', (rows) => `so that ${rows} rows count below the line`),
  to_filter: conditions('condition of what follows', (rows) => `so that ${rows} rows can convert`),
  'to.filter': conditions('filter of what follows', (rows) => `so that ${rows} events count`),
  'stop.filter': conditions('filter of what stops the clock', (rows) => `so that ${rows} events stop it`),
  key: ({ before, after }) => `different values of ${after?.text} are counted instead of ${before?.text}`,
  value: (change) => replaced('value of a row', change),
  percentile: toldInstead,
  start: ({ before, after }) => `the clock starts at ${after?.text} instead of ${before?.text}`,
  stop: (change) => replaced('column that stops the clock', change),
  'stop.model': (change) => replaced('model of what stops the clock', change),
  'stop.time': (change) => replaced('time of what stops the clock', change),
  to: (change) => replaced('column that must follow', change),
  'to.model': (change) => replaced('model of what must follow', change),
  'to.time': (change) => replaced('time of what must follow', change),
  by: (change) => replaced('link between the two models', change),
  calendar: ({ before, after }) => {
    if (before === undefined) return `only time in which a calendar is open counts, ${after?.text}; all time did`;
    if (after === undefined) return `all time counts, and not only that in which a calendar is open, ${before.text}`;
    return `the calendar by which time counts is ${after.text} instead of ${before.text}`;
  },
  statistic: toldInstead,
  unfinished: ({ before, after }) => `what has not stopped yet is ${after?.text}, and was ${before?.text}`,
  attribution: ({ before, after }) =>
    `an event counts for ${attributed(after?.text)} in whose window it lies instead of ${attributed(before?.text)}`,
  counts: ({ before, after }) => `${after?.text} are counted instead of ${before?.text}`,
  window_days: (change) => {
    const [was, is] = [numberOf(change.before), numberOf(change.after)];
    if (was === undefined)
      return `only what follows within ${change.after?.text} counts, and all did that ever followed`;
    if (is === undefined) return `all that ever follows counts, and not only within ${change.before?.text}`;
    return `the window ${is < was ? 'shortens' : 'lengthens'} from ${digits(was)} to ${counted(is, 'day')}`;
  },
  window_in: ({ before, after }) => `the window is told in ${after?.text} instead of ${before?.text}`,
  metric: ({ before, after }) => `it is worked out from ${after?.text} instead of ${before?.text}`,
  window: ({ before, after }) => `it is taken over ${after?.text} instead of ${before?.text}`,
  expression: formula,
  dimensions: ({ before, after }) =>
    before === undefined
      ? `it is also split by ${code(after?.text ?? '')}`
      : `it is no longer split by ${code(before.text)}`,
  grains: ({ before, after }) =>
    before === undefined ? `it is also worked out by ${after?.text}` : `it is no longer worked out by ${before.text}`,
  unit: (change) => replaced('unit', change),
  direction: ({ after, before }) => `${after?.text} is better, and ${before?.text} was`,
  target,
  minimum_sample: (change) => `a trend needs ${moved(change)} rows`,
  headline: ({ after }) =>
    after?.value === true ? 'it is shown on the home page' : 'it is no longer shown on the home page',
  version: ({ before, after }) => `it is version ${after?.text} and was ${before?.text}`,
  versions: ({ before, after }, pair) =>
    before === undefined
      ? `version ${after?.text} is there too, and earlier periods are its own`
      : `version ${before.text} is no longer kept, so that version ${pair.after.version} stands for its periods too`,
  effective_from: effectiveFrom,
  'effective_from.of_new_version': effectiveFrom,
  deprecated_on: ({ before, after }) => {
    if (before === undefined) return `it may be used until ${after?.text}, the last day`;
    if (after === undefined) return `it stays, and was to go after ${before.text}`;
    return `its last day is ${after.text} and was ${before.text}`;
  },
  'changes.why': (change) => note(change, 'why it came to be'),
  'changes.approved_by': (change) => note(change, 'who approved it'),
};

function otherwise(change: FieldDifference): string {
  return replaced(code(change.path), {
    ...change,
    before: change.before && { ...change.before, text: code(canonical(change.before.value)) },
    after: change.after && { ...change.after, text: code(canonical(change.after.value)) },
  });
}

function conditions(what: string, so: (rows: 'more' | 'fewer') => string): Words {
  return ({ path }, { before, after, forms }) => {
    const of = (metric: Metric): readonly Condition[] =>
      expressionsOf(metric)
        .filter((found) => found.path === path)
        .flatMap(({ text }) => forms.conditionsOf(text));
    const { effect, clauses } = conditionsChange(of(before), of(after));
    const verb = effect === undefined ? 'changes' : effect === 'more' ? 'loosens' : 'tightens';
    return `the ${what} ${verb}: ${clauses}${effect === undefined ? '' : `, ${so(effect)}`}`;
  };
}

/** Of an expression that, where there is none, holds for no row. */
function someRows(condition: string, { now, no, what }: Readonly<Record<'now' | 'no' | 'what', string>>): Words {
  return (change, pair) => {
    if (change.before === undefined) return `rows where ${change.after?.text} now ${now} ${what}`;
    if (change.after === undefined) return `rows where ${change.before.text} ${no} ${what}`;
    return conditions(condition, (rows) => `so that ${rows} rows ${now} ${what}`)(change, pair);
  };
}

function ofRowsOrMetrics(what: string, so: (rows: 'more' | 'fewer') => string): Words {
  return (change, pair) =>
    pair.before.type === 'ratio' && pair.after.type === 'ratio'
      ? conditions(what, so)(change, pair)
      : replaced(what, change);
}

function formula(change: FieldDifference, { before, after, labelOf }: MetricPair): string {
  const inputs = (metric: Metric) => (metric.type === 'derived' ? metric.inputs : []);
  const come = inputs(after).filter((name) => !inputs(before).includes(name));
  const gone = inputs(before).filter((name) => !inputs(after).includes(name));
  return [
    replaced('formula', change),
    ...(come.length > 0 ? [`it now looks at ${listed(come.map(labelOf))}`] : []),
    ...(gone.length > 0 ? [`it no longer looks at ${listed(gone.map(labelOf))}`] : []),
  ].join('; ');
}

function target(change: FieldDifference, { before, after }: MetricPair): string {
  const [was, is] = [numberOf(change.before), numberOf(change.after)];
  const better = after.direction === 'up' ? 'at least' : 'at most';
  if (is === undefined) return `it has no target of its own any more, which was ${change.before?.text}`;
  if (was === undefined) return `it has a target of its own: ${better} ${change.after?.text}`;
  const isHarder = after.direction === 'up' ? is > was : is < was;
  const told = `the target ${is > was ? 'rises' : 'falls'} from ${inUnit(was, before.unit)} to ${inUnit(is, after.unit)}`;
  const isTold = before.direction === after.direction && before.unit === after.unit;
  return isTold ? `${told}, which is ${isHarder ? 'harder' : 'easier'} to meet` : told;
}

function effectiveFrom({ before, after }: FieldDifference): string {
  if (after === undefined) return `it counts for periods of any day, and not only from ${before?.text} on`;
  const since = before === undefined ? '' : `, and no longer from ${before.text} on`;
  return `it counts for periods from ${after.text} on${since}`;
}

function note({ path, before, after }: FieldDifference, what: string): string {
  const version = path.split('.')[1];
  const verb = before === undefined ? 'says' : after === undefined ? 'no longer says' : 'says otherwise';
  return `the line of version ${version} ${verb} ${what}`;
}

function attributed(text: string | undefined): string {
  return text === 'every' ? 'every row' : `the ${text} row`;
}

function moved({ before, after }: FieldDifference): string {
  return `${after?.text} instead of ${before?.text}`;
}

function toldInstead({ before, after }: FieldDifference): string {
  return `${after?.text} is told instead of ${before?.text}`;
}

function numberOf(field: Field | undefined): number | undefined {
  return typeof field?.value === 'number' ? field.value : undefined;
}

function quoted(change: FieldDifference): FieldDifference {
  const quote = (field: Field | undefined) => field && { ...field, text: `"${field.text}"` };
  return { ...change, before: quote(change.before), after: quote(change.after) };
}
