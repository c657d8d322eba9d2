import { sql } from 'kysely';
import type { CountSpec } from '../project/metric.ts';
import type { Shape } from './shape.ts';
import { commaLines, holds } from './sql.ts';
import { groupDated, noEstimate, type TypeQuery } from './step.ts';

/** How many rows a period has; pending ones are not counted yet and may come on top. */
export function countQuery(metric: CountSpec, shape: Shape): TypeQuery {
  return {
    contribution: [sql`${holds(metric.pending)} as is_pending`],
    steps: [
      {
        name: 'counts',
        query: groupDated(shape, [
          sql`cast(count(*) filter (where not is_pending and not is_beside) as double) as numerator`,
          sql`count(*) filter (where is_pending and not is_beside) as pending`,
        ]),
      },
      {
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
      },
    ],
  };
}
