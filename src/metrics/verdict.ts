import { sql } from 'kysely';
import type { Metric } from '../project/metric-file.ts';
import type { Sql } from './sql.ts';
import type { Step } from './step.ts';

/**
 * From `measures` to the rows of main.metric_values: every period from the first to that of as_of has a total row, each
 * row learns whether its period is complete, final and mature, its target and its verdict.
 */
export function verdictSteps(metric: Metric): readonly Step[] {
  return [spine(metric), periods(metric), targets(metric), judged(metric), final(metric)];
}

/** The rows to show: total rows without a gap up to as_of, and every row that has data. */
function spine(metric: Metric): Step {
  const grains = sql.join(metric.grains.map((grain) => sql.lit(grain)));
  return {
    name: 'spine',
    query: sql`select periods.grain, periods.period_start, 'all' as dimension, 'all' as dimension_value
    from sla.periods as periods
    cross join run.clock as clock
    left join (select grain, min(period_start) as first_start from measures group by grain) as firsts using (grain)
    where
        periods.grain in (${grains})
        and periods.starts_at <= clock.as_of
        and (periods.ends_at > clock.as_of or periods.period_start >= firsts.first_start)
    union
    select grain, period_start, dimension, dimension_value
    from measures`,
  };
}

/** The periods that have begun; what is dated after as_of's own (a meeting reported early) waits for its turn. */
function periods(metric: Metric): Step {
  const window = metric.type === 'conversion' ? metric.windowDays : undefined;
  const mature =
    window === undefined
      ? sql`cast(null as boolean)`
      : sql`periods.ends_at + to_microseconds(${sql.raw(String(Math.round(window * 86_400_000_000)))}) <= clock.as_of`;
  return {
    name: 'known_periods',
    query: sql`select
        periods.*,
        periods.ends_at <= clock.as_of as is_complete,
        ${mature} as is_mature
    from sla.periods as periods
    cross join run.clock as clock
    where periods.starts_at <= clock.as_of`,
  };
}

/**
 * The targets promised by the agreement in force when the period starts, for everybody (team null) and for single teams.
 * One for the very grain comes first, then one for the quarter.
 */
function targets(metric: Metric): Step {
  return {
    name: 'promised',
    query: sql`select periods.grain, periods.period_start, targets.team, targets.target
    from sla.periods as periods
    inner join sla.agreements as agreements
        on periods.starts_at >= agreements.effective_at
        and (agreements.superseded_at is null or periods.starts_at < agreements.superseded_at)
    inner join sla.local_dates as dates on dates.local_date = periods.period_start
    inner join sla.targets as targets
        on targets.agreement = agreements.agreement
        and targets.metric = ${sql.lit(metric.name)}
        and ${grainFits(metric)}
        and (targets.quarter_start is null or targets.quarter_start = dates.quarter)
    qualify
        row_number() over (
            partition by periods.grain, periods.period_start, targets.team
            order by targets.grain is null, targets.quarter_start is null, targets.promise
        ) = 1`,
  };
}

/** A number a month says nothing of a week; a rate holds for any period unless the promise names one. */
function grainFits(metric: Metric): Sql {
  return metric.type === 'count'
    ? sql`targets.grain = periods.grain`
    : sql`(targets.grain is null or targets.grain = periods.grain)`;
}

function judged(metric: Metric): Step {
  const isCount = metric.type === 'count';
  // A number for everybody says nothing of a part; a rate does, unless the team has its own.
  const target = isCount
    ? sql`case when spine.dimension = 'all' then promised.target else own.target end`
    : sql`coalesce(own.target, promised.target)`;
  // Nothing happened: a count of zero, yet no rate.
  const orZero = (column: string) => (isCount ? sql`coalesce(${sql.raw(column)}, 0)` : sql.raw(column));
  return {
    name: 'judged',
    query: sql`select
        spine.*,
        known_periods.* exclude (grain, period_start),
        coalesce(measures.numerator, 0) as numerator,
        ${isCount ? sql`measures.denominator` : sql`coalesce(measures.denominator, 0)`} as denominator,
        ${orZero('measures.value')} as value,
        measures.lower_95,
        measures.upper_95,
        ${target} as target,
        coalesce(measures.sample_size, 0) as sample_size,
        coalesce(measures.pending, 0) as pending,
        coalesce(measures.beside, 0) as beside,
        measures.estimate,
        measures.over_value,
        ${orZero('measures.lowest')} as lowest,
        ${orZero('measures.highest')} as highest
    from spine
    inner join known_periods using (grain, period_start)
    left join measures using (grain, period_start, dimension, dimension_value)
    left join promised
        on promised.grain = spine.grain and promised.period_start = spine.period_start and promised.team is null
    left join promised as own
        on own.grain = spine.grain
        and own.period_start = spine.period_start
        and spine.dimension = 'team'
        and own.team = spine.dimension_value`,
  };
}

/**
 * The verdict compares counts with the promise at any n. It is open while the period runs or its cohort is immature,
 * and while the pending rows could still turn it; not a moment longer.
 */
function final(metric: Metric): Step {
  const isUp = metric.direction === 'up';
  const isKept = isUp ? sql`lowest >= target` : sql`highest <= target`;
  const isMissed = isUp ? sql`highest < target` : sql`lowest > target`;
  return {
    name: 'final',
    query: sql`select
        ${sql.lit(metric.name)} as metric,
        ${sql.lit(metric.version)} as version,
        grain,
        period_start,
        period_end,
        dimension,
        dimension_value,
        numerator,
        denominator,
        value,
        lower_95,
        upper_95,
        target,
        case
            when target is null then null
            when not is_complete or not coalesce(is_mature, true) then 'open'
            when ${isKept} then 'kept'
            when ${isMissed} then 'missed'
            when pending > 0 then 'open'
            else 'no_data'
        end as status,
        is_complete,
        is_complete and pending = 0 as is_final,
        is_mature,
        sample_size,
        pending,
        beside,
        estimate,
        over_value
    from judged`,
  };
}
