import { type Answer, answer, askedOf, type MetricCheck } from './metric-rule.ts';
import { askValues, fewOf, numberShown } from './value-query.ts';

interface Found {
  readonly id: number;
  readonly sums: number;
  readonly breaks: number;
  readonly sample: readonly string[] | null;
}

/** What may be added, and how it is told. */
const measures = { numerator: 'numerator', denominator: 'denominator', sample_size: 'sample size', pending: 'pending' };

/** Sums of doubles in another order differ in their last digits. */
const tolerance = 1e-9;

/** In every period the parts of each dimension add up to the whole; of a period without rows there are none. */
export const addsUp: MetricCheck = async (context) => {
  const asked = askedOf(context.project.metrics, 'adds_up');
  const names = Object.keys(measures);
  const pairs = Object.entries(measures).map(
    ([name, label]) => `{
            'name': '${label}',
            'whole': cast(totals.${name} as double),
            'together': cast(parts.${name} as double),
            'size': cast(parts.${name}_size as double)
        }`,
  );
  const sums = names.map((name) => `sum(${name}) as ${name}, sum(abs(${name})) as ${name}_size`);
  const found = await askValues<Found>(
    context.warehouse,
    asked.map(({ metric }) => ({ metric, settings: { dimensions: JSON.stringify(metric.dimensions) } })),
    `measured as (
    select rules.id, measured.*
    from rules
    inner join main.metric_values as measured using (metric, version)
),

dimensions as (
    select id, unnest(from_json(dimensions, '["varchar"]')) as dimension
    from rules
),

totals as (
    select measured.* replace (dimensions.dimension as dimension)
    from measured
    inner join dimensions using (id)
    where measured.dimension = 'all'
),

parts as (
    select id, dimension, grain, period_start, ${sums.join(', ')}
    from measured
    where dimension <> 'all'
    group by id, dimension, grain, period_start
),

compared as (
    select
        id,
        grain || ' ' || period_start || ', ' || dimension as shown,
        unnest([${pairs.join(', ')}], recursive := true)
    from totals
    full join parts using (id, dimension, grain, period_start)
),

final as (
    select
        *,
        abs(coalesce(whole, 0) - coalesce(together, 0))
            > ${tolerance} * (abs(coalesce(whole, 0)) + coalesce(size, 0)) as is_off
    from compared
)

select
    id,
    count(*) // ${names.length} as sums,
    count(*) filter (where is_off) as breaks,
    ${fewOf(
      `shown || ': ' || name || ' ' || coalesce(${numberShown('together')}, 'none')
        || ' in parts and ' || coalesce(${numberShown('whole')}, 'none') || ' in all'`,
      'is_off',
    )} as sample
from final
group by id`,
  );
  return asked.map((entry, index): Answer => {
    const { sums: checked = 0, breaks = 0, sample = null } = found[index]?.[0] ?? {};
    const shown = breaks === 0 ? null : (sample ?? []).join('; ');
    const number = checked.toLocaleString('en');
    return answer(context, entry, {
      passed: breaks === 0,
      observed: shown === null ? `${number} sums of parts are the whole` : `${breaks} sums are not the whole: ${shown}`,
      expected: 'numerator, denominator, sample size and pending of all parts together those of the whole',
      sample: shown,
    });
  });
};
