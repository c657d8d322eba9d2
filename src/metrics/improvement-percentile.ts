import { sql } from 'kysely';
import type { PercentileSpec } from '../project/metric.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import type { Side } from './improvement-sides.ts';
import type { Window } from './improvement-windows.ts';
import { percentileQuery } from './percentile.ts';
import { commaLines, expression, holds, type Sql, toText } from './sql.ts';

type Where = Window & { readonly team: string | undefined };

interface Measures {
  readonly numerator: number;
  readonly denominator: number;
  readonly value: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly over_value: number | null;
  readonly sample_size: number;
  readonly pending: number;
}

/** Percentiles of weeks do not add up: a window's is worked out of the rows themselves. */
export async function percentileOf(warehouse: Warehouse, metric: PercentileSpec, where: Where): Promise<Side> {
  const [row] = await warehouse.rows<Measures>(toText(windowQuery(metric, where)));
  return {
    numerator: row?.numerator ?? 0,
    denominator: row?.denominator ?? 0,
    value: row?.value ?? null,
    lower: row?.lower ?? null,
    upper: row?.upper ?? null,
    overValue: row?.over_value ?? null,
    sampleSize: row?.sample_size ?? 0,
    pending: row?.pending ?? 0,
  };
}

/** The metric's own steps, with the window in the place of a week. No row when the window has none. */
function windowQuery(metric: PercentileSpec, where: Where): Sql {
  const typed = percentileQuery(metric, { grains: ['week'], dimensions: [], sets: [[]] });
  const steps = [{ name: 'dated', query: dated(metric, typed.contribution, where) }, ...typed.steps];
  const parts = steps.map((step) => sql`${sql.raw(step.name)} as (\n    ${step.query}\n)`);
  return sql`with\n\n${sql.join(parts, sql.raw(',\n\n'))}

select
    measures.numerator,
    measures.denominator,
    measures.value,
    -- A lower bound among the unanswered lies above the longest answered one.
    case
        when positions.lower_rank <= len(positions.answered) then positions.answered[positions.lower_rank]
        when positions.lower_rank is not null then positions.answered[len(positions.answered)]
    end as lower,
    measures.upper_95 as upper,
    measures.over_value,
    measures.sample_size,
    measures.pending
from measures
cross join positions`;
}

function dated(metric: PercentileSpec, contribution: readonly Sql[], where: Where): Sql {
  const time = sql`model.${sql.ref(metric.time)}`;
  const conditions = [
    sql`${time} >= (${bound('starts_at', 'period_start', where.from)})`,
    sql`${time} < (${bound('ends_at', 'period_end', where.until)})`,
    ...(where.team === undefined
      ? []
      : [sql`coalesce(cast(model.team as varchar), '(none)') = ${sql.lit(where.team)}`]),
    ...(metric.filter === undefined ? [] : [expression(metric.filter)]),
  ];
  const columns = [
    sql`cast(${sql.lit(where.from)} as date) as week_start`,
    ...contribution,
    sql`${holds(metric.beside)} as is_beside`,
  ];
  return sql`select
        ${commaLines(columns)}
    from ${sql.table(`main.${metric.model}`)} as model
    where
        ${sql.join(conditions, sql.raw('\n        and '))}`;
}

/** The instant at which a week begins or ends. */
function bound(instant: string, key: string, date: string): Sql {
  return sql`select ${sql.ref(instant)} from sla.periods where grain = 'week' and ${sql.ref(key)} = cast(${sql.lit(date)} as date)`;
}
