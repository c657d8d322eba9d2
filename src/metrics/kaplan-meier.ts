import { sql } from 'kysely';
import { now } from './conversion-source.ts';
import { isRunning, type Timeline, type Window } from './conversion-window.ts';
import type { Shape } from './shape.ts';
import type { Sql } from './sql.ts';
import { groupDated, type Step, startColumn } from './step.ts';

/** The 97.5 % point of the normal distribution, and its square. */
const z = sql.raw('1.959963984540054');
const zSquared = sql.raw('3.841458820694124');

const keys = sql`grain, period_start, dimension, dimension_value`;

/** The periods whose window is still running for some row that they can have; comes before `counts`. */
export function runningPeriods(timeline: Timeline, window: Window): Step {
  return {
    name: 'running_periods',
    query: sql`select periods.grain, periods.period_start
    from sla.periods as periods
    where ${isRunning(timeline, window, now)}`,
  };
}

/**
 * From `counted` to `counts` with `exits`: how long each row was watched, until it converted or as_of or the window ended the
 * watching, in order. Twice the positions, and one more where it did not convert, so that of the rows that leave at one
 * and the same position those that convert come first.
 */
export function countsWithExits(shape: Shape, { last, over }: Window): readonly Step[] {
  const isConverted = sql`elapsed between 0 and ${sql.raw(String(last))}`;
  const watched = sql`case when ${isConverted} then 2 * elapsed else 2 * least(followed, ${sql.raw(String(over))}) + 1 end`;
  const running = shape.grains.map(
    (grain) =>
      sql`${startColumn(grain)} >= (select min(period_start) from running_periods where grain = ${sql.lit(grain)})`,
  );
  const where = sql`not is_beside and (${sql.join(running, sql` or `)})`;
  return [
    { name: 'watched', query: groupDated(shape, [sql`list_sort(list(${watched})) as exits`], { where }) },
    {
      name: 'counts',
      query: sql`select counted.*, watched.exits
    from counted
    left join watched using (${keys})`,
    },
  ];
}

/**
 * From `counts` with `exits` to `estimates`, one row for each of its groups whose window is still running: the estimate of
 * Kaplan and Meier (1958) of the share that will have converted by the end of the window, with Greenwood's variance and the
 * log–log interval of Kalbfleisch and Prentice. Those who convert at one position leave one after the other: their factors
 * and terms then come to those of all at once, (r − d) / r and d / (r (r − d)). Lists keep the order, and with it each digit.
 */
export function kaplanMeier(timeline: Timeline): readonly Step[] {
  return [
    {
      name: 'exposed',
      query: sql`select
        ${keys},
        exits,
        list_transform(
            exits,
            lambda exit, place: case when exit % 2 = 0 then cast(len(exits) - place + 1 as double) end
        ) as at_risk
    from counts
    inner join running_periods using (grain, period_start)
    where exits is not null`,
    },
    {
      name: 'curves',
      query: sql`select
        ${keys},
        exits,
        list_product(list_transform(at_risk, lambda risk: 1 - 1 / risk)) as survival,
        list_sum(list_transform(at_risk, lambda risk: 1 / nullif(risk * (risk - 1), 0))) as greenwood,
        list_count(at_risk) as converted
    from exposed`,
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
    from curves`;
}
