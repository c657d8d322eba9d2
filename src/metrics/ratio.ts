import { sql } from 'kysely';
import type { RatioSpec } from '../project/metric.ts';
import { countRows, isCountedByDay } from './count-rows.ts';
import type { Shape } from './shape.ts';
import { commaLines, expression, holds } from './sql.ts';
import { noEstimate, type TypeQuery } from './step.ts';
import { wilsonColumns } from './wilson.ts';

/**
 * numerator / denominator, counted over the rows where the denominator holds; the numerator is always a part of it.
 * Pending rows are in neither; each may yet end in either, which bounds what the value can still become.
 */
export function ratioQuery(metric: RatioSpec, shape: Shape): TypeQuery {
  return {
    isByDay: isCountedByDay(shape),
    contribution: [
      sql`coalesce(${expression(metric.denominator)}, false) as is_counted`,
      sql`coalesce(${expression(metric.numerator)}, false) as is_hit`,
      sql`${holds(metric.pending)} as is_pending`,
    ],
    steps: [
      ...countRows(shape, [
        { name: 'numerator', where: sql`is_counted and is_hit and not is_beside` },
        { name: 'denominator', where: sql`is_counted and not is_beside` },
        { name: 'pending', where: sql`is_pending and not is_counted and not is_beside` },
      ]),
      {
        name: 'measures',
        query: sql`select
        counts.*,
        numerator / nullif(denominator, 0) as value,
        ${commaLines(wilsonColumns)},
        cast(denominator as bigint) as sample_size,
        ${commaLines(noEstimate)},
        cast(null as double) as over_value,
        numerator / nullif(denominator + pending, 0) as lowest,
        (numerator + pending) / nullif(denominator + pending, 0) as highest
    from counts`,
      },
    ],
  };
}
