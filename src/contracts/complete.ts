import type { Metric } from '../project/metric.ts';
import { quoteLiteral } from '../warehouse/warehouse.ts';
import { type Answer, answer, askedOf, type MetricCheck } from './metric-rule.ts';
import { counted } from './rule.ts';
import { askValues, fewOf } from './value-query.ts';

interface Found {
  readonly id: number;
  readonly due: number;
  readonly missing: number;
  readonly sample: readonly string[] | null;
}

/**
 * Every period that is over has rows, from the first one with any; of a metric that is made of others, a value. One
 * without any row is not complete.
 */
export const complete: MetricCheck = async (context) => {
  const asked = askedOf(context.project.metrics, 'complete');
  const found = await askValues<Found>(
    context.warehouse,
    asked.map(({ metric, rule }) => ({
      metric,
      settings: { periods: rule.periods ?? null, is_of_values: hasNoRows(metric) },
    })),
    `there as (
    select
        rules.id,
        rules.periods,
        measured.grain,
        measured.period_start
    from rules
    inner join main.metric_values as measured using (metric, version)
    where
        measured.dimension = 'all'
        and if(
            rules.is_of_values,
            measured.value is not null,
            measured.sample_size > 0 or measured.pending > 0 or measured.beside > 0
        )
),

firsts as (
    select id, periods, grain, min(period_start) as first_start
    from there
    group by all
),

due as (
    select
        firsts.id,
        firsts.periods,
        grain,
        sla.period_start,
        row_number() over (partition by firsts.id, grain order by sla.period_start desc) as age
    from firsts
    inner join sla.periods as sla using (grain)
    where
        sla.period_start >= firsts.first_start
        and sla.ends_at <= timestamptz ${quoteLiteral(context.asOf)}
),

final as (
    select
        due.id,
        there.id is null as is_missing,
        due.grain || ' ' || due.period_start as shown
    from due
    left join there on there.id = due.id and there.grain = due.grain and there.period_start = due.period_start
    where due.age <= coalesce(due.periods, due.age)
)

select
    rules.id,
    count(final.id) as due,
    count(*) filter (where is_missing) as missing,
    ${fewOf('shown', 'is_missing')} as sample
from rules
left join final on final.id = rules.id
where rules.id in (select id from firsts)
group by rules.id`,
  );
  return asked.map((entry, index): Answer => {
    const { periods } = entry.rule;
    const expected =
      periods === undefined ? 'rows in every period that is over' : `rows in the last ${periods} periods`;
    const row = found[index]?.[0];
    if (row === undefined)
      return answer(context, entry, { passed: false, observed: 'no rows in any period', expected });
    const sample = row.missing === 0 ? null : (row.sample ?? []).join('; ');
    return answer(context, entry, {
      passed: row.missing === 0,
      observed:
        sample === null
          ? `rows in ${row.due === 1 ? 'the 1 period' : `all ${counted(row.due, 'period')}`}`
          : `${row.missing} of ${counted(row.due, 'period')} without rows: ${sample}`,
      expected,
      sample,
    });
  });
};

/** What is made of other metrics' values has no rows of its own. */
function hasNoRows({ type }: Metric): boolean {
  return type === 'derived' || type === 'ratio_of_metrics';
}
