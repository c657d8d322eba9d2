import { sql } from 'kysely';
import type { Span } from '../../src/metrics/in-force.ts';
import { type Shape, shapeOf } from '../../src/metrics/shape.ts';
import { toText } from '../../src/metrics/sql.ts';
import { verdictSteps } from '../../src/metrics/verdict.ts';
import type { MetricSpec } from '../../src/project/metric.ts';
import type { Warehouse } from '../../src/warehouse/warehouse.ts';

const measureColumns = {
  grain: 'varchar',
  period_start: 'date',
  dimension: 'varchar',
  dimension_value: 'varchar',
  numerator: 'double',
  denominator: 'double',
  value: 'double',
  lower_95: 'double',
  upper_95: 'double',
  sample_size: 'bigint',
  pending: 'bigint',
  beside: 'bigint',
  estimate: 'double',
  estimate_lower_95: 'double',
  estimate_upper_95: 'double',
  estimate_days: 'double',
  over_value: 'double',
  lowest: 'double',
  highest: 'double',
};

/** What a type of metric has measured in one period. */
export type Measure = { readonly period_start: string } & {
  readonly [column in keyof typeof measureColumns]?: string | number | null;
};

/** A row of main.metric_values, as far as the verdict makes it. */
export interface JudgedRow {
  readonly version: number;
  readonly grain: string;
  readonly period_start: string;
  readonly dimension: string;
  readonly dimension_value: string;
  readonly numerator: number | null;
  readonly denominator: number | null;
  readonly value: number | null;
  readonly target: number | null;
  readonly target_source: string | null;
  readonly status: string | null;
  readonly is_complete: boolean;
  readonly is_final: boolean;
  readonly is_mature: boolean | null;
  readonly maturity: string | null;
  readonly is_in_force: boolean;
  readonly sample_size: number;
  readonly estimate_days: number | null;
  readonly previous_value: number | null;
  readonly change: string | null;
}

/** A share's row, with the interval that its type would give. */
export function share(period_start: string, hits: number, trials: number, more: Partial<Measure> = {}): Measure {
  const z = 1.959963984540054;
  const value = hits / trials;
  const spread = z ** 2 / trials;
  const half = Math.sqrt(spread * (value * (1 - value) + spread / 4));
  return {
    period_start,
    numerator: hits,
    denominator: trials,
    value,
    lower_95: hits === 0 ? 0 : (value + spread / 2 - half) / (1 + spread),
    upper_95: hits === trials ? 1 : (value + spread / 2 + half) / (1 + spread),
    sample_size: trials,
    lowest: value,
    highest: value,
    ...more,
  };
}

/** A number of rows. */
export function counted(period_start: string, value: number, more: Partial<Measure> = {}): Measure {
  return { period_start, numerator: value, value, sample_size: value, lowest: value, highest: value, ...more };
}

/** The rows that the verdict makes of measures; by default weekly totals of the one version that there is. */
export async function judge(
  warehouse: Warehouse,
  spec: MetricSpec,
  measures: readonly Measure[],
  { span = {}, shape = shapeOf(spec), base }: { span?: Span; shape?: Shape; base?: MetricSpec } = {},
): Promise<JudgedRow[]> {
  const nothing = Object.fromEntries(Object.keys(measureColumns).map((column) => [column, null]));
  const rows = measures.map((measure) => ({
    ...nothing,
    ...{ grain: 'week', dimension: 'all', dimension_value: 'all', sample_size: 0, pending: 0, beside: 0 },
    ...measure,
  }));
  await warehouse.run('drop table if exists main.measures');
  await warehouse.insert('main.measures', measureColumns, rows);
  const measured = base ?? spec;
  const made = {
    ...(base === undefined ? {} : { base, addsUpWindows: true }),
    ...(measured.type === 'conversion' ? { watched: measured } : {}),
  };
  const steps = verdictSteps(spec, shape, span, made).map(({ name, query }) => sql`${sql.raw(name)} as (${query})`);
  return warehouse.rows<JudgedRow>(
    toText(sql`with ${sql.join(steps)} from final order by grain, dimension, dimension_value, period_start`),
  );
}
