import { quoteLiteral } from '../warehouse/warehouse.ts';
import { type Answer, type Asked, answer, askedOf, type MetricCheck } from './metric-rule.ts';
import { askValues, inWords, percent } from './value-query.ts';

/** The last period of a grain that is over, against those before it. */
interface Found {
  readonly id: number;
  readonly grain: string;
  readonly period_start: string;
  readonly sample_size: number;
  /** Rows that may still come on top. */
  readonly waiting: number;
  readonly before: number;
  readonly median: number | null;
  readonly is_off: boolean | null;
}

/** With fewer periods before the last one nothing is usual yet. */
const fewestBefore = 3;

/**
 * The sample of the last period that is over is near the median of those before it. A period without rows has a sample
 * of none; rows that are pending may still join the sample, so that they speak against too few.
 */
export const volume: MetricCheck = async (context) => {
  const asked = askedOf(context.project.metrics, 'volume');
  const found = await askValues<Found>(
    context.warehouse,
    asked.map(({ metric, rule }) => ({
      metric,
      // In a conversion's sample are also rows whose time is not over.
      settings: { within: rule.within, of_last: rule.ofLast, has_pending: metric.type === 'conversion' },
    })),
    `there as (
    select
        rules.id,
        rules.within,
        rules.of_last,
        measured.grain,
        measured.period_start,
        measured.sample_size,
        if(rules.has_pending, 0, measured.pending) as waiting
    from rules
    inner join main.metric_values as measured using (metric, version)
    where measured.dimension = 'all'
),

firsts as (
    select id, within, of_last, grain, min(period_start) as first_start
    from there
    where sample_size > 0 or waiting > 0
    group by all
),

over as (
    select
        firsts.id,
        firsts.within,
        firsts.of_last,
        grain,
        sla.period_start,
        coalesce(there.sample_size, 0) as sample_size,
        coalesce(there.waiting, 0) as waiting,
        row_number() over (partition by firsts.id, grain order by sla.period_start desc) - 1 as age
    from firsts
    inner join sla.periods as sla using (grain)
    left join there using (id, grain, period_start)
    where
        sla.period_start >= firsts.first_start
        and sla.ends_at <= timestamptz ${quoteLiteral(context.asOf)}
),

compared as (
    select
        id,
        within,
        grain,
        any_value(period_start) filter (where age = 0) as period_start,
        any_value(sample_size) filter (where age = 0) as sample_size,
        any_value(waiting) filter (where age = 0) as waiting,
        count(*) filter (where age between 1 and of_last) as before,
        median(sample_size) filter (where age between 1 and of_last) as median
    from over
    group by all
)

select
    id,
    grain,
    period_start,
    sample_size,
    waiting,
    before,
    median,
    before >= ${fewestBefore}
        and median > 0
        and (sample_size + waiting < median * (1 - within) or sample_size > median * (1 + within)) as is_off
from compared`,
  );
  return asked.map((entry, index) => toAnswer(context, entry, found[index] ?? []));
};

function toAnswer(context: Parameters<MetricCheck>[0], entry: Asked<'volume'>, found: readonly Found[]): Answer {
  const off = found.filter((row) => row.is_off);
  const told = off.length > 0 ? off : found;
  const parts = told.map(describe);
  return answer(context, entry, {
    passed: off.length === 0,
    observed: parts.length === 0 ? 'no period is over yet' : parts.join('; '),
    ...(off.length > 1 ? { parts } : {}),
    expected: `within ${percent(entry.rule.within)} of the median of the ${entry.rule.ofLast} periods before`,
    sample: off.length === 0 ? null : parts.join('; '),
  });
}

function describe({ grain, period_start: start, sample_size: size, waiting, before, median }: Found): string {
  const period = `${grain} ${start}`;
  if (before < fewestBefore) return `${period}: too few periods to say`;
  const pending = waiting === 0 ? '' : ` and ${inWords(waiting)} pending`;
  return `${period}: ${inWords(size)}${pending}, a median of ${inWords(median ?? 0)} in the ${before} before`;
}
