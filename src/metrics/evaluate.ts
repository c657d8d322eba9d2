import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import type { Progress } from '../diagnostics/progress.ts';
import type { Metric } from '../project/metric-file.ts';
import type { Project } from '../project/project.ts';
import { hashOf } from '../state/hash.ts';
import { SqlError, type Warehouse } from '../warehouse/warehouse.ts';
import { compileMetric } from './compile.ts';

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
    over_value double`;

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
};

export interface Evaluation {
  /** Rows of metric_values. */
  readonly values: number;
  /** Names of the metrics whose values were computed; those of the others stand from an earlier run. */
  readonly evaluated: readonly string[];
}

/**
 * Brings main.metric_values up to date and (re)creates main.metric_definitions. A metric whose definition and inputs
 * are what they were keeps its values; `inputsOf` tells as a hash what a metric's model and the agreement hold.
 * The models, run.clock and the sla.* tables must be there; `checkMetrics` must have found nothing.
 * @throws DiagnosticsError when an expression fails on the data, for example a cast.
 */
export async function evaluateMetrics(
  warehouse: Warehouse,
  project: Pick<Project, 'metrics'>,
  options: {
    readonly progress: Progress;
    readonly inputsOf?: (metric: Metric) => string;
    readonly isFullRefresh?: boolean;
  },
): Promise<Evaluation> {
  const known = await knownValues(warehouse, project.metrics);
  const evaluated: string[] = [];
  await options.progress.task('metrics', async (report) => {
    for (const metric of project.metrics) {
      const fingerprint = hashOf([compileMetric(metric), options.inputsOf?.(metric) ?? '']);
      const isSame = options.inputsOf !== undefined && known.get(metric.name) === fingerprint;
      if (isSame && !options.isFullRefresh) continue;
      report(metric.name);
      await evaluate(warehouse, metric, fingerprint);
      evaluated.push(metric.name);
    }
  });
  await writeDefinitions(warehouse, project.metrics);
  const [count] = await warehouse.rows<{ values: number }>('select count(*) as values from main.metric_values');
  return { values: count?.values ?? 0, evaluated };
}

/** What the values of each metric in main.metric_values were computed from; values of metrics that are gone go. */
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
  const names = new Set(metrics.map(({ name }) => name));
  for (const { metric } of rows.filter((row) => !names.has(row.metric))) {
    await warehouse.run('delete from state.metrics where metric = $1', [metric]);
    await warehouse.run('delete from main.metric_values where metric = $1', [metric]);
  }
  return new Map(rows.map(({ metric, fingerprint }) => [metric, fingerprint]));
}

/** The values and what they were computed from are replaced together. */
async function evaluate(warehouse: Warehouse, metric: Metric, fingerprint: string): Promise<void> {
  const order = 'order by metric, grain, period_start, dimension, dimension_value';
  await warehouse.run('begin transaction');
  try {
    await warehouse.run('delete from main.metric_values where metric = $1', [metric.name]);
    await warehouse.run('delete from state.metrics where metric = $1', [metric.name]);
    await warehouse.run(`insert into main.metric_values\nfrom (\n${compileMetric(metric)}\n)\n${order}`);
    const row = [metric.name, fingerprint, hashOf([valuesTable])];
    await warehouse.run('insert into state.metrics values ($1, $2, $3)', row);
    await warehouse.run('commit');
  } catch (error) {
    await warehouse.run('rollback');
    if (!(error instanceof SqlError) || error.kind === 'Interrupt') throw error;
    throw new DiagnosticsError([
      {
        code: 'metric-failed',
        severity: 'error',
        message: `metric "${metric.name}" cannot be computed: ${error.message.split('\n')[0]}`,
        ...metric.at(['name']),
      },
    ]);
  }
}

async function writeDefinitions(warehouse: Warehouse, metrics: readonly Metric[]): Promise<void> {
  const rows = metrics.map((metric) => ({
    metric: metric.name,
    version: metric.version,
    type: metric.type,
    model: metric.model,
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
    sql: compileMetric(metric),
    definition: metric.file.text,
    dimensions: toList(metric.dimensions),
    grains: toList(metric.grains),
    file: metric.file.path,
  }));
  await warehouse.insert('main.metric_definitions', definitionColumns, rows);
}

/** DuckDB reads a list from its text. */
function toList(names: readonly string[]): string {
  return `[${names.map((name) => `"${name.replaceAll(/["\\]/g, '\\$&')}"`).join(', ')}]`;
}
