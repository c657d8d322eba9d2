import type { CumulativeWindow, EventRows, MetricSpec } from '../../project/metric.ts';
import { isOfRows } from '../../project/metric.ts';
import { code, fieldOf, listed } from './definition-change.ts';
import type { Field } from './fields.ts';
import { expressionsOf } from './metrics-expressions.ts';
import { counted, digits, inUnit, kindInWords, percentileInWords } from './metrics-phrases.ts';
import type { SqlForms } from './sql-forms.ts';

export interface FieldContext {
  readonly forms: SqlForms;
  /** What a metric is called for people. */
  readonly labelOf: (name: string) => string;
}

/** Every key that a metric of any type has. */
type MetricKey = MetricSpec extends infer T ? (T extends MetricSpec ? keyof T : never) : never;
type Reader = (metric: MetricSpec, context: FieldContext) => readonly (Field | undefined)[];

/** What ties a definition to its file; its contract is compared apart. */
const sourceKeys = ['contract', 'file', 'at'];

/**
 * What a metric's definition says, in the order of its YAML. A key that is not known here is a field too, of which no
 * rule knows what it does.
 */
export function metricFields(metric: MetricSpec, context: FieldContext): Field[] {
  const known = Object.values(readers).flatMap((read) => read(metric, context));
  const others = Object.entries(metric)
    .filter(([key]) => !(key in readers) && !sourceKeys.includes(key))
    .map(([key, value]) => one(inYaml(key), value));
  return [...known, ...others].flatMap((field) => field ?? []);
}

const readers: Readonly<Record<MetricKey, Reader>> = {
  // Metrics are compared by name and version.
  name: () => [],
  version: () => [],
  type: ({ type }) => [one('type', type, kindInWords(type))],
  label: ({ label }) => [one('label.en', label.en), one('label.da', label.da)],
  description: ({ description }) => [one('description.en', description.en), one('description.da', description.da)],
  owner: ({ owner }) => [one('owner', owner)],
  model: (metric) => (isOfRows(metric) ? [one('model', metric.model, code(metric.model))] : []),
  time: (metric) => (isOfRows(metric) ? [one('time', nameKey(metric.time), code(metric.time))] : []),
  filter: expression('filter'),
  pending: expression('pending'),
  beside: expression('beside'),
  key: (metric) => (metric.type === 'count_distinct' ? [columns('key', metric.key)] : []),
  value: expression('value'),
  numerator: (metric, context) => [
    ...expression('numerator')(metric, context),
    metric.type === 'ratio_of_metrics' ? input('numerator', metric.numerator, context) : undefined,
  ],
  denominator: (metric, context) => [
    ...expression('denominator')(metric, context),
    metric.type === 'ratio_of_metrics' ? input('denominator', metric.denominator, context) : undefined,
  ],
  percentile: (metric) =>
    metric.type === 'percentile' ? [one('percentile', metric.percentile, percentileInWords(metric.percentile))] : [],
  start: (metric) => (metric.type === 'duration' ? [one('start', nameKey(metric.start), code(metric.start))] : []),
  stop: (metric, context) => (metric.type === 'duration' ? events('stop', metric.stop, metric, context) : []),
  to: (metric, context) => (metric.type === 'conversion' ? events('to', metric.to, metric, context) : []),
  toFilter: expression('to_filter'),
  by: (metric) => ('by' in metric && metric.by.length > 0 ? [columns('by', metric.by)] : []),
  calendar: (metric) => {
    if (metric.type !== 'duration' || metric.calendar === undefined) return [];
    const { calendar } = metric;
    const isNamed = calendar.kind === 'name';
    const text = isNamed ? `"${calendar.name}"` : `the one that ${code(calendar.column)} names`;
    return [one('calendar', isNamed ? { name: calendar.name } : { column: nameKey(calendar.column) }, text)];
  },
  statistic: (metric) => {
    if (metric.type !== 'duration') return [];
    const { statistic } = metric;
    const text = statistic.kind === 'average' ? 'the average' : percentileInWords(statistic.percentile);
    return [one('statistic', statistic, text)];
  },
  unfinished: (metric) =>
    metric.type === 'duration'
      ? [one('unfinished', metric.unfinished, metric.unfinished === 'left_out' ? 'left out' : 'ranked longest')]
      : [],
  attribution: (metric) => (metric.type === 'conversion' ? [one('attribution', metric.attribution)] : []),
  counts: (metric) => (metric.type === 'conversion' ? [one('counts', metric.counts)] : []),
  windowDays: (metric) =>
    metric.type === 'conversion' && metric.windowDays !== undefined
      ? [one('window_days', metric.windowDays, counted(metric.windowDays, 'day'))]
      : [],
  windowIn: (metric) =>
    metric.type === 'conversion'
      ? [one('window_in', metric.windowIn, metric.windowIn === 'hours' ? 'days of 24 hours' : 'local dates')]
      : [],
  metric: (metric, context) => (metric.type === 'cumulative' ? [input('metric', metric.metric, context)] : []),
  window: (metric) =>
    metric.type === 'cumulative' ? [one('window', metric.window, windowInWords(metric.window))] : [],
  expression: expression('expression'),
  // They follow from the expression.
  inputs: () => [],
  dimensions: ({ dimensions }) => dimensions.map((name) => part('dimensions', name)),
  grains: ({ grains }) => grains.map((grain) => part('grains', grain)),
  unit: ({ unit }) => [one('unit', unit)],
  direction: ({ direction }) => [one('direction', direction, direction === 'up' ? 'higher' : 'lower')],
  target: ({ target, unit }) => (target === undefined ? [] : [one('target', target, inUnit(target, unit))]),
  minimumSample: ({ minimumSample }) => [one('minimum_sample', minimumSample, digits(minimumSample))],
  headline: ({ headline }) => [one('headline', headline, headline ? 'yes' : 'no')],
  effectiveFrom: ({ effectiveFrom }) => (effectiveFrom === undefined ? [] : [one('effective_from', effectiveFrom)]),
  deprecatedOn: ({ deprecatedOn }) => (deprecatedOn === undefined ? [] : [one('deprecated_on', deprecatedOn)]),
  changes: ({ changes }) =>
    changes.flatMap(({ version, why, approvedBy }) => [
      fieldOf(`changes.${version}.why`, 'changes.why', why),
      approvedBy.length === 0
        ? undefined
        : fieldOf(
            `changes.${version}.approved_by`,
            'changes.approved_by',
            [...approvedBy].sort(),
            listed([...approvedBy].sort()),
          ),
    ]),
};

