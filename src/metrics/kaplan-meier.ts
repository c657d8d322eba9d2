import { sql } from 'kysely';
import { now } from './conversion-source.ts';
import { isRunning, type Timeline, type Window } from './conversion-window.ts';
import type { Shape } from './shape.ts';
import type { Sql } from './sql.ts';
import { type Step, startColumn } from './step.ts';

/** The 97.5 % point of the normal distribution, and its square. */
const z = sql.raw('1.959963984540054');
const zSquared = sql.raw('3.841458820694124');

const keys = sql`grain, period_start, dimension, dimension_value`;

/** The periods whose window is still running for some row that they can have; comes before `exits`. */
export function runningPeriods(timeline: Timeline, window: Window): Step {
  return {
    name: 'running_periods',
    query: sql`select periods.grain, periods.period_start
    from sla.periods as periods
    where ${isRunning(timeline, window, now)}`,
  };
}

/**
 * An aggregate of `dated`, `exits`: how long each row was watched, until it converted or as_of or the window ended the
 * watching, in order. Twice the positions, and one more where it did not convert, so that of the rows that leave at one
 * and the same position those that convert come first.
 */
export function exits({ grains }: Shape, { last, over }: Window): Sql {
  const isConverted = sql`elapsed between 0 and ${sql.raw(String(last))}`;
  const watched = sql`case when ${isConverted} then 2 * elapsed else 2 * least(followed, ${sql.raw(String(over))}) + 1 end`;
  const running = grains.map(
    (grain) =>
      sql`${startColumn(grain)} >= (select min(period_start) from running_periods where grain = ${sql.lit(grain)})`,
  );
  return sql`list_sort(list(${watched}) filter (where not is_beside and (${sql.join(running, sql` or `)}))) as exits`;
}

/**
 * From `counts` with `exits` to `estimates`, one row for each of its groups whose window is still running: the estimate of
 * Kaplan and Meier (1958) of the share that will have converted by the end of the window, with Greenwood's variance and the
 * log–log interval of Kalbfleisch and Prentice.
 */
export function kaplanMeier(timeline: Timeline): readonly Step[] {
  return [
    {
      name: 'conversions',
      query: sql`select ${keys}, exit, count(*) as converted, any_value(watched) - min(place) + 1 as at_risk
    from (
        select ${keys}, unnest(exits) as exit, generate_subscripts(exits, 1) as place, len(exits) as watched
        from counts
        inner join running_periods using (grain, period_start)
    )
    where exit % 2 = 0
    group by ${keys}, exit`,
    },
    {
      name: 'curves',
      query: sql`select
        ${keys},
        product(1 - converted / at_risk order by exit) as survival,
        sum(converted / nullif(at_risk * (at_risk - converted), 0) order by exit) as greenwood,
        sum(converted) as converted
    from conversions
    group by ${keys}`,
    },
    { name: 'estimates', query: estimates(timeline) },
  ];
}

/**
 * Where all remain or none the log–log interval says nothing. Then Wilson's bound for none, or all, of those still watched
 * at the last exit stands in: where nobody converted those whose fate until then is known; where none remain those who
 * then converted, or everybody where everybody did.
 */
function estimates({ windowIn, positionsPerDay }: Timeline): Sql {
  const perDay = sql.raw(String(positionsPerDay));
  // Who converts on the first date has needed one.
  const days = windowIn === 'hours' ? sql`exits[-1] // 2` : sql`exits[-1] // 2 + (exits[-1] % 2 = 0)::integer`;
  return sql`select
        ${keys},
        coalesce(curves.survival, 1) as remaining,
        sqrt(curves.greenwood) / abs(ln(nullif(curves.survival, 0))) as spread,
        case
            when curves.converted = len(exits) then len(exits)
            else len(exits) - list_position(exits, exits[-1]) + 1
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
    from counts
    inner join running_periods using (grain, period_start)
    left join curves using (${keys})
    where exits is not null`;
}
