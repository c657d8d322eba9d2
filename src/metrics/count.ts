import { sql } from 'kysely';
import type { CountSpec } from '../project/metric.ts';
import { countRows, isCountedByDay } from './count-rows.ts';
import type { Shape } from './shape.ts';
import { commaLines, holds } from './sql.ts';
import { noEstimate, type Step, type TypeQuery } from './step.ts';

/** How many rows a period has; pending ones are not counted yet and may come on top. */
export function countQuery(metric: CountSpec, shape: Shape): TypeQuery {
  return {
    isByDay: isCountedByDay(shape),
    contribution: [sql`${holds(metric.pending)} as is_pending`],
    steps: [
      ...countRows(shape, [
        { name: 'numerator', where: sql`not is_pending and not is_beside` },
        { name: 'pending', where: sql`is_pending and not is_beside` },
      ]),
      measuresOfCount,
    ],
  };
}

/** A number of things: the value is the numerator, and what is pending may come on top. */
export const measuresOfCount: Step = {
  name: 'measures',
  query: sql`select
        counts.*,
        cast(null as double) as denominator,
        numerator as value,
        cast(null as double) as lower_95,
        cast(null as double) as upper_95,
        cast(numerator as bigint) as sample_size,
        ${commaLines(noEstimate)},
        cast(null as double) as over_value,
        numerator as lowest,
        numerator + pending as highest
    from counts`,
};