/** Where there is none, it holds for no row; elsewhere for all. */
const ofSomeRows = ['pending', 'beside'];

/** The expression at a path of the YAML, where the metric has one that says something. */
function expression(path: string): Reader {
  return (metric, { forms }) =>
    expressionsOf(metric)
      .filter((found) => found.path === path)
      .map(({ isCondition, text }) => {
        if (!isCondition) return one(path, forms.formOf(text), code(text));
        const conditions = forms.conditionsOf(text).map(({ form }) => form);
        const isAll = conditions.length === 0;
        return isAll && !ofSomeRows.includes(path) ? undefined : one(path, conditions.sort(), code(text));
      });
}

function events(path: 'to' | 'stop', rows: string | EventRows, metric: MetricSpec, context: FieldContext) {
  if (typeof rows === 'string') return [one(path, nameKey(rows), code(rows))];
  return [
    one(`${path}.model`, rows.model, code(rows.model)),
    one(`${path}.time`, nameKey(rows.time), code(rows.time)),
    ...expression(`${path}.filter`)(metric, context),
  ];
}

function input(path: string, name: string, { labelOf }: FieldContext): Field {
  return one(path, name, labelOf(name));
}

function columns(path: string, names: readonly string[]): Field {
  const keys = names.map(nameKey).sort();
  return one(path, keys, listed(names.map(code)));
}

function part(field: string, name: string): Field {
  return fieldOf(`${field}.${name}`, field, nameKey(name), name);
}

function one(path: string, value: unknown, text = String(value)): Field {
  return fieldOf(path, path, value, text);
}

/** SQL does not tell upper case from lower case. */
function nameKey(name: string): string {
  return name.toLowerCase();
}

function inYaml(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function windowInWords(window: CumulativeWindow): string {
  if (window.kind === 'ever') return 'all that was since ever';
  if (window.kind === 'to_date') return window.since === 'quarter' ? 'the quarter to date' : 'the fiscal year to date';
  return counted(window.periods, 'period');
}
