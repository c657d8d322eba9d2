import { sql } from 'kysely';
import type { SumSpec } from '../project/metric.ts';
import { exactSum } from './exact-sum.ts';
import type { Shape } from './shape.ts';
import { commaLines, expression, holds } from './sql.ts';
import { groupDated, noEstimate, type TypeQuery } from './step.ts';

/** What the values of a period come to. Nobody knows what a pending row will add, so that it leaves all open. */
export function sumQuery(metric: SumSpec, shape: Shape): TypeQuery {
  const isCounted = sql`not is_pending and not is_beside`;
  return {
    contribution: [sql`${expression(metric.value)} as measured_value`, sql`${holds(metric.pending)} as is_pending`],
    steps: [
      {
        name: 'sums',
        query: groupDated(shape, [
          sql`coalesce(${exactSum(sql`measured_value`, isCounted)}, 0) as numerator`,
          sql`count(measured_value) filter (where ${isCounted}) as sample_size`,
          sql`count(*) filter (where is_pending and not is_beside) as pending`,
        ]),
      },
      {
        name: 'measures',
        query: sql`select
        sums.*,
        cast(null as double) as denominator,
        numerator as value,
        cast(null as double) as lower_95,
        cast(null as double) as upper_95,
        ${commaLines(noEstimate)},
        cast(null as double) as over_value,
        case when pending = 0 then numerator end as lowest,
        lowest as highest
    from sums`,
      },
    ],
  };
}
