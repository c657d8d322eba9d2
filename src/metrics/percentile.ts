import { sql } from 'kysely';
import type { PercentileSpec } from '../project/metric.ts';
import type { Shape } from './shape.ts';
import { commaLines, expression, holds } from './sql.ts';
import { groupDated, noEstimate, type Step, type TypeQuery } from './step.ts';

/** The percentile of `value`, over all rows that are neither pending nor beside; a row without a value is unanswered. */
export function percentileQuery(metric: PercentileSpec, shape: Shape): TypeQuery {
  return {
    contribution: [
      sql`cast(${expression(metric.value)} as double) as measured_value`,
      sql`${holds(metric.pending)} as is_pending`,
    ],
    steps: percentileSteps(shape, metric.percentile),
  };
}

/**
 * From rows with `measured_value`, `is_pending` and `is_beside` to their percentile as `quantile_cont` interpolates it; a
 * row without a value ranks longest. Where the percentile touches such a row the value is null and `over_value` is the
 * longest answered one. The 95 % interval lies between two order statistics (Conover, Practical Nonparametric Statistics,
 * 3.2); a bound is null where the sample is too small for one, or where it falls among the unanswered.
 */
export function percentileSteps(shape: Shape, percentile: number): readonly Step[] {
  return [counts(shape), binomial(percentile), ranks(), positions(percentile), measures()];
}

function counts(shape: Shape): Step {
  const isCounted = sql`not is_pending and not is_beside`;
  return {
    name: 'counts',
    isShared: true,
    query: groupDated(shape, [
      sql`count(*) filter (where ${isCounted}) as sample_size`,
      sql`count(*) filter (where is_pending and not is_beside) as pending`,
      sql`list_sort(list(measured_value) filter (where ${isCounted} and measured_value is not null)) as answered`,
    ]),
  };
}

/**
 * For each sample size that occurs: how likely it is that at most `below` of the sample lie below the true percentile.
 * Below twelve standard deviations under the expected rank lies nothing that a double can tell; that no more than 2.5 % lie
 * beyond 6.5 above it is Cantelli's inequality, 1 / (1 + 6.5²), and nobody asks further.
 */
function binomial(percentile: number): Step {
  const p = sql`cast(${sql.lit(percentile)} as double)`;
  const term = sql`exp(
            lgamma(size + 1) - lgamma(below + 1) - lgamma(size - below + 1)
            + below * ln(${p}) + (size - below) * ln(1 - ${p})
        )`;
  return {
    name: 'binomial',
    query: sql`select
        size,
        below,
        sum(${term}) over (partition by size order by below) as at_most
    from (
        select
            size,
            unnest(range(
                greatest(0, cast(floor(size * ${p} - 12 * sqrt(size * ${p} * (1 - ${p}))) as bigint)),
                least(size, cast(ceil(size * ${p} + 6.5 * sqrt(size * ${p} * (1 - ${p}))) as bigint)) + 1
            )) as below
        from (select distinct sample_size as size from counts where sample_size > 0)
    )`,
  };
}

/** The ranks between which the true percentile lies with at least 95 %, 2.5 % left out at most on either side. */
function ranks(): Step {
  return {
    name: 'ranks',
    query: sql`select
        size,
        max(below + 1) filter (where at_most <= 0.025) as lower_rank,
        min(below + 1) filter (where 1 - at_most <= 0.025 and below < size) as upper_rank
    from binomial
    group by size`,
  };
}

/** The two neighbours that the percentile lies between, by rank; rounded, since 0.9 × 10 must be rank 9 exactly. */
function positions(percentile: number): Step {
  return {
    name: 'positions',
    query: sql`select
        counts.*,
        ranks.lower_rank,
        ranks.upper_rank,
        round((sample_size - 1) * cast(${sql.lit(percentile)} as double), 9) as position,
        cast(floor(position) as bigint) + 1 as rank_before,
        position - floor(position) as weight_after
    from counts
    left join ranks on ranks.size = counts.sample_size`,
  };
}

function measures(): Step {
  return {
    name: 'measures',
    query: sql`select
        grain,
        period_start,
        dimension,
        dimension_value,
        sample_size,
        pending,
        beside,
        cast(coalesce(len(answered), 0) as double) as numerator,
        cast(sample_size as double) as denominator,
        case
            when sample_size = 0 then null
            when weight_after = 0 then answered[rank_before]
            else answered[rank_before] + (answered[rank_before + 1] - answered[rank_before]) * weight_after
        end as value,
        answered[lower_rank] as lower_95,
        answered[upper_rank] as upper_95,
        ${commaLines(noEstimate)},
        case when value is null then answered[len(answered)] end as over_value,
        case when sample_size > 0 and pending = 0 then coalesce(value, cast('infinity' as double)) end as lowest,
        lowest as highest
    from positions`,
  };
}
