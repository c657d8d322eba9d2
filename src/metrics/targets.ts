import { sql } from 'kysely';
import type { MetricSpec } from '../project/metric.ts';
import type { Sql } from './sql.ts';
import type { Step } from './step.ts';

/**
 * The targets promised by the agreement in force when the period starts, for everybody (team null) and for single teams.
 * One for the very grain comes first, then one for the quarter.
 */
export function promised(spec: MetricSpec, isAmount: boolean): Step {
  // A number a month says nothing of a week; a rate holds for any period unless the promise names one.
  const grainFits = isAmount
    ? sql`targets.grain = periods.grain`
    : sql`(targets.grain is null or targets.grain = periods.grain)`;
  return {
    name: 'promised',
    query: sql`select periods.grain, periods.period_start, targets.team, targets.target
    from sla.periods as periods
    inner join sla.agreements as agreements
        on periods.starts_at >= agreements.effective_at
        and (agreements.superseded_at is null or periods.starts_at < agreements.superseded_at)
    inner join sla.local_dates as dates on dates.local_date = periods.period_start
    inner join sla.targets as targets
        on targets.agreement = agreements.agreement
        and targets.metric = ${sql.lit(spec.name)}
        and ${grainFits}
        and (targets.quarter_start is null or targets.quarter_start = dates.quarter)
    qualify
        row_number() over (
            partition by periods.grain, periods.period_start, targets.team
            order by targets.grain is null, targets.quarter_start is null, targets.promise
        ) = 1`,
  };
}

/** What a row of `spine` is measured by, before it is asked whether its version is in force. */
export interface Targets {
  /** By the agreement. */
  readonly promised: Sql;
  /** By the metric itself, where the agreement promises nothing. */
  readonly own: Sql;
  readonly joins: Sql;
}

/** A number for everybody says nothing of a part; a rate does, unless the team has its own. */
export function targetsOf(spec: MetricSpec, isAmount: boolean): Targets {
  return {
    promised: isAmount
      ? sql`case when spine.dimension = 'all' then promised.target else team_promised.target end`
      : sql`coalesce(team_promised.target, promised.target)`,
    own: ownTarget(spec, isAmount),
    joins: sql`
    left join promised
        on promised.grain = spine.grain and promised.period_start = spine.period_start and promised.team is null
    left join promised as team_promised
        on team_promised.grain = spine.grain
        and team_promised.period_start = spine.period_start
        and team_promised.team = case when spine.dimension = 'team' then spine.dimension_value end`,
  };
}

export const noTargets: Targets = {
  promised: sql`cast(null as double)`,
  own: sql`cast(null as double)`,
  joins: sql``,
};

/** A metric's own goal. A number a period is one of its first grain; `checkTargetGrain` asks that it be the only one. */
function ownTarget({ target, grains }: MetricSpec, isAmount: boolean): Sql {
  if (target === undefined) return sql`cast(null as double)`;
  const goal = sql`cast(${sql.lit(target)} as double)`;
  return isAmount
    ? sql`case when spine.dimension = 'all' and spine.grain = ${sql.lit(grains[0] ?? '')} then ${goal} end`
    : goal;
}
