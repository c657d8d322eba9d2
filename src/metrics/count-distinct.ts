import { sql } from 'kysely';
import type { CountDistinctSpec } from '../project/metric.ts';
import { measuresOfCount } from './count.ts';
import type { Shape } from './shape.ts';
import { holds } from './sql.ts';
import { groupDated, type TypeQuery } from './step.ts';

/**
 * How many different keys a period has. A key that only pending rows have is not counted yet and may come on top.
 * Keys are grouped before they are counted: unlike count(distinct …) of several columns, that fits on disk when it
 * does not fit in memory.
 */
export function countDistinctQuery(metric: CountDistinctSpec, shape: Shape): TypeQuery {
  const columns = metric.key.map((_, index) => sql.ref(`key_${index + 1}`));
  const isWhole = sql.join(
    columns.map((column) => sql`${column} is not null`),
    sql` and `,
  );
  return {
    contribution: [
      ...metric.key.map((name, index) => sql`model.${sql.ref(name)} as ${columns[index] ?? sql`null`}`),
      sql`${holds(metric.pending)} as is_pending`,
    ],
    steps: [
      {
        name: 'distinct_keys',
        query: groupDated(
          shape,
          [
            sql`bool_or(${isWhole} and not is_pending and not is_beside) as is_counted`,
            sql`bool_or(${isWhole} and is_pending and not is_beside) as is_awaited`,
          ],
          { keys: columns },
        ),
      },
      {
        name: 'counts',
        query: sql`select
        grain,
        period_start,
        dimension,
        dimension_value,
        cast(count(*) filter (where is_counted) as double) as numerator,
        count(*) filter (where is_awaited and not is_counted) as pending,
        cast(sum(beside) as bigint) as beside
    from distinct_keys
    group by grain, period_start, dimension, dimension_value`,
      },
      measuresOfCount,
    ],
  };
}
