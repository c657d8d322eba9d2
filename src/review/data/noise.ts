import type { Metric } from '../../project/metric.ts';

/**
 * Whether values of the metric have a 95 % interval where the sample allows one. What is not a share, a mean or a
 * percentile of single rows has none.
 * @param current the highest version of each metric.
 */
export function hasInterval(metric: Metric, current: ReadonlyMap<string, Metric>): boolean {
  switch (metric.type) {
    case 'ratio':
    case 'average':
    case 'percentile':
    case 'duration':
      return true;
    case 'conversion':
      return metric.counts !== 'conversions';
    case 'cumulative': {
      const base = current.get(metric.metric);
      // Made of a metric of rows, as `checkTogether` has found; never of another cumulative one.
      return base !== undefined && base.type !== 'cumulative' && hasInterval(base, current);
    }
    case 'count':
    case 'count_distinct':
    case 'sum':
    case 'derived':
    case 'ratio_of_metrics':
      return false;
  }
}

/**
 * SQL for a `Noise` over a row of `pairs` joined to review.asked. The two values are estimates from much the same rows, so
 * that neither is held against the interval of their difference: a value outside the other's interval is one that the
 * other definition would not take for its own. Only the bounds that face each other can tell.
 */
export const noiseColumn = `case
            when not has_interval then 'untold'
            when least(sample_size_before, sample_size_after) < minimum_sample then 'too_few'
            when not is_comparable then 'untold'
            when value_after > upper_95_before
                or value_after < lower_95_before
                or value_before > upper_95_after
                or value_before < lower_95_after then 'beyond'
            when if(
                value_after > value_before,
                coalesce(upper_95_before, lower_95_after),
                coalesce(lower_95_before, upper_95_after)
            ) is null then 'untold'
            else 'within'
        end`;
