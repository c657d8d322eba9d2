import type { Improvement } from '../project/improvement-file.ts';
import type { Metric } from '../project/metric.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { percentileOf } from './improvement-percentile.ts';
import type { Window } from './improvement-windows.ts';

/** A metric over the weeks on one side of a change. */
export interface Side {
  readonly numerator: number | null;
  readonly denominator: number | null;
  /** Null where there is nothing to measure, and of a percentile that falls among the unanswered. */
  readonly value: number | null;
  /** The 95 % interval of a percentile; null: nobody knows. */
  readonly lower: number | null;
  readonly upper: number | null;
  /** Of a percentile without a value: what it is over. */
  readonly overValue: number | null;
  readonly sampleSize: number;
  /** Rows that may still change the value. */
  readonly pending: number;
}

interface Sums {
  readonly numerator: number;
  readonly denominator: number | null;
  readonly pending: number;
  readonly sample_size: number;
}

/** The metric over a window: of its weekly values in main.metric_values, or for a percentile of its model's rows. */
export async function measureSide(
  warehouse: Warehouse,
  { team }: Improvement,
  metric: Metric,
  window: Window,
): Promise<Side> {
  if (metric.type === 'percentile') return percentileOf(warehouse, metric, { ...window, team });
  const [sums] = await warehouse.rows<Sums>(
    `
      select
          coalesce(sum(numerator), 0) as numerator,
          sum(denominator) as denominator,
          coalesce(sum(pending), 0)::bigint as pending,
          coalesce(sum(sample_size), 0)::bigint as sample_size
      from main.metric_values
      where metric = $1::text
          and version = $5::integer
          and grain = 'week'
          and period_start >= $2::date
          and period_start < $3::date
          and dimension = if($4::text is null, 'all', 'team')
          and dimension_value = coalesce($4::text, 'all')`,
    [metric.name, window.from, window.until, team ?? null, metric.version],
  );
  const { numerator = 0, denominator = null, pending = 0, sample_size = 0 } = sums ?? {};
  const value = metric.type === 'count' ? numerator : denominator ? numerator / denominator : null;
  return {
    numerator,
    denominator: metric.type === 'count' ? null : (denominator ?? 0),
    value,
    lower: null,
    upper: null,
    overValue: null,
    sampleSize: sample_size,
    pending,
  };
}
