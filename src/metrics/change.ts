import { sql } from 'kysely';
import type { MetricSpec } from '../project/metric.ts';
import { commaLines, type Sql } from './sql.ts';
import type { Step } from './step.ts';

/** The 95 % point of χ² with one degree of freedom: 1.959963984540054². */
const zSquared = sql.raw('3.841458820694124');

/**
 * From `judged` to a last step `compared` with the columns previous_value and change: the value against that of the
 * period just before, of the same grain and part, once neither can change any more for want of time. `rose` and `fell`
 * only where chance alone would show as much less than 5 times of 100.
 */
export function changeSteps(spec: MetricSpec): readonly Step[] {
  return [neighbours(), compared(spec)];
}

/** Each row with the one of the period just before. A period that is over and mature has only such before it. */
function neighbours(): Step {
  const earlier = ['value', 'lower_95', 'upper_95', 'sample_size', 'starts_at', 'ends_at'].map((column) =>
    sql.raw(`earlier.${column} as earlier_${column}`),
  );
  return {
    name: 'neighbours',
    query: sql`select
        judged.*,
        earlier.grain is not null
            and judged.is_complete
            and coalesce(judged.is_mature, true) as is_comparable,
        ${commaLines(earlier)}
    from judged
    left join judged as earlier
        on earlier.period_end = judged.period_start
        and earlier.grain = judged.grain
        and earlier.dimension = judged.dimension
        and earlier.dimension_value = judged.dimension_value`,
  };
}

function compared(spec: MetricSpec): Step {
  const isTold = difference(spec);
  return {
    name: 'compared',
    query: sql`select
        *,
        ${commaLines([
          ...(isTold === countsDiffer ? expectation : []),
          sql`case when is_comparable then earlier_value end as previous_value`,
          ...(isTold === undefined
            ? [sql`cast(null as varchar) as change`]
            : [sql`${isTold} as is_told`, change(spec)]),
        ])}
    from neighbours`,
  };
}

/** Unknown: there is nothing to compare, or nobody knows how sure one can be. */
function change({ minimumSample }: MetricSpec): Sql {
  return sql`case
            when not is_comparable or (value is null and earlier_value is null) then null
            when least(sample_size, earlier_sample_size) < ${sql.lit(minimumSample)} then 'too_few'
            when value = earlier_value or not is_told then 'steady'
            when is_told and value > earlier_value then 'rose'
            when is_told then 'fell'
        end as change`;
}

/**
 * Whether two different values can be told apart; null: nobody knows. Undefined for what has no interval (a sum, an
 * expression of several metrics) and for what shares rows with the period before (what adds up over several).
 */
function difference(spec: MetricSpec): Sql | undefined {
  switch (spec.type) {
    case 'count':
    case 'count_distinct':
      return countsDiffer;
    case 'ratio':
    case 'average':
    case 'percentile':
    case 'duration':
      return estimatesDiffer;
    case 'conversion':
      return spec.counts === 'conversions' ? undefined : estimatesDiffer;
    case 'sum':
    case 'cumulative':
    case 'derived':
    case 'ratio_of_metrics':
      return undefined;
  }
}

/**
 * The interval of the difference is recovered from the two intervals (Donner and Zou, Statistical Methods in Medical
 * Research 21, 2012, 347–359); of two shares with Wilson's that is method 10 of Newcombe (Statistics in Medicine 17,
 * 1998, 873–890). Only the bounds that face each other decide, and where one of them is unknown nobody knows.
 */
const estimatesDiffer = sql`case
                when value > earlier_value
                    then pow(value - earlier_value, 2)
                        > pow(value - lower_95, 2) + pow(earlier_upper_95 - earlier_value, 2)
                else pow(earlier_value - value, 2)
                    > pow(upper_95 - value, 2) + pow(earlier_value - earlier_lower_95, 2)
            end`;

/** The columns `share` and `expected`: of both periods' time and events what is this one's if nothing changed. */
const expectation: readonly Sql[] = [
  sql`epoch_us(ends_at) - epoch_us(starts_at) as microseconds`,
  sql`epoch_us(earlier_ends_at) - epoch_us(earlier_starts_at) as earlier_microseconds`,
  sql`microseconds / (microseconds + earlier_microseconds) as share`,
  sql`(value + earlier_value) * share as expected`,
];

/**
 * Two Poisson counts: of all that happened in both periods, what fell into this one is binomial, with its share of the
 * time if nothing changed (Przyborowski and Wilenski, Biometrika 31, 1940). Told where Wilson's interval with continuity
 * correction (method 4 of Newcombe, Statistics in Medicine 17, 1998, 857–872) leaves that share out, on the side to
 * which the numbers themselves moved.
 */
const countsDiffer = sql`if(value > earlier_value, value - expected, expected - value) - 0.5
                > sqrt(${zSquared} * expected * (1 - share))`;
