import type { Progress } from '../diagnostics/progress.ts';
import { inputsOf, type Metric, type MetricSpec, modelsOf, versionedName } from '../project/metric.ts';
import { currentMetrics, inOrder } from '../project/metric-inputs.ts';
import type { Project } from '../project/project.ts';
import { hashOf } from '../state/hash.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { compileParts } from './compile.ts';
import { writeReconciliations } from './reconcile.ts';
import { wordsOf } from './words.ts';
import { type StaleMetric, writeValues } from './write-values.ts';

/** One row per metric, version, grain, period, dimension and value of it; `all`/`all` is the total. */
const valuesTable = `
    metric varchar,
    version integer,
    grain varchar,
    period_start date,
    period_end date,
    dimension varchar,
    dimension_value varchar,
    numerator double,
    denominator double,
    value double,
    lower_95 double,
    upper_95 double,
    target double,
    status varchar,
    is_complete boolean,
    is_final boolean,
    is_mature boolean,
    sample_size bigint,
    pending bigint,
    beside bigint,
    estimate double,
    over_value double,
    estimate_lower_95 double,
    estimate_upper_95 double,
    estimate_days double,
    maturity varchar,
    is_in_force boolean,
    target_source varchar,
    previous_value double,
    change varchar`;

/** Column → type of main.metric_values. */
export const metricValueColumns: ReadonlyMap<string, string> = new Map(
  valuesTable.split(',').map((line): [string, string] => {
    const [name = '', type = ''] = line.trim().split(' ');
    return [name, type];
  }),
);

const definitionColumns = {
  metric: 'varchar',
  version: 'integer',
  type: 'varchar',
  model: 'varchar',
  owner: 'varchar',
  unit: 'varchar',
  direction: 'varchar',
  label_en: 'varchar',
  label_da: 'varchar',
  description_en: 'varchar',
  description_da: 'varchar',
  is_headline: 'boolean',
  minimum_sample: 'integer',
  window_days: 'double',
  sql: 'varchar',
  definition: 'varchar',
  dimensions: 'varchar[]',
  grains: 'varchar[]',
  file: 'varchar',
  effective_from: 'date',
  deprecated_on: 'date',
  /** The highest version of its name. */
  is_current: 'boolean',
  /** The definition as JSON: what a query is compiled from. */
  spec: 'varchar',
  target: 'double',
  /** A JSON list of {version, why, approvedBy}. */
  changes: 'varchar',
  models: 'varchar[]',
  inputs: 'varchar[]',
  words_en: 'varchar',
  words_da: 'varchar',
};

export interface Evaluation {
  /** Rows of metric_values. */
  readonly values: number;
  /** Names of the metrics whose values were computed, in any version; those of the others stand from an earlier run. */
  readonly evaluated: readonly string[];
}

/**
 * Brings main.metric_values up to date and (re)creates main.metric_definitions. A version of a metric whose definition and
 * inputs are what they were keeps its values; `contentOf` tells as a hash what a metric's models and the agreement hold.
 * The models, run.clock and the sla.* tables must be there; `checkMetrics` must have found nothing.
 * @throws DiagnosticsError when an expression fails on the data, for example a cast.
 */
export async function evaluateMetrics(
  warehouse: Warehouse,
  project: Pick<Project, 'metrics'>,
  options: {
    readonly progress: Progress;
    readonly contentOf?: (metric: Metric) => string;
    readonly isFullRefresh?: boolean;
  },
): Promise<Evaluation> {
  const { metrics } = project;
  const known = await knownValues(warehouse, metrics);
  const stale: StaleMetric[] = [];
  const fingerprints = new Map<string, string>();
  const compiled = new Map<Metric, string>();
  for (const metric of inOrder(metrics)) {
    const key = versionedName(metric);
    const parts = compileParts(metric, { specs: metrics });
    compiled.set(metric, parts.sql);
    const made = metrics.filter(({ name }) => inputsOf(metric).includes(name)).map(versionedName);
    const from = made.map((input) => fingerprints.get(input) ?? '');
    const fingerprint = hashOf([parts.sql, options.contentOf?.(metric) ?? '', from]);
    fingerprints.set(key, fingerprint);
    const isSame = options.contentOf !== undefined && known.get(key) === fingerprint;
    if (isSame && !options.isFullRefresh) continue;
    stale.push({ metric, key, fingerprint, ...parts });
  }
  if (stale.length > 0) {
    const layout = hashOf([valuesTable]);
    await options.progress.task('metrics', (report) => writeValues(warehouse, stale, { layout, report }));
  }
  await writeDefinitions(warehouse, metrics, compiled);
  await writeReconciliations(warehouse);
  const [count] = await warehouse.rows<{ values: number }>('select count(*) as values from main.metric_values');
  return { values: count?.values ?? 0, evaluated: [...new Set(stale.map(({ metric }) => metric.name))].sort() };
}

