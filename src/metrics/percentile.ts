import { sql } from 'kysely';
import type { PercentileMetric } from '../project/metric-file.ts';
import { expression, holds } from './sql.ts';
import { groupDated, type Step, type TypeQuery } from './step.ts';

/**
 * The percentile as `quantile_cont` interpolates it, over all rows that are not pending; a row without a value is
 * unanswered and ranks longest. Where the percentile touches an unanswered row the value is null and `over_value` is
 * the longest answered one. The 95 % interval lies between two order statistics (Conover, Practical Nonparametric
 * Statistics, 3.2); a bound is null where the sample is too small for one, or where it falls among the unanswered.
 */
export function percentileQuery(metric: PercentileMetric): TypeQuery {
  return {
    contribution: [
      sql`cast(${expression(metric.value)} as double) as measured_value`,
      sql`${holds(metric.pending)} as is_pending`,
    ],
    steps: [counts(metric), binomial(metric), ranks(), positions(metric), measures()],
  };
}

function counts(metric: PercentileMetric): Step {
  return {
    name: 'counts',
    query: groupDated(metric, [
      sql`count(*) filter (where not is_pending) as sample_size`,
      sql`count(*) filter (where is_pending) as pending`,
      sql`list_sort(list(measured_value) filter (where not is_pending and measured_value is not null)) as answered`,
    ]),
  };
}

/**
 * For each sample size that occurs: how likely it is that at most `below` of the sample lie below the true percentile.
 * Twelve standard deviations around the expected rank hold all of it that a double can tell.
 */
function binomial(metric: PercentileMetric): Step {
  const p = sql`cast(${sql.lit(metric.percentile)} as double)`;
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
                greatest(0, cast(floor(size * ${p} - 12 * sqrt(size)) as bigint)),
                least(size, cast(ceil(size * ${p} + 12 * sqrt(size)) as bigint)) + 1
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
function positions(metric: PercentileMetric): Step {
  return {
    name: 'positions',
    query: sql`select
        counts.*,
        ranks.lower_rank,
        ranks.upper_rank,
        round((sample_size - 1) * cast(${sql.lit(metric.percentile)} as double), 9) as position,
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
        cast(len(answered) as double) as numerator,
        cast(sample_size as double) as denominator,
        case
            when sample_size = 0 then null
            when weight_after = 0 then answered[rank_before]
            else answered[rank_before] + (answered[rank_before + 1] - answered[rank_before]) * weight_after
        end as value,
        answered[lower_rank] as lower_95,
        answered[upper_rank] as upper_95,
        cast(null as double) as estimate,
        case when value is null then answered[len(answered)] end as over_value,
        case when sample_size > 0 and pending = 0 then coalesce(value, cast('infinity' as double)) end as lowest,
        lowest as highest
    from positions`,
  };
}
