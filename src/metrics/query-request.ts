import type { Grain, LocalText, Unit } from '../project/metric.ts';

/** Which values of which metrics are wanted. */
export interface MetricRequest<
  By extends string = string,
  Compare extends 'previous' | undefined = 'previous' | undefined,
> {
  /** A name stands for the version in force in each period; `mql_volume.v1` for that version in all of them. */
  readonly metrics: readonly string[];
  /** How long a period is; quarters follow the fiscal year of the project. */
  readonly grain: Grain;
  /** Dimensions whose combinations have a row each; none: one row a period, the total. */
  readonly by?: readonly By[];
  /**
   * An SQL expression over dimensions of the metrics, such as `country = 'DK' and team is not null`. Only what it holds
   * for is counted. Dimensions are as in the model: where a row shows `(none)` it is null.
   */
  readonly where?: string;
  /** The first day on which a period may start, YYYY-MM-DD; absent: all from the first. */
  readonly from?: string;
  /** The last day on which a period may start, YYYY-MM-DD; absent: up to the period of `as_of`. */
  readonly to?: string;
  /** `previous`: each row also tells the period before it, and whether the change can be told from noise. */
  readonly compare?: Compare;
}

/** One value of one metric: of a period and, `by` dimensions, of a part of it. */
export interface MetricValue {
  /** Its name, without a version. */
  readonly metric: string;
  readonly version: number;
  readonly grain: Grain;
  /** YYYY-MM-DD: the first day, in the project's time zone. */
  readonly period_start: string;
  /** YYYY-MM-DD: the day after the last. */
  readonly period_end: string;
  /** What `value` is in. A percentage is a share: 0.875 is 87.5 %. */
  readonly unit: Unit;
  /** Null where there is none: nothing to divide by, nothing measured, or a percentile among those that have not ended. */
  readonly value: number | null;
  /** What was counted, or added up; null where the metric has no such part. */
  readonly numerator: number | null;
  /** Of how many; null where the metric has no such part. */
  readonly denominator: number | null;
  /** The 95 % interval of the value, in its unit; null where the type has none (counts, sums) or nothing was measured. */
  readonly lower_95: number | null;
  readonly upper_95: number | null;
  /** How many rows the value rests on. */
  readonly sample_size: number;
  /** In the unit of the value; null where nothing was promised and the metric has no goal of its own. */
  readonly target: number | null;
  /** Who set the target: the agreement in force when the period starts, or the metric itself; null without one. */
  readonly target_source: 'agreement' | 'metric' | null;
  /** Against the target, by counts, at any sample size; null without one. `open`: it can still turn out either way. */
  readonly status: 'kept' | 'missed' | 'open' | 'no_data' | null;
  /** Whether the period is over. */
  readonly is_complete: boolean;
  /** Whether it is over and nothing in it can change any more. */
  readonly is_final: boolean;
  /** Whether the window of every row in it is over; null for metrics without a window. */
  readonly is_mature: boolean | null;
  /** How far the windows of its rows are: over for all, for some, for none; null for metrics without a window. */
  readonly maturity: 'mature' | 'partial' | 'immature' | null;
  /** Rows that may still change the value. */
  readonly pending: number;
  /** Rows shown beside it that never will, such as meetings that nobody reported on. */
  readonly beside: number;
  /** What a conversion will be at the end of its window (Kaplan–Meier); null for other types. */
  readonly estimate: number | null;
  /** The 95 % interval of the estimate; null where there is none. */
  readonly estimate_lower_95: number | null;
  readonly estimate_upper_95: number | null;
  /** To which day of the window the estimate could follow anybody; null for other types. */
  readonly estimate_days: number | null;
  /** Where a percentile falls among those that have not ended: it is more than this, in its unit. Null otherwise. */
  readonly over_value: number | null;
}

/** The period before, and what became of it; only of a request that compares. */
export interface MetricChange {
  /** The value of the period before; null where it has none. */
  readonly previous_value: number | null;
  /** value − previous_value, in the unit of the value (shares: 0.05 is five points); null where one of them is. */
  readonly difference: number | null;
  /**
   * Whether the difference can be told from noise: it `rose` or `fell`, or not (`steady`). `too_few`: one of the two
   * has fewer rows than the metric's minimum sample. Null where there is nothing to compare.
   */
  readonly change: 'rose' | 'fell' | 'steady' | 'too_few' | null;
}

/**
 * A row of a result: the value, and a text for each dimension of `by` in a column of its name, `(none)` where the model
 * has null. A dimension called as a column of the value, `status` for one, has the column `by_status`.
 */
export type MetricRow<By extends string = never, Compare extends 'previous' | undefined = undefined> = MetricValue & {
  readonly [Dimension in By as Dimension extends keyof (MetricValue & MetricChange)
    ? `by_${Dimension}`
    : Dimension]: string;
} & (Compare extends 'previous' ? MetricChange : unknown);

/** What a metric in a result is. */
export interface QueriedMetric {
  readonly metric: string;
  readonly version: number;
  readonly label: LocalText;
  readonly owner: 'marketing' | 'sales';
  readonly unit: Unit;
  /** `up`: higher is better. */
  readonly direction: 'up' | 'down';
  /** Below so many rows nothing may be called a trend. */
  readonly minimumSample: number;
}

export interface QueryResult<Row = MetricRow<string, 'previous'>> {
  /** The columns of a row in their order, with DuckDB's names of their types. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Those of them that hold dimensions, in the order of `by`. */
  readonly parts: readonly string[];
  /** By metric, period, the dimensions in the order of `by`, and version. */
  readonly rows: readonly Row[];
  /** The metrics, each version that may have rows. */
  readonly metrics: readonly QueriedMetric[];
  /** How far the data reach: an ISO instant. */
  readonly asOf: string;
}