/** What the values of each version in main.metric_values were computed from; values of versions that are gone go. */
async function knownValues(warehouse: Warehouse, metrics: readonly Metric[]): Promise<ReadonlyMap<string, string>> {
  const layout = hashOf([valuesTable]);
  await warehouse.run(`
    create schema if not exists state;
    create table if not exists state.metrics (metric varchar, fingerprint varchar, layout varchar)`);
  const rows = await warehouse.rows<{ metric: string; fingerprint: string; layout: string }>('from state.metrics');
  const isReadable = await warehouse.hasTable('main', 'metric_values');
  if (!isReadable || rows.some((row) => row.layout !== layout)) {
    // In this order: a build that is killed in between must not take values for known that are gone.
    await warehouse.run(`delete from state.metrics; create or replace table main.metric_values (${valuesTable})`);
    return new Map();
  }
  const names = new Set(metrics.map(versionedName));
  for (const { metric } of rows.filter((row) => !names.has(row.metric))) {
    await warehouse.run('delete from state.metrics where metric = $1', [metric]);
    await warehouse.run(`delete from main.metric_values where ${isOf('$1')}`, [metric]);
  }
  return new Map(rows.map(({ metric, fingerprint }) => [metric, fingerprint]));
}

/** SQL: a row of metric_values is one of the version named `mql_volume.v1`. */
function isOf(name: string): string {
  return `metric || '.v' || version = ${name}`;
}

async function writeDefinitions(
  warehouse: Warehouse,
  metrics: readonly Metric[],
  compiled: ReadonlyMap<Metric, string>,
): Promise<void> {
  const current = currentMetrics(metrics);
  const lookup = (name: string): MetricSpec | undefined => current.get(name);
  const rows = metrics.map((metric) => ({
    metric: metric.name,
    version: metric.version,
    type: metric.type,
    model: modelsOf(metric)[0] ?? null,
    owner: metric.owner,
    unit: metric.unit,
    direction: metric.direction,
    label_en: metric.label.en,
    label_da: metric.label.da,
    description_en: metric.description.en,
    description_da: metric.description.da,
    is_headline: metric.headline,
    minimum_sample: metric.minimumSample,
    window_days: metric.type === 'conversion' ? (metric.windowDays ?? null) : null,
    sql: compiled.get(metric) ?? null,
    definition: metric.file.text,
    dimensions: toList(metric.dimensions),
    grains: toList(metric.grains),
    file: metric.file.path,
    effective_from: metric.effectiveFrom ?? null,
    deprecated_on: metric.deprecatedOn ?? null,
    is_current: current.get(metric.name) === metric,
    spec: JSON.stringify(specOf(metric)),
    target: metric.target ?? null,
    changes: JSON.stringify(metric.changes),
    models: toList(modelsOf(metric)),
    inputs: toList(inputsOf(metric)),
    words_en: wordsOf(metric, 'en', lookup),
    words_da: wordsOf(metric, 'da', lookup),
  }));
  await warehouse.insert('main.metric_definitions', definitionColumns, rows);
}

/** The definition alone, without what ties it to its file. */
function specOf({ contract: _contract, file: _file, at: _at, ...spec }: Metric): MetricSpec {
  return spec;
}

/** DuckDB reads a list from its text. */
function toList(names: readonly string[]): string {
  return `[${names.map((name) => `"${name.replaceAll(/["\\]/g, '\\$&')}"`).join(', ')}]`;
}
