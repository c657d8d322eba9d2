import { sql } from 'kysely';
import { now } from './conversion-source.ts';
import { isRunning, type Timeline, type Window } from './conversion-window.ts';
import type { RowList } from './count-rows.ts';
import type { Shape } from './shape.ts';
import type { Sql } from './sql.ts';
import type { Step } from './step.ts';

/** The 97.5 % point of the normal distribution, and its square. */
const z = sql.raw('1.959963984540054');
const zSquared = sql.raw('3.841458820694124');

const keys = sql`grain, period_start, dimension, dimension_value`;

/** The periods whose window is still running for some row that they can have; comes before `counts`. */
export function runningPeriods({ grains }: Pick<Shape, 'grains'>, timeline: Timeline, window: Window): Step {
  return {
    name: 'running_periods',
    query: sql`select periods.grain, periods.period_start
    from sla.periods as periods
    where
        periods.grain in (${sql.join(grains.map((grain) => sql.lit(grain)))})
        and ${isRunning(timeline, window, now)}`,
  };
}

/**
 * How long rows of running periods were watched, until they converted or as_of ended the watching. Twice the positions, and
 * one more where it did not convert, so that of the rows that leave at one and the same position those that convert come
 * first. Those that were watched to the window's end are left out: they come last, and it is enough to know their number.
 */
export function exits({ last, over }: Window): RowList {
  const isConverted = sql`coalesce(elapsed between 0 and ${sql.raw(String(last))}, false)`;
  return {
    name: 'exits',
    value: sql`case when ${isConverted} then 2 * elapsed else 2 * followed + 1 end`,
    where: sql`not is_beside
            and local_date >= (select min(period_start) from running_periods)
            and (${isConverted} or followed < ${sql.raw(String(over))})`,
  };
}

/**
 * From `counts` with `exits` to `estimates`, one row for each of its groups whose window is still running: the estimate of
 * Kaplan and Meier (1958) of the share that will have converted by the end of the window, with Greenwood's variance and the
 * log–log interval of Kalbfleisch and Prentice. Those who convert at one position leave one after the other: their factors
 * and terms then come to those of all at once, (r − d) / r and d / (r (r − d)). Lists keep the order, and with it each digit.
 */
export function kaplanMeier(timeline: Timeline, window: Window): readonly Step[] {
  return [
    {
      name: 'watched',
      query: sql`select
        ${keys},
        cast(denominator as bigint) as rows_watched,
        coalesce(list_sort(counts.exits), []) as sorted,
        rows_watched - len(sorted) as watched_to_the_end
    from counts
    inner join running_periods using (grain, period_start)
    where denominator > 0`,
    },
    {
      name: 'exposed',
      query: sql`select
        watched.*,
        list_transform(
            sorted,
            lambda exit, place: case when exit % 2 = 0 then cast(rows_watched - place + 1 as double) end
        ) as at_risk
    from watched`,
    },
    {
      name: 'curves',
      query: sql`select
        exposed.* exclude (at_risk),
        list_product(list_transform(at_risk, lambda risk: 1 - 1 / risk)) as survival,
        list_sum(list_transform(at_risk, lambda risk: 1 / nullif(risk * (risk - 1), 0))) as greenwood,
        list_count(at_risk) as converted
    from exposed`,
    },
    { name: 'estimates', query: estimates(timeline, window) },
  ];
}

/**
 * Where all remain or none the log–log interval says nothing. Then Wilson's bound for none, or all, of those still watched
 * at the last exit stands in: where nobody converted those whose fate until then is known; where none remain those who
 * then converted, or everybody where everybody did.
 */
function estimates({ windowIn, positionsPerDay }: Timeline, { over }: Window): Sql {
  const perDay = sql.raw(String(positionsPerDay));
  // Who converts on the first date has needed one.
  const days = windowIn === 'hours' ? sql`last_exit // 2` : sql`last_exit // 2 + (last_exit % 2 = 0)::integer`;
  return sql`select
        ${keys},
        coalesce(curves.survival, 1) as remaining,
        sqrt(curves.greenwood) / abs(ln(nullif(curves.survival, 0))) as spread,
        case when watched_to_the_end > 0 then ${sql.raw(String(2 * over + 1))} else sorted[-1] end as last_exit,
        case
            when converted = rows_watched then rows_watched
            when watched_to_the_end > 0 then watched_to_the_end
            else len(sorted) - list_position(sorted, last_exit) + 1
        end as known,
        1 - remaining as estimate,
        case
            when remaining = 1 then 0
            when remaining = 0 then known / (known + ${zSquared})
            else 1 - pow(remaining, exp(-${z} * spread))
        end as estimate_lower_95,
        case
            when remaining = 1 then ${zSquared} / (known + ${zSquared})
            when remaining = 0 then 1
            else 1 - pow(remaining, exp(${z} * spread))
        end as estimate_upper_95,
        greatest(0, ${days}) / ${perDay} as estimate_days
    from curves`;
}
