import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { DiagnosticsError } from '../../src/diagnostics/diagnostic.ts';
import { silent } from '../../src/diagnostics/progress.ts';
import { evaluateMetrics } from '../../src/metrics/evaluate.ts';
import type { Metric } from '../../src/project/metric.ts';
import { readMetric } from '../../src/project/metric-file.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';

/** A row of main.metric_values, as tests compare it. */
export interface ValueRow {
  readonly metric: string;
  readonly grain: string;
  readonly period_start: string;
  readonly dimension: string;
  readonly dimension_value: string;
  readonly numerator: number | null;
  readonly denominator: number | null;
  readonly value: number | null;
  readonly lower_95: number | null;
  readonly upper_95: number | null;
  readonly target: number | null;
  readonly status: string | null;
  readonly is_complete: boolean;
  readonly is_final: boolean;
  readonly is_mature: boolean | null;
  readonly sample_size: number;
  readonly pending: number;
  readonly beside: number;
  readonly estimate: number | null;
  readonly over_value: number | null;
}

const words = '{ en: A label, da: En etiket }';

/** A metric from the keys that a test is about; the rest is filled in. */
export function metric(name: string, keys: string): Metric {
  const unit = /type: (ratio|conversion)/.test(keys) ? 'percent' : /type: count/.test(keys) ? 'count' : 'minutes';
  const rest = [
    `name: ${name}`,
    `label: ${words}`,
    `description: ${words}`,
    'owner: sales',
    /\bunit:/.test(keys) ? '' : `unit: ${unit}`,
    /direction:/.test(keys) ? '' : 'direction: up',
    'changes: [{ version: 1, why: First version }]',
  ];
  const problems: Diagnostic[] = [];
  const text = [...rest, ...keys.split('\n').map((line) => line.trim())].join('\n');
  const read = readMetric({ path: `metrics/${name}.yml`, text }, problems);
  if (read === undefined || problems.length > 0) throw new DiagnosticsError(problems);
  return read;
}

/**
 * A database as the models leave it: the run's clock, the periods of 2025 to 2027 in Copenhagen and an agreement without
 * targets. Tests add the model's table and, where they want a verdict, rows of sla.targets.
 */
export async function openWarehouse(asOf: string): Promise<Warehouse> {
  const warehouse = await Warehouse.open(':memory:', { threads: 1 });
  await warehouse.run(`
    create schema run;
    create table run.clock as select timestamptz '${asOf}' as as_of;
    create schema sla;
    create table sla.local_dates as
    select
        cast(day as date) as local_date,
        cast(date_trunc('week', day) as date) as week,
        cast(date_trunc('month', day) as date) as month,
        cast(date_trunc('quarter', day) as date) as quarter,
        cast(date_trunc('year', day) as date) as year
    from range(timestamp '2024-12-30', timestamp '2028-01-01', interval 1 day) as days(day);
    create table sla.dates as
    select
        cast(epoch_us(timezone('UTC', day)) // 86400000000 as integer) as utc_day,
        cast(timezone('Europe/Copenhagen', timezone('UTC', day)) as date) as local_date,
        epoch_us(timezone('Europe/Copenhagen', day + interval 1 day)) as date_change_us,
        cast(null as bigint) as date_change_2_us
    from range(timestamp '2024-12-31', timestamp '2027-12-31', interval 1 day) as days(day);
    create table sla.periods as
    select
        grain,
        period_start,
        cast(period_start + to_days(cast(if(grain = 'week', 7, 0) as integer))
            + to_months(cast(if(grain = 'month', 1, if(grain = 'quarter', 3, 0)) as integer)) as date) as period_end,
        timezone('Europe/Copenhagen', cast(period_start as timestamp)) as starts_at,
        timezone('Europe/Copenhagen', cast(period_end as timestamp)) as ends_at
    from (
        unpivot (from sla.local_dates select week, month, quarter)
        on week, month, quarter
        into name grain value period_start
    )
    group by all;
    create table sla.agreements (agreement text, effective_at timestamptz, superseded_at timestamptz);
    insert into sla.agreements values ('first', timezone('Europe/Copenhagen', timestamp '2025-01-01'), null);
    create table sla.targets (
        agreement text, side text, promise text, metric text, grain text, team text, quarter_start date, target double
    )`);
  return warehouse;
}

/** Evaluates the metrics and returns the rows that the condition selects, in the order of the table's key. */
export async function evaluated(
  warehouse: Warehouse,
  metrics: readonly Metric[],
  condition = 'true',
): Promise<ValueRow[]> {
  await evaluateMetrics(warehouse, { metrics }, { progress: silent });
  return warehouse.rows<ValueRow>(
    `from main.metric_values where ${condition} order by metric, grain, period_start, dimension, dimension_value`,
  );
}
