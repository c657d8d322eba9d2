import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { EventRows, Metric, MetricRows, MetricSpec, RowSpec } from './metric.ts';
import { checkAlone } from './metric-checks.ts';
import { type ContractDefaults, toContract } from './metric-contract.ts';
import { type MetricYaml, metricSchemaFor } from './metric-schema.ts';
import { parseYaml, type SourceText } from './yaml-file.ts';

/**
 * Reads one metric; problems are added with their place. What needs other metrics is checked by `checkTogether`, what
 * needs the models by `checkMetrics`.
 */
export function readMetric(
  file: SourceText,
  problems: Diagnostic[],
  defaults: ContractDefaults | undefined = undefined,
): Metric | undefined {
  const located = parseYaml(file, metricSchemaFor(file.text), problems);
  if (located === undefined) return undefined;
  const { value: yaml, at } = located;
  checkAlone(yaml, file, at, problems);
  const spec = toSpec(yaml);
  if (spec === undefined) return undefined;
  return {
    ...spec,
    contract: toContract(yaml.contract, defaults, { at, metric: spec, problems }),
    file: { ...file, text: file.text.replace(/^# yaml-language-server:.*\n/, '') },
    at,
  };
}

/** Undefined where `checkAlone` has found that the parts do not go together. */
function toSpec(yaml: MetricYaml): MetricSpec | undefined {
  const common = toCommon(yaml);
  switch (yaml.type) {
    case 'cumulative': {
      const window: Extract<MetricSpec, { type: 'cumulative' }>['window'] =
        yaml.rolling !== undefined
          ? { kind: 'rolling', periods: yaml.rolling }
          : yaml.to_date !== undefined
            ? { kind: 'to_date', since: yaml.to_date }
            : { kind: 'ever' };
      return { ...common, type: yaml.type, metric: yaml.metric, window };
    }
    case 'derived':
      // Which metrics it names is known when all names are.
      return { ...common, type: yaml.type, expression: yaml.expression, inputs: [] };
    case 'ratio': {
      const { numerator, denominator, model, time } = yaml;
      if (typeof numerator !== 'string' && typeof denominator !== 'string') {
        const names = { numerator: numerator.metric, denominator: denominator.metric };
        return { ...common, type: 'ratio_of_metrics', ...names };
      }
      if (typeof numerator !== 'string' || typeof denominator !== 'string') return undefined;
      if (model === undefined || time === undefined) return undefined;
      return { ...common, ...toRows({ ...yaml, model, time }), type: yaml.type, numerator, denominator };
    }
    default:
      return { ...common, ...toRowSpec(yaml) };
  }
}

type RowYaml = Exclude<MetricYaml, { type: 'cumulative' | 'derived' | 'ratio' }>;
type Common = ReturnType<typeof toCommon>;
type Own<T> = T extends RowSpec ? Omit<T, keyof Common> : never;

function toRowSpec(yaml: RowYaml): Own<RowSpec> {
  switch (yaml.type) {
    case 'count':
      return { ...toRows(yaml), type: yaml.type };
    case 'count_distinct':
      return { ...toRows(yaml), type: yaml.type, key: toList(yaml.key) };
    case 'sum':
      return { ...toRows(yaml), type: yaml.type, value: yaml.value };
    case 'average':
      return { ...toRows(yaml), type: yaml.type, value: yaml.value };
    case 'percentile':
      return { ...toRows(yaml), type: yaml.type, value: yaml.value, percentile: yaml.percentile };
    case 'duration':
      return toDuration(yaml);
    case 'conversion':
      return {
        ...toRows({ ...yaml, time: yaml.from }),
        type: yaml.type,
        to: toEvents(yaml.to),
        ...(yaml.to_filter === undefined ? {} : { toFilter: yaml.to_filter }),
        by: toList(yaml.by ?? []),
        attribution: yaml.attribution,
        counts: yaml.counts,
        ...(yaml.window_days === undefined ? {} : { windowDays: yaml.window_days }),
        windowIn: yaml.window_in,
      };
  }
}

function toDuration(yaml: Extract<MetricYaml, { type: 'duration' }>): Own<Extract<RowSpec, { type: 'duration' }>> {
  const { statistic, calendar } = yaml;
  const percentile = typeof statistic === 'object' ? statistic.percentile : statistic === 'p90' ? 0.9 : 0.5;
  const isAverage = statistic === 'average';
  return {
    ...toRows({ ...yaml, time: yaml.time ?? yaml.start }),
    type: yaml.type,
    start: yaml.start,
    stop: toEvents(yaml.stop),
    by: toList(yaml.by ?? []),
    ...(calendar === undefined
      ? {}
      : typeof calendar === 'string'
        ? { calendar: { kind: 'name' as const, name: calendar } }
        : { calendar: { kind: 'column' as const, column: calendar.column } }),
    statistic: isAverage ? { kind: 'average' } : { kind: 'percentile', percentile },
    unfinished: yaml.unfinished ?? (isAverage ? 'left_out' : 'rank_longest'),
  };
}

function toCommon(yaml: MetricYaml) {
  return {
    name: yaml.name,
    version: yaml.version,
    ...(yaml.effective_from === undefined ? {} : { effectiveFrom: yaml.effective_from }),
    ...(yaml.deprecated_on === undefined ? {} : { deprecatedOn: yaml.deprecated_on }),
    label: yaml.label,
    description: yaml.description,
    owner: yaml.owner,
    dimensions: yaml.dimensions,
    grains: yaml.grains,
    unit: yaml.unit,
    direction: yaml.direction,
    minimumSample: yaml.minimum_sample,
    headline: yaml.headline,
    ...(yaml.target === undefined ? {} : { target: yaml.target }),
    changes: yaml.changes.map(({ version, why, approved_by }) => ({ version, why, approvedBy: approved_by ?? [] })),
  };
}

function toRows(yaml: {
  readonly model: string;
  readonly time: string;
  readonly filter?: string | undefined;
  readonly pending?: string | undefined;
  readonly beside?: string | undefined;
}): MetricRows {
  const { model, time, filter, pending, beside } = yaml;
  return {
    model,
    time,
    ...(filter === undefined ? {} : { filter }),
    ...(pending === undefined ? {} : { pending }),
    ...(beside === undefined ? {} : { beside }),
  };
}

function toEvents(
  to: string | { readonly model: string; readonly time: string; readonly filter?: string | undefined },
): string | EventRows {
  if (typeof to === 'string') return to;
  return { model: to.model, time: to.time, ...(to.filter === undefined ? {} : { filter: to.filter }) };
}

function toList(names: string | readonly string[]): readonly string[] {
  return typeof names === 'string' ? [names] : names;
}
