import { type Answer, answer, askedOf, type MetricCheck } from './metric-rule.ts';
import { askValues, fewOf, numberShown, periodShown } from './value-query.ts';

interface Found {
  readonly id: number;
  readonly values: number;
  readonly breaks: number;
  readonly sample: readonly string[] | null;
}

/** No value of a metric lies outside the range that its contract calls possible. */
export const range: MetricCheck = async (context) => {
  const asked = askedOf(context.project.metrics, 'range');
  const questions = asked.map(({ metric, rule: { low, high } }) => ({ metric, settings: { low, high } }));
  const found = await askValues<Found>(
    context.warehouse,
    questions,
    `checked as (
    select
        rules.id,
        value,
        coalesce(value < low or value > high or not isfinite(value), false) as is_outside,
        ${numberShown('value')} || ' in ' || ${periodShown} as shown
    from rules
    left join main.metric_values as measured using (metric, version)
)

select
    id,
    count(value) as values,
    count(*) filter (where is_outside) as breaks,
    ${fewOf('shown', 'is_outside')} as sample
from checked
group by id`,
  );
  return asked.map((entry, index): Answer => {
    const { values = 0, breaks = 0, sample = null } = found[index]?.[0] ?? {};
    const number = values.toLocaleString('en');
    const shown = breaks === 0 ? null : (sample ?? []).join('; ');
    return answer(context, entry, {
      passed: breaks === 0,
      observed: breaks === 0 ? `${number} values inside` : `${breaks} of ${number} values outside: ${shown}`,
      expected: describeRange(entry.rule.low, entry.rule.high),
      sample: shown,
    });
  });
};

function describeRange(low: number | null, high: number | null): string {
  if (low === null) return high === null ? 'a finite number' : `at most ${high}`;
  return high === null ? `at least ${low}` : `from ${low} to ${high}`;
}
