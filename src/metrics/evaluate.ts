import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import type { Progress } from '../diagnostics/progress.ts';
import type { Metric } from '../project/metric-file.ts';
import type { Project } from '../project/project.ts';
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

/**
 * Computes every metric of the project and (re)creates main.metric_values and main.metric_definitions.
 * The models, run.clock and the sla.* tables must be there; `checkMetrics` must have found nothing.
 * @returns how many values there are.
 * @throws DiagnosticsError when an expression fails on the data, for example a cast.
 */
export async function evaluateMetrics(
  warehouse: Warehouse,
  project: Pick<Project, 'metrics'>,
  options: { readonly progress: Progress },
): Promise<{ readonly values: number }> {
  await warehouse.run(`create or replace table main.metric_values (${valuesTable})`);
  await options.progress.task('metrics', async (report) => {
    for (const metric of project.metrics) {
      report(metric.name);
      await evaluate(warehouse, metric);
    }
  });
  await writeDefinitions(warehouse, project.metrics);
  const [count] = await warehouse.rows<{ values: number }>('select count(*) as values from main.metric_values');
  return { values: count?.values ?? 0 };
}

async function evaluate(warehouse: Warehouse, metric: Metric): Promise<void> {
  const order = 'order by metric, grain, period_start, dimension, dimension_value';
  try {
    await warehouse.run(`insert into main.metric_values\nfrom (\n${compileMetric(metric)}\n)\n${order}`);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
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
