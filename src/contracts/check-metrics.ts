import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { isOfRows, type Metric } from '../project/metric.ts';
import type { MetricRule } from '../project/metric-contract.ts';
import type { ModelFile } from '../project/model-file.ts';
import { checkReference } from './check-relationships.ts';
import { type Asked, askedOf } from './metric-rule.ts';
import type { ModelColumns } from './rule.ts';

interface Known {
  readonly models: readonly ModelFile[];
  readonly metrics: readonly Metric[];
  readonly columns: ReadonlyMap<string, ModelColumns>;
}

/**
 * What can be said of the metrics' contracts once the columns of models are known, before a model runs: keys that no
 * model declares, models, columns and metrics that are not there. Of selects `checkSelects` speaks. Pure.
 * @param columns of every model that could be inspected; of others nothing is said.
 */
export function checkMetricContracts(
  { models, metrics }: { readonly models: readonly ModelFile[]; readonly metrics: readonly Metric[] },
  columns: ReadonlyMap<string, ModelColumns>,
): Diagnostic[] {
  const known = { models, metrics, columns };
  return [
    ...askedOf(metrics, 'unique').flatMap((asked) => checkGrain(asked, known)),
    ...askedOf(metrics, 'references').flatMap((asked) => checkReferences(asked, known)),
    ...askedOf(metrics, 'agrees_with').flatMap((asked) => checkOther(asked, known)),
  ];
}

/** What handover.yml asks of all metrics is asked where it can be. */
function isOwn({ metric, rule }: { readonly metric: Metric; readonly rule: MetricRule }): boolean {
  return rule.place.file === metric.file.path;
}

function checkGrain(asked: Asked<'unique'>, { models }: Known): Diagnostic[] {
  const { metric, rule } = asked;
  if (!isOfRows(metric) || !isOwn(asked)) return [];
  const model = models.find(({ name }) => name === metric.model);
  if (model === undefined || model.grain.length > 0) return [];
  return [
    {
      code: 'missing-key',
      severity: 'error',
      message: `"${metric.model}" does not say what one row of it is`,
      ...rule.place,
      expected: `"grain:" in ${metric.model}.yml, the columns that tell its rows apart`,
    },
  ];
}

function checkReferences({ metric, rule }: Asked<'references'>, known: Known): Diagnostic[] {
  if (!isOfRows(metric) || !known.columns.has(metric.model)) return [];
  return checkReference({ name: metric.model, at: rule.at }, rule, { path: [], known });
}

function checkOther(asked: Asked<'agrees_with'>, { metrics }: Known): Diagnostic[] {
  const { metric, rule } = asked;
  const place = rule.at(['metric']);
  if (rule.metric === metric.name) {
    if (!isOwn(asked)) return [];
    return [
      {
        code: 'invalid-value',
        severity: 'error',
        message: `"${metric.name}" agrees with itself`,
        ...place,
        expected: 'another metric',
      },
    ];
  }
  const names = [...new Set(metrics.map(({ name }) => name))];
  if (names.includes(rule.metric)) return [];
  const fix = didYouMean(rule.metric, names);
  return [
    {
      code: 'unknown-metric',
      severity: 'error',
      message: `unknown metric "${rule.metric}"`,
      ...place,
      ...(fix === undefined ? { expected: `one of ${names.join(', ')}` } : { fix }),
    },
  ];
}
