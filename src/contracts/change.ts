import type { Grain, Metric } from '../project/metric.ts';
import { type Answer, type Asked, answer, askedOf, type MetricCheck } from './metric-rule.ts';
import { askValues, inWords, percent } from './value-query.ts';

/** The last period of a grain that is over and that nothing can change, against the one before. */
interface Found {
  readonly id: number;
  readonly grain: Grain;
  readonly period_start: string;
  readonly value: number | null;
  readonly previous_value: number | null;
  readonly change: string | null;
  readonly is_off: boolean;
}

/** A metric does not leap from one period to the next, unless chance alone could be the reason. */
export const change: MetricCheck = async (context) => {
  const asked = askedOf(context.project.metrics, 'change');
  const found = await askValues<Found>(
    context.warehouse,
    asked.map(({ metric, rule }) => ({ metric, settings: { within: rule.within } })),
    `final as (
    select rules.id, rules.within, measured.*
    from rules
    inner join main.metric_values as measured using (metric, version)
    where
        measured.dimension = 'all'
        and measured.is_complete
        -- What has no window has nothing to wait for.
        and coalesce(measured.maturity, 'mature') = 'mature'
    qualify row_number() over (partition by rules.id, measured.grain order by measured.period_start desc) = 1
)

select
    id,
    grain,
    period_start,
    value,
    previous_value,
    change,
    coalesce(
        change in ('rose', 'fell') and abs(value - previous_value) > within * abs(previous_value),
        false
    ) as is_off
from final`,
  );
  return asked.map((entry, index) => toAnswer(context, entry, found[index] ?? []));
};

function toAnswer(context: Parameters<MetricCheck>[0], entry: Asked<'change'>, found: readonly Found[]): Answer {
  const off = found.filter((row) => row.is_off);
  const told = off.length > 0 ? off : found;
  const parts = told.map((row) => describe(row, entry.metric));
  return answer(context, entry, {
    passed: off.length === 0,
    observed: parts.length === 0 ? 'no period is over and mature yet' : parts.join('; '),
    ...(off.length > 1 ? { parts } : {}),
    expected: `within ${percent(entry.rule.within)} of the period before, or no further than chance could explain`,
    sample: off.length === 0 ? null : parts.join('; '),
  });
}

function describe(
  { grain, period_start: start, value, previous_value: before, change: word }: Found,
  { unit }: Metric,
): string {
  const period = `${grain} ${start}`;
  if (value === null || before === null) return `${period}: nothing to compare`;
  const move = word === 'rose' || word === 'fell' ? word : 'went';
  const doubt = word === 'too_few' ? ', too few rows to say' : '';
  const show = (number: number): string => (unit === 'percent' ? percent(number, 4) : inWords(number, 6));
  return `${period}: ${move} from ${show(before)} to ${show(value)}${doubt}`;
}
