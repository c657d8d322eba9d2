import { spansOf } from '../../metrics/in-force.ts';
import type { Metric } from '../../project/metric.ts';
import { isOfRows, modelsOf } from '../../project/metric.ts';
import type { Project } from '../../project/project.ts';
import type { DefinitionChange, FieldChange } from '../types.ts';
import { type About, byName, code, definitionChange, fieldOf } from './definition-change.ts';
import { differencesOf, type Field, type FieldDifference, toFieldChange } from './fields.ts';
import { type FieldContext, metricFields } from './metrics-fields.ts';
import { type MetricMatch, type MetricMatches, matchMetrics } from './metrics-pairs.ts';
import { metricWords } from './metrics-words.ts';
import { metricRules } from './rules-metrics.ts';
import type { SqlForms } from './sql-forms.ts';

/**
 * What metrics say otherwise, in order of name; each version that both sides have with itself, and where the highest was
 * raised that with the highest before. `forms` holds the SQL texts of both. Pure.
 */
export function compareMetrics(before: Project, after: Project, forms: SqlForms): DefinitionChange[] {
  const labelOf = labelsOf(before, after);
  const { pairs, removed, added } = matchedMetrics(before, after, forms);
  const changes = [
    ...pairs.flatMap((match) => changeOf(match, { after, forms, labelOf })),
    ...removed.flatMap((metric) => whole(metric, 'removed', 'is gone')),
    ...added.flatMap((metric) => whole(metric, 'added', 'is new')),
  ];
  return changes.sort(byName);
}

/** Which metrics of both are the same; one of another name is, when it counts the same or is called the same for people. */
export function matchedMetrics(
  before: Pick<Project, 'metrics'>,
  after: Pick<Project, 'metrics'>,
  forms: SqlForms,
): MetricMatches {
  const context = { forms, labelOf: (name: string) => name };
  const known = new Map<Metric, readonly Field[]>();
  const fieldsOf = (metric: Metric): readonly Field[] => {
    const fields = known.get(metric) ?? metricFields(metric, context);
    known.set(metric, fields);
    return fields;
  };
  return matchMetrics(before, after, (was, is) => {
    const isCalledSo = was.label.en === is.label.en;
    if (was.type !== is.type || !(isCalledSo || haveSameRows(was, is))) return undefined;
    const fields = differencesOf('metric', fieldsOf(was), fieldsOf(is)).map((difference) =>
      toFieldChange(difference, '', metricRules),
    );
    const breaking = fields.filter((field) => field.class === 'breaking').length;
    // What counts other rows is something else, unless people know it by the same label.
    return breaking === 0 || isCalledSo ? breaking * fieldsAtMost + fields.length : undefined;
  });
}

function haveSameRows(was: Metric, is: Metric): boolean {
  return modelsOf(was).join() === modelsOf(is).join();
}

/** What a metric is called for people; its name in quotes where neither side has it. */
export function labelsOf(before: Pick<Project, 'metrics'>, after: Pick<Project, 'metrics'>): (name: string) => string {
  const labels = new Map([...before.metrics, ...after.metrics].map(({ name, label }) => [name, label.en]));
  return (name) => labels.get(name) ?? `"${name}"`;
}

/** So that what says otherwise what it counts is further off than what merely reads otherwise. */
const fieldsAtMost = 1000;

interface Compared extends FieldContext {
  readonly after: Project;
}

