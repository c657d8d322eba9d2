import { type Answer, answer, askedOf, type MetricCheck } from './metric-rule.ts';
import { counted } from './rule.ts';
import { askValues, fewOf, periodShown } from './value-query.ts';

interface Found {
  readonly id: number;
  readonly values: number;
  readonly breaks: number;
  readonly sample: readonly string[] | null;
}

/** A metric has one value for each period and part. */
export const uniqueValues: MetricCheck = async (context) => {
  const asked = askedOf(context.project.metrics, 'unique');
  const found = await askValues<Found>(
    context.warehouse,
    asked.map(({ metric }) => ({ metric })),
    `keys as (
    select
        rules.id,
        ${periodShown} as shown,
        count(*) > 1 as is_repeated
    from rules
    inner join main.metric_values as measured using (metric, version)
    group by rules.id, grain, period_start, dimension, dimension_value
)

select
    id,
    count(*) as values,
    count(*) filter (where is_repeated) as breaks,
    ${fewOf('shown', 'is_repeated')} as sample
from keys
group by id`,
  );
  return asked.map((entry, index): Answer => {
    const { values = 0, breaks = 0, sample = null } = found[index]?.[0] ?? {};
    const shown = breaks === 0 ? null : (sample ?? []).join('; ');
    return answer(context, entry, {
      rule: 'unique(values)',
      passed: breaks === 0,
      observed:
        shown === null
          ? `${counted(values, 'value')}, each once`
          : `${counted(breaks, 'value')} more than once: ${shown}`,
      expected: 'one value for each period and part',
      sample: shown,
    });
  });
};
