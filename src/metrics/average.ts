import { sql } from 'kysely';
import type { AverageSpec } from '../project/metric.ts';
import { exactSum } from './exact-sum.ts';
import type { Shape } from './shape.ts';
import { commaLines, expression, holds, type Sql } from './sql.ts';
import { groupDated, noEstimate, type Step, type TypeQuery } from './step.ts';

/** Below it the mean of values that are far from normal is too far from normal itself. */
const fewestForInterval = sql.raw('30');

/** The 97.5 % point of the normal distribution. */
const z = sql.raw('1.959963984540054');

/** The mean of `value` over the rows that have one and are not pending. */
export function averageQuery(metric: AverageSpec, shape: Shape): TypeQuery {
  return {
    contribution: [sql`${expression(metric.value)} as measured_value`, sql`${holds(metric.pending)} as is_pending`],
    steps: averageSteps(shape, sql`not is_pending and not is_beside`),
  };
}

/**
 * From rows with `measured_value` and `is_pending` to the mean of what they have, with the large-sample interval mean ±
 * z × sample standard deviation / √n from 30 values on. Nobody knows what a pending row will have: it leaves all open.
 * @param isSampled over a row of `dated`: whether it takes part.
 */
export function averageSteps(shape: Shape, isSampled: Sql): readonly Step[] {
  const deviation = sql`stddev_samp(cast(measured_value as double)) filter (where ${isSampled})`;
  return [
    {
      name: 'sums',
      query: groupDated(shape, [
        sql`coalesce(${exactSum(sql`measured_value`, isSampled)}, 0) as numerator`,
        sql`count(measured_value) filter (where ${isSampled}) as sample_size`,
        // Seven digits: the others differ with the order in which threads finish.
        sql`cast(cast(${deviation} as float) as double) as deviation`,
        sql`count(*) filter (where is_pending and not is_beside) as pending`,
      ]),
    },
    {
      name: 'measures',
      query: sql`select
        sums.* exclude (deviation),
        cast(sample_size as double) as denominator,
        numerator / nullif(denominator, 0) as value,
        case when sample_size >= ${fewestForInterval} then ${bound('-')} end as lower_95,
        case when sample_size >= ${fewestForInterval} then ${bound('+')} end as upper_95,
        ${commaLines(noEstimate)},
        cast(null as double) as over_value,
        case when pending = 0 then value end as lowest,
        lowest as highest
    from sums`,
    },
  ];
}

function bound(side: '-' | '+'): Sql {
  return sql`value ${sql.raw(side)} ${z} * deviation / sqrt(sample_size)`;
}
