import { sql } from 'kysely';
import type { ConversionMetric } from '../project/metric-file.ts';
import { commaLines, holds, type Sql } from './sql.ts';
import { dimensionColumn, groupDated, type Step, startColumn, type TypeQuery } from './step.ts';
import { wilsonColumns } from './wilson.ts';

const microsecondsPerDay = 86_400_000_000;

/**
 * Of the rows that started in a period, the share that went on within the window, both ends included. Rows stay in the
 * denominator whether or not their window is over; those with time left are pending.
 */
export function conversionQuery(metric: ConversionMetric): TypeQuery {
  return {
    contribution: [
      sql`epoch_us(model.${sql.ref(metric.to)}) - epoch_us(model.${sql.ref(metric.time)}) as elapsed_us`,
      sql`epoch_us((select as_of from run.clock)) - epoch_us(model.${sql.ref(metric.time)}) as followed_us`,
      sql`${holds(metric.pending)} as is_pending`,
    ],
    steps: [
      counts(metric),
      ...(metric.windowDays === undefined ? [] : kaplanMeier(metric, windowOf(metric.windowDays))),
      measures(metric.windowDays !== undefined),
    ],
  };
}

/** The window in whole microseconds. */
function windowOf(days: number): Sql {
  return sql.raw(String(Math.round(days * microsecondsPerDay)));
}

function counts(metric: ConversionMetric): Step {
  const window = metric.windowDays === undefined ? undefined : windowOf(metric.windowDays);
  const converted = window === undefined ? sql`elapsed_us >= 0` : sql`elapsed_us between 0 and ${window}`;
  const undecided = window === undefined ? sql`is_pending` : sql`followed_us < ${window}`;
  return {
    name: 'counts',
    query: groupDated(metric, [
      sql`cast(count(*) filter (where ${converted}) as double) as numerator`,
      sql`cast(count(*) as double) as denominator`,
      sql`count(*) filter (where ${undecided} and not coalesce(${converted}, false)) as pending`,
    ]),
  };
}

/**
 * The Kaplan–Meier estimate of the share that will have gone on by the end of the window, for the periods whose window
 * is still running. Only as_of ends the watching of a row early; at one and the same instant a conversion comes first.
 */
function kaplanMeier(metric: ConversionMetric, window: Sql): readonly Step[] {
  const periods = metric.grains.map(
    (grain) => sql`{'grain': ${sql.lit(grain)}, 'period_start': ${startColumn(grain)}}`,
  );
  const dimensions = [
    sql`{'dimension': 'all', 'dimension_value': 'all'}`,
    ...metric.dimensions.map(
      (name, index) => sql`{'dimension': ${sql.lit(name)}, 'dimension_value': ${dimensionColumn(index)}}`,
    ),
  ];
  const keys = sql`grain, period_start, dimension, dimension_value`;
  return [
    {
      name: 'running_periods',
      query: sql`select grain, period_start
    from sla.periods
    where ends_at + to_microseconds(${window}) > (select as_of from run.clock)`,
    },
    {
      name: 'watched',
      query: sql`select
        unnest([
            ${commaLines(periods, 12)}
        ], recursive := true),
        ${commaLines([
          ...metric.dimensions.map((_, index) => dimensionColumn(index)),
          sql`coalesce(elapsed_us between 0 and ${window}, false) as is_converted`,
          sql`case when is_converted then elapsed_us else least(followed_us, ${window}) end as watched_us`,
        ])}
    from dated`,
    },
    {
      name: 'exits',
      query: sql`select
        grain,
        period_start,
        unnest([
            ${commaLines(dimensions, 12)}
        ], recursive := true),
        watched_us,
        is_converted
    from watched
    inner join running_periods using (grain, period_start)`,
    },
    {
      name: 'exits_by_time',
      query: sql`select
        ${keys},
        watched_us,
        count(*) filter (where is_converted) as conversions,
        sum(count(*)) over (partition by ${keys} order by watched_us desc) as at_risk
    from exits
    group by ${keys}, watched_us`,
    },
    {
      name: 'estimates',
      query: sql`select
        ${keys},
        1 - product(1 - conversions / at_risk) as estimate
    from exits_by_time
    group by ${keys}`,
    },
  ];
}

function measures(hasWindow: boolean): Step {
  const estimate = hasWindow ? sql`coalesce(estimates.estimate, numerator / denominator)` : sql`cast(null as double)`;
  const join = hasWindow
    ? sql`\n    left join estimates using (grain, period_start, dimension, dimension_value)`
    : sql``;
  return {
    name: 'measures',
    query: sql`select
        counts.*,
        numerator / denominator as value,
        ${commaLines(wilsonColumns)},
        cast(denominator as bigint) as sample_size,
        ${estimate} as estimate,
        cast(null as double) as over_value,
        numerator / denominator as lowest,
        (numerator + pending) / denominator as highest
    from counts${join}`,
  };
}
