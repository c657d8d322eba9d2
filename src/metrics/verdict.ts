import { sql } from 'kysely';
import { type ConversionSpec, isAmount, isSoMany, type MetricSpec } from '../project/metric.ts';
import { changeSteps } from './change.ts';
import type { Span } from './in-force.ts';
import { type Maturing, maturity, today } from './maturity.ts';
import { isJudged, type Shape } from './shape.ts';
import type { Sql } from './sql.ts';
import type { Step } from './step.ts';
import { noTargets, promised, targetsOf } from './targets.ts';

/** What a metric is made of, where that tells how it is judged. */
export interface Made {
  /** Of a cumulative metric, the one that it adds up. */
  readonly base?: MetricSpec;
  /** The conversion, itself or among its inputs, whose cohorts must be watched longest. */
  readonly watched?: ConversionSpec;
  /** Whether conversions of earlier periods are in its values. */
  readonly addsUpWindows?: boolean;
}

/**
 * From `measures` to the rows of main.metric_values: every period from the first to that of as_of has a total row, each
 * row learns whether its period is complete, final and mature, its target, its verdict and how it moved.
 * @param span the periods for which this version is in force.
 */
export function verdictSteps(spec: MetricSpec, shape: Shape, span: Span, made: Made): readonly Step[] {
  const { base } = made;
  const maturing = maturingOf(made);
  const adds = isAmount(base ?? spec);
  return [
    spine(shape),
    ...(maturing?.windowIn === 'dates' ? [today] : []),
    periods(maturing, span),
    ...(isJudged(shape) ? [promised(spec, isSoMany(base ?? spec))] : []),
    judged(spec, shape, adds, base),
    ...changeSteps(spec),
    final(spec),
  ];
}

function maturingOf({ watched, addsUpWindows = false }: Made): Maturing | undefined {
  if (watched?.windowDays === undefined) return undefined;
  const { windowDays, windowIn } = watched;
  return { windowDays, windowIn, isCumulative: addsUpWindows };
}

/** The rows to show: total rows without a gap up to as_of, and every row that has data. */
function spine({ grains, sets }: Shape): Step {
  const measured = sql`select grain, period_start, dimension, dimension_value
    from measures`;
  const totals = sql`select periods.grain, periods.period_start, 'all' as dimension, 'all' as dimension_value
    from sla.periods as periods
    cross join run.clock as clock
    left join (select grain, min(period_start) as first_start from measures group by grain) as firsts using (grain)
    where
        periods.grain in (${sql.join(grains.map((grain) => sql.lit(grain)))})
        and periods.starts_at <= clock.as_of
        and (periods.ends_at > clock.as_of or periods.period_start >= firsts.first_start)
    union
    ${measured}`;
  return { name: 'spine', query: sets.some((set) => set.length === 0) ? totals : measured };
}

/** The periods that have begun; what is dated after as_of's own (a meeting reported early) waits for its turn. */
function periods(maturing: Maturing | undefined, span: Span): Step {
  return {
    name: 'known_periods',
    query: sql`select
        periods.*,
        periods.ends_at <= clock.as_of as is_complete,
        ${maturity(maturing)} as maturity,
        ${lies(span)} as is_in_force
    from sla.periods as periods
    cross join run.clock as clock
    where periods.starts_at <= clock.as_of`,
  };
}

function lies(span: Span): Sql {
  if (span === 'never') return sql`false`;
  const bounds = [
    ...(span.from === undefined ? [] : [sql`periods.period_start >= cast(${sql.lit(span.from)} as date)`]),
    ...(span.until === undefined ? [] : [sql`periods.period_start < cast(${sql.lit(span.until)} as date)`]),
  ];
  return bounds.length === 0 ? sql`true` : sql.join(bounds, sql.raw(' and '));
}

function judged(spec: MetricSpec, shape: Shape, adds: boolean, base: MetricSpec | undefined): Step {
  const targets = isJudged(shape) ? targetsOf(spec, isSoMany(base ?? spec)) : noTargets;
  const isOfMetrics = spec.type === 'derived' || spec.type === 'ratio_of_metrics';
  // Nothing happened: an amount of zero, yet no rate. What has rows but no value is not zero.
  const orZero = (column: string, isZero: boolean) =>
    isZero
      ? sql.raw(`case when measures.grain is null then 0 else measures.${column} end as ${column}`)
      : sql.raw(`measures.${column}`);
  return {
    name: 'judged',
    query: sql`select
        spine.*,
        known_periods.* exclude (grain, period_start),
        known_periods.maturity = 'mature' as is_mature,
        ${orZero('numerator', !isOfMetrics)},
        ${orZero('denominator', !isOfMetrics && !adds)},
        ${orZero('value', adds)},
        measures.lower_95,
        measures.upper_95,
        case when is_in_force then coalesce(${targets.promised}, ${targets.own}) end as target,
        case
            when not is_in_force then null
            when ${targets.promised} is not null then 'agreement'
            when ${targets.own} is not null then 'metric'
        end as target_source,
        coalesce(measures.sample_size, 0) as sample_size,
        coalesce(measures.pending, 0) as pending,
        coalesce(measures.beside, 0) as beside,
        measures.estimate,
        measures.estimate_lower_95,
        measures.estimate_upper_95,
        measures.estimate_days,
        measures.over_value,
        ${orZero('lowest', adds)},
        ${orZero('highest', adds)}
    from spine
    inner join known_periods using (grain, period_start)
    left join measures using (grain, period_start, dimension, dimension_value)${targets.joins}`,
  };
}

/**
 * The verdict compares counts with the promise at any n. It is open while the period runs or its cohort is immature,
 * and while the pending rows could still turn it; not a moment longer.
 */
function final(spec: MetricSpec): Step {
  const isUp = spec.direction === 'up';
  const isKept = isUp ? sql`lowest >= target` : sql`highest <= target`;
  const isMissed = isUp ? sql`highest < target` : sql`lowest > target`;
  return {
    name: 'final',
    query: sql`select
        ${sql.lit(spec.name)} as metric,
        ${sql.lit(spec.version)} as version,
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
        over_value,
        estimate_lower_95,
        estimate_upper_95,
        estimate_days,
        maturity,
        is_in_force,
        target_source,
        previous_value,
        change
    from compared`,
  };
}
