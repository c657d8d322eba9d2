import { sql } from 'kysely';
import type { CountDistinctSpec, RowSpec } from '../project/metric.ts';
import { commaLines, type Sql } from './sql.ts';
import type { Step } from './step.ts';

/**
 * From `daily`, which is the base's first step by day, and `window_days` to the step of the base that can go on from there;
 * undefined where days do not add up.
 */
export function addedDays(base: RowSpec): readonly Step[] | undefined {
  switch (base.type) {
    case 'count':
      return [added('counts', [amount('numerator'), count('pending')])];
    case 'ratio':
      return [added('counts', [amount('numerator'), amount('denominator'), count('pending')])];
    case 'conversion':
      if (base.counts === 'entities') return undefined;
      return [added('counts', [amount('numerator'), amount('denominator'), count('pending')])];
    case 'sum':
      return [added('sums', [amount('numerator'), count('sample_size'), count('pending')])];
    case 'average':
      return [averageOfDays];
    case 'duration':
      return base.statistic.kind === 'average' ? [averageOfDays] : undefined;
    case 'count_distinct':
      return [lastSeen(base), distinct];
    case 'percentile':
      return undefined;
  }
}

/** Exact, as sums are within a day: the days come in any order. */
function amount(column: string): Sql {
  return sql`cast(sum(cast(${sql.ref(column)} as decimal(38, 9))) as double) as ${sql.ref(column)}`;
}

function count(column: string): Sql {
  return sql`cast(sum(${sql.ref(column)}) as bigint) as ${sql.ref(column)}`;
}

const keys = ['window_days.grain', 'window_days.period_start', 'daily.dimension', 'daily.dimension_value'].map((key) =>
  sql.ref(key),
);

function added(name: string, sums: readonly Sql[], beside: Sql = sql``): Step {
  return {
    name,
    query: sql`select
        ${commaLines([...keys, ...sums, count('beside')])}
    from daily
    inner join window_days on window_days.local_date = daily.period_start${beside}
    group by ${sql.join(keys)}`,
  };
}

/**
 * The squares of a window's deviations are those within its days and those of the days' means. These are taken from the
 * mean of everything, so that large values that differ little lose no digits.
 */
const deviation = sql`cast(cast(sqrt(greatest(0, (
            sum(coalesce((daily.sample_size - 1) * pow(daily.deviation, 2), 0))
            + sum(pow(daily.numerator - daily.sample_size * everything.mean, 2) / nullif(daily.sample_size, 0))
            - pow(sum(daily.numerator - daily.sample_size * everything.mean), 2) / nullif(sum(daily.sample_size), 0)
        ) / nullif(sum(daily.sample_size) - 1, 0))) as float) as double) as deviation`;

const averageOfDays = added(
  'sums',
  [amount('numerator'), count('sample_size'), deviation, count('pending')],
  sql`
    cross join (select sum(numerator) / nullif(sum(sample_size), 0) as mean from daily) as everything`,
);

/**
 * A window holds a key's days up to its last one there: each day of a key stands for the windows that hold it and not the
 * key's next day. `known` keys are counted or awaited.
 */
function lastSeen({ key, pending }: CountDistinctSpec): Step {
  const columns = key.map((_, index) => sql.ref(`key_${index + 1}`));
  const days = (kind: string, condition: Sql) => sql`select
        dimension,
        dimension_value,
        ${sql.lit(kind)} as kind,
        period_start as local_date,
        lead(period_start) over (
            partition by ${sql.join([sql`dimension`, sql`dimension_value`, ...columns])} order by period_start
        ) as next_date,
        cast(null as hugeint) as beside
    from daily
    where ${condition}`;
  const known = pending === undefined ? [] : [days('known', sql`is_counted or is_awaited`)];
  const besides = sql`select dimension, dimension_value, 'beside', period_start, null, beside
    from daily`;
  return {
    name: 'last_seen',
    query: sql`select dimension, dimension_value, kind, local_date, next_date, count(*) as keys, sum(beside) as beside
    from (
    ${sql.join(
      [days('counted', sql`is_counted`), ...known, besides],
      sql`
    union all
    `,
    )}
    )
    group by dimension, dimension_value, kind, local_date, next_date`,
  };
}

/** Every group that has rows has a row here, whatever their keys. */
const distinct: Step = {
  name: 'counts',
  query: sql`select
        window_days.grain,
        window_days.period_start,
        last_seen.dimension,
        last_seen.dimension_value,
        cast(coalesce(sum(keys) filter (where kind = 'counted'), 0) as double) as numerator,
        greatest(0, cast(coalesce(sum(keys) filter (where kind = 'known'), 0) - numerator as bigint)) as pending,
        cast(coalesce(sum(beside), 0) as bigint) as beside
    from last_seen
    inner join window_days
        on window_days.local_date = last_seen.local_date
        and (last_seen.next_date is null or last_seen.next_date > window_days.last_date)
    group by window_days.grain, window_days.period_start, last_seen.dimension, last_seen.dimension_value`,
};