function changeOf(match: MetricMatch, { after, forms, labelOf }: Compared): DefinitionChange[] {
  const { before: was, after: is } = match;
  const isRenamed = was.name !== is.name;
  const pair = { before: was, after: is, forms, labelOf };
  const fields = [
    ...(isRenamed ? [renaming(was, is)] : []),
    ...[...versionDifferences(match), ...ownDifferences(was, is, { forms, labelOf })].map((difference) =>
      toFieldChange(difference, metricWords(difference, pair), metricRules),
    ),
  ];
  const versions = after.metrics.filter(({ name }) => name === is.name);
  const span = spansOf(versions).get(is.version) ?? 'never';
  const about = {
    ...aboutOf(is, fields[0]?.path.split('.')[0]),
    ...(match.isNewest ? {} : { title: `${is.label.en}, version ${is.version}` }),
    previousName: isRenamed ? was.name : null,
    versionBefore: was.version,
    versionAfter: is.version,
    effectiveFrom: span === 'never' ? null : (span.from ?? null),
  };
  return definitionChange(about, isRenamed ? 'renamed' : 'changed', fields);
}

function aboutOf(metric: Metric, key = 'name'): About {
  const { name, label, file } = metric;
  return { kind: 'metric', name, title: label.en, file: file.path, line: metric.at([key]).line };
}

/** Of its text: what lies in the same text says the same. */
function ownDifferences(was: Metric, is: Metric, context: FieldContext): readonly FieldDifference[] {
  if (was.file.text === is.file.text) return [];
  const found = differencesOf('metric', metricFields(was, context), metricFields(is, context));
  const isRaised = is.version > was.version;
  return found
    .filter((difference) => was.type === is.type || !isOfTypeAlone(difference, isOfRows(was) === isOfRows(is)))
    .map((difference) =>
      isRaised && difference.field === 'effective_from' && difference.after !== undefined
        ? { ...difference, field: 'effective_from.of_new_version' }
        : difference,
    );
}

const ofRows = /^(model|time|filter|pending|beside)$/;
const ofOneType = new RegExp(
  `^(${[
    ...['key', 'value', 'numerator', 'denominator', 'percentile', 'start', 'stop', 'to', 'to_filter', 'by', 'calendar'],
    ...[
      'statistic',
      'unfinished',
      'attribution',
      'counts',
      'window_days',
      'window_in',
      'metric',
      'window',
      'expression',
    ],
  ].join('|')})(\\.|$)`,
);

/** Of two types: a field that only one side has because it is of its type. */
function isOfTypeAlone({ field, before, after }: FieldDifference, areBothOfRows: boolean): boolean {
  if (before !== undefined && after !== undefined) return false;
  return ofOneType.test(field) || (!areBothOfRows && ofRows.test(field));
}

function versionDifferences({ before, after, dropped, inserted }: MetricMatch): FieldDifference[] {
  const other = (field: string, path: string, was: Metric | undefined, is: Metric | undefined): FieldDifference => {
    const of = (metric: Metric | undefined) => metric && fieldOf(path, field, metric.version);
    return { kind: 'metric', field, path, before: of(was), after: of(is) };
  };
  return [
    ...(before.version === after.version ? [] : [other('version', 'version', before, after)]),
    ...dropped.map((metric) => other('versions', `versions.${metric.version}`, metric, undefined)),
    ...inserted.map((metric) => other('versions', `versions.${metric.version}`, undefined, metric)),
  ];
}

function renaming(was: Metric, is: Metric): FieldChange {
  const of = ({ name }: Metric) => fieldOf('name', 'name', name);
  const difference = { kind: 'metric' as const, field: 'name', path: 'name', before: of(was), after: of(is) };
  return toFieldChange(difference, `it is called ${code(is.name)} and was ${code(was.name)}`, metricRules);
}

function whole(metric: Metric, change: 'added' | 'removed', words: string): DefinitionChange[] {
  const isAdded = change === 'added';
  const field = fieldOf('', '', metric.name, metric.label.en);
  const difference = {
    kind: 'metric' as const,
    field: '',
    path: '',
    before: isAdded ? undefined : field,
    after: isAdded ? field : undefined,
  };
  const versions = isAdded ? { versionAfter: metric.version } : { versionBefore: metric.version };
  return definitionChange({ ...aboutOf(metric), ...versions }, change, [toFieldChange(difference, words, metricRules)]);
}
