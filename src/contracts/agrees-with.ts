import { type Answer, answer, askedOf, type MetricCheck } from './metric-rule.ts';
import { counted } from './rule.ts';
import { askValues, fewOf, numberShown, percent } from './value-query.ts';

interface Found {
  readonly id: number;
  /** Periods of this metric, of the other one, and of both. */
  readonly own: number;
  readonly theirs: number;
  readonly common: number;
  readonly breaks: number;
  readonly sample: readonly string[] | null;
}

/** What was computed in another way differs in its last digits. */
const same = 1e-9;

/** Another metric has the same value in every period that both have. */
export const agreesWith: MetricCheck = async (context) => {
  const { metrics } = context.project;
  const asked = askedOf(metrics, 'agrees_with').filter(
    ({ metric, rule }) => rule.metric !== metric.name && metrics.some(({ name }) => name === rule.metric),
  );
  const found = await askValues<Found>(
    context.warehouse,
    asked.map(({ metric, rule }) => ({ metric, settings: { other: rule.metric, within: rule.within ?? same } })),
    `own as (
    select rules.id, rules.within, measured.grain, measured.period_start, measured.value
    from rules
    inner join main.metric_values as measured using (metric, version)
    where measured.dimension = 'all'
),

theirs as (
    select rules.id, measured.grain, measured.period_start, measured.value
    from rules
    inner join main.metric_values as measured on measured.metric = rules.other
    where measured.dimension = 'all' and measured.is_in_force
),

compared as (
    select
        id,
        own.id is not null as is_own,
        theirs.id is not null as is_theirs,
        is_own and is_theirs and coalesce(
            abs(own.value - theirs.value) > own.within * abs(theirs.value),
            (own.value is null) <> (theirs.value is null)
        ) as is_off,
        grain || ' ' || period_start || ': ' || coalesce(${numberShown('own.value')}, 'none')
            || ' against ' || coalesce(${numberShown('theirs.value')}, 'none') as shown
    from own
    full join theirs using (id, grain, period_start)
)

select
    id,
    count(*) filter (where is_own) as own,
    count(*) filter (where is_theirs) as theirs,
    count(*) filter (where is_own and is_theirs) as common,
    count(*) filter (where is_off) as breaks,
    ${fewOf('shown', 'is_off')} as sample
from compared
group by id`,
  );
  return asked.map((entry, index): Answer => {
    const { metric, within } = entry.rule;
    const { own = 0, theirs = 0, common = 0, breaks = 0, sample = null } = found[index]?.[0] ?? {};
    const shown = breaks === 0 ? null : (sample ?? []).join('; ');
    const isApart = common === 0 && own + theirs > 0;
    return answer(context, entry, {
      rule: `agrees-with(${metric})`,
      passed: breaks === 0 && !isApart,
      observed: isApart
        ? `no period in which both have a value`
        : shown === null
          ? `the same in ${counted(common, 'period')}`
          : `${breaks} of ${counted(common, 'period')} differ: ${shown}`,
      expected: within === undefined ? `the value of ${metric}` : `within ${percent(within)} of ${metric}`,
      sample: shown,
    });
  });
};
