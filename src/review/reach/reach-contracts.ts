import type { Metric } from '../../project/metric.ts';
import type { MetricRule } from '../../project/metric-contract.ts';
import type { ModelFile } from '../../project/model-file.ts';
import type { ReachedContract } from '../types.ts';
import { type Extent, type Extents, tableKey } from './reach-models.ts';
import { mayName } from './reach-words.ts';

interface Reached {
  readonly extents: Extents;
  readonly metrics: ReadonlySet<string>;
  /** Metrics and models whose contract changed itself. */
  readonly contracts: ReadonlySet<string>;
}

/**
 * The contracts with a rule about something that is reached: models' first, each kind by name. All rules count of a metric
 * that is reached, and of a contract that changed; of a model those about a column that is. Pure.
 * @param models, metrics current ones, each name once.
 */
export function reachedContracts(
  { models, metrics }: { readonly models: readonly ModelFile[]; readonly metrics: readonly Metric[] },
  reached: Reached,
): ReachedContract[] {
  const ofModels = models.map((model) => ({
    of: model.name,
    kind: 'model' as const,
    rules: modelRules(model, reached),
  }));
  const ofMetrics = metrics.map((metric) => ({
    of: metric.name,
    kind: 'metric' as const,
    rules: metricRules(metric, reached),
  }));
  return [...ofModels.sort(byName), ...ofMetrics.sort(byName)].filter(
    ({ of, rules }) => rules > 0 || reached.contracts.has(of),
  );
}

function byName(left: { readonly of: string }, right: { readonly of: string }): number {
  return left.of < right.of ? -1 : 1;
}

function metricRules({ name, contract }: Metric, reached: Reached): number {
  if (reached.metrics.has(name) || reached.contracts.has(name)) return contract.length;
  return contract.filter((rule) => isReached(rule, reached)).length;
}

/** Whether a rule of a metric that is not reached looks at something that is. */
function isReached(rule: MetricRule, { extents, metrics }: Reached): boolean {
  switch (rule.kind) {
    case 'references':
      return isAbout(extents.get(tableKey(rule.to)), rule.toColumns);
    case 'agrees_with':
      return metrics.has(rule.metric);
    case 'sql':
    case 'reconciles_with':
      return mayName(rule.select, [
        ...[...extents].filter(([, extent]) => holdsAny(extent)).map(([table]) => bareName(table)),
        ...(metrics.size > 0 ? ['metric_values'] : []),
      ]);
    default:
      return false;
  }
}

function modelRules(model: ModelFile, { extents, contracts }: Reached): number {
  const extent = contracts.has(model.name) || contracts.has(model.base) ? null : extents.get(model.name);
  const { isEnforced, relationships, expressions } = model.contract;
  const about = (names: readonly string[]) => isAbout(extent, names);
  const own = [
    ...(model.grain.length > 0 && about(model.grain) ? ['unique'] : []),
    ...model.grain.filter(
      (name) => about([name]) && !model.columns.some((column) => column.name === name && column.notNull),
    ),
    ...model.columns
      .filter(({ name }) => about([name]))
      .flatMap((column) => [
        ...(column.notNull ? ['not null'] : []),
        ...(column.unique ? ['unique'] : []),
        ...((column.acceptedValues?.length ?? 0) > 0 ? ['accepted values'] : []),
      ]),
    ...(isEnforced && holdsAny(extent) ? ['columns'] : []),
    ...expressions.filter(({ that }) => extent === null || mayName(that, extent ?? [])),
    ...relationships.filter(
      ({ columns, to, toColumns }) => about(columns) || isAbout(extents.get(tableKey(to)), toColumns),
    ),
  ];
  return own.length;
}

/** Whether any of the columns may hold something else. */
function isAbout(extent: Extent | undefined, columns: readonly string[]): boolean {
  if (extent === undefined) return false;
  return extent === null || columns.some((column) => extent.has(column.toLowerCase()));
}

function holdsAny(extent: Extent | undefined): boolean {
  return extent !== undefined && (extent === null || extent.size > 0);
}

function bareName(table: string): string {
  return table.slice(table.lastIndexOf('.') + 1);
}
