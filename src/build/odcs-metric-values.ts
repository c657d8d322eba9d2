import type { OdcsProperty } from './odcs.ts';
import { logicalType } from './odcs-types.ts';

/** One row per: */
const key = ['metric', 'version', 'grain', 'period_start', 'dimension', 'dimension_value'];

/** Column → type and what it says; a test holds it to what a build writes. */
const columns: Readonly<Record<string, readonly [type: string, description: string]>> = {
  metric: ['VARCHAR', 'Name of the metric.'],
  version: ['INTEGER', 'Version of its definition.'],
  grain: ['VARCHAR', 'week, month or quarter.'],
  period_start: ['DATE', 'First day of the period, a local date.'],
  period_end: ['DATE', 'The day after its last.'],
  dimension: ['VARCHAR', 'By what it is broken down; "all" for the whole.'],
  dimension_value: ['VARCHAR', 'The part; "all" for the whole, "(none)" where a row names none.'],
  numerator: ['DOUBLE', 'What is counted above the line.'],
  denominator: ['DOUBLE', 'What is counted below it.'],
  value: ['DOUBLE', "In the metric's unit; shares between 0 and 1. Null where there is none."],
  lower_95: ['DOUBLE', 'Lower bound of the 95 % interval.'],
  upper_95: ['DOUBLE', 'Upper bound of it.'],
  target: ['DOUBLE', 'What was promised for the period, or its own goal.'],
  status: ['VARCHAR', 'kept, missed, open or no_data; null without a target.'],
  is_complete: ['BOOLEAN', 'The period has ended.'],
  is_final: ['BOOLEAN', 'Nothing in it can change any more.'],
  is_mature: ['BOOLEAN', 'The window of every row is over; null without a window.'],
  sample_size: ['BIGINT', 'How many rows the value rests on.'],
  pending: ['BIGINT', 'Rows that may still change it.'],
  beside: ['BIGINT', 'Rows shown beside it that take no part.'],
  estimate: ['DOUBLE', 'Where windows still run: the share that will have converted (Kaplan–Meier).'],
  over_value: ['DOUBLE', 'Where a percentile falls among the unanswered: the longest answered one.'],
  estimate_lower_95: ['DOUBLE', 'Lower bound of the 95 % interval of the estimate.'],
  estimate_upper_95: ['DOUBLE', 'Upper bound of it.'],
  estimate_days: ['DOUBLE', 'How many days of the window the estimate rests on.'],
  maturity: ['VARCHAR', 'mature, partial or immature; null without a window.'],
  is_in_force: ['BOOLEAN', 'This version is the one that counts for the period.'],
  target_source: ['VARCHAR', 'agreement (a promise) or metric (its own goal).'],
  previous_value: ['DOUBLE', 'Value of the period before.'],
  change: ['VARCHAR', 'rose, fell, steady or too_few, against the period before; null where it cannot be told.'],
};

export const metricValuesKey: readonly string[] = key;

export const metricValuesProperties: readonly OdcsProperty[] = Object.entries(columns).map(
  ([name, [type, description]]) => {
    const position = key.indexOf(name) + 1;
    return {
      name,
      ...logicalType(type),
      physicalType: type,
      description,
      required: position > 0,
      unique: false,
      ...(position > 0 ? { primaryKey: true as const, primaryKeyPosition: position } : {}),
    };
  },
);
