import type { Ledger } from '../project/ledger.ts';
import type { Metric } from '../project/metric.ts';
import type { SqlValue, Warehouse } from '../warehouse/warehouse.ts';
import { labelOf } from './labels.ts';

/** A published line that a build shows otherwise. */
export interface Difference {
  readonly period: string;
  readonly grain: string;
  /** Null where the periods no longer have one of that name. */
  readonly period_start: string | null;
  readonly metric: string;
  readonly version_published: number;
  /** Null: the metric is gone, or has no such period. */
  readonly version_now: number | null;
  readonly unit: string | null;
  readonly value_published: number | null;
  readonly value_now: number | null;
  readonly status_published: string | null;
  readonly status_now: string | null;
  readonly numerator_published: number | null;
  readonly numerator_now: number | null;
  readonly denominator_published: number | null;
  readonly denominator_now: number | null;
  readonly as_of_published: string;
  /** Null: may move as it likes. */
  readonly tolerance: number | null;
  readonly severity: 'error' | 'warn';
  /** It was not final when it was published. */
  readonly is_settled: boolean;
  /** Leads of the period may be past retention. */
  readonly is_past_retention: boolean;
  /** Further off than it may be, if nothing excuses it. */
  readonly is_off: boolean;
  readonly is_beyond: boolean;
  readonly is_acknowledged: boolean;
  readonly reason: string | null;
  readonly acknowledged_by: string | null;
  readonly acknowledged_on: string | null;
  readonly file: string;
  readonly line: number;
}

export interface DifferenceOptions {
  readonly ledger: Pick<Ledger, 'periods' | 'acknowledgements'>;
  readonly metrics: readonly Metric[];
  /** ISO instant: how far the data are trusted. */
  readonly asOf: string;
  /** Somebody asked for that instant: of an earlier day a build need not show what was published later. */
  readonly isAsOfAsked: boolean;
  /** For how long leads are kept of which nothing was heard: of earlier periods some may be gone. Absent: for ever. */
  readonly retentionMonths?: number;
}

/** How far a value may move where the metric is gone, and nothing says. */
const usualTolerance = 0.01;

/** Sums of the same numbers in another order differ by less. */
export const rounding = 1e-9;

/**
 * What is not as it was published: values by more than rounding, and verdicts. main.metric_values and sla.periods must be
 * there. In order of period and metric.
 */
export async function findDifferences(warehouse: Warehouse, options: DifferenceOptions): Promise<Difference[]> {
  await warehouse.run('create schema if not exists state');
  await insertLines(warehouse, options.ledger);
  await insertLimits(warehouse, options.metrics);
  await insertAcknowledgements(warehouse, options.ledger);
  const rows = await warehouse.rows<Difference>(differencesSql, [
    options.asOf,
    options.retentionMonths ?? null,
    options.isAsOfAsked,
  ]);
  await warehouse.run(
    Object.values(tables)
      .map((table) => `drop table ${table}`)
      .join('; '),
  );
  return rows;
}

const tables = {
  lines: 'state.ledger_lines',
  limits: 'state.ledger_limits',
  acknowledgements: 'state.ledger_acknowledgements',
} as const;

async function insertLines(warehouse: Warehouse, { periods }: Pick<Ledger, 'periods'>): Promise<void> {
  const columns = {
    ...{ period: 'varchar', grain: 'varchar', metric: 'varchar', version: 'integer' },
    ...{ value: 'double', numerator: 'double', denominator: 'double', status: 'varchar', is_final: 'boolean' },
    ...{ as_of: 'timestamptz', file: 'varchar', line: 'integer' },
  };
  const rows = periods.flatMap(({ label, grain, lines }) =>
    lines.map(({ metric, version, status, place, ...line }) => ({
      ...{ period: label, grain, metric, version, status },
      ...{ value: exact(line.value), numerator: exact(line.numerator), denominator: exact(line.denominator) },
      ...{ is_final: line.isFinal, as_of: line.asOf, file: place.file, line: place.line },
    })),
  );
  await warehouse.insert(tables.lines, columns, rows);
}

async function insertLimits(warehouse: Warehouse, metrics: readonly Metric[]): Promise<void> {
  const columns = {
    ...{ metric: 'varchar', version: 'integer', unit: 'varchar', tolerance: 'double', severity: 'varchar' },
  };
  const rows = metrics.map(({ name, version, unit, contract }) => {
    const rule = contract.find(({ kind }) => kind === 'restatement');
    const tolerance = rule?.kind === 'restatement' ? rule.within : null;
    return { metric: name, version, unit, tolerance: exact(tolerance), severity: rule?.severity ?? 'error' };
  });
  await warehouse.insert(tables.limits, columns, rows);
}

async function insertAcknowledgements(
  warehouse: Warehouse,
  { acknowledgements }: Pick<Ledger, 'acknowledgements'>,
): Promise<void> {
  const columns = {
    ...{ entry_no: 'integer', period: 'varchar', metric: 'varchar', version: 'integer' },
    ...{ to_value: 'double', to_status: 'varchar', reason: 'varchar' },
    ...{ acknowledged_by: 'varchar', acknowledged_on: 'date' },
  };
  const rows = acknowledgements.map(({ period, metric, version, reason, ...entry }, index) => ({
    ...{ entry_no: index, period, metric, version, reason },
    ...{ to_value: exact(entry.toValue), to_status: entry.toStatus },
    ...{ acknowledged_by: entry.by, acknowledged_on: entry.on },
  }));
  await warehouse.insert(tables.acknowledgements, columns, rows);
}

/** As text: a number would pass through a decimal and lose its last digit. */
function exact(value: number | null): SqlValue {
  return value === null ? null : String(value);
}

/** SQL for how far a value is from another: points of percentages, else a share of the other. */
function distance(value: string, other: string): string {
  return `case
            when unit = 'percent' then abs(${value} - ${other})
            when ${value} = ${other} then 0
            when ${other} = 0 then 'infinity'::double
            else abs(${value} - ${other}) / abs(${other})
        end`;
}

const differencesSql = /* sql */ `
with current_values as (
    select
        metric,
        version,
        grain,
        ${labelOf('grain', 'period_start')} as period,
        numerator,
        denominator,
        value,
        status
    from main.metric_values
    where dimension = 'all' and is_in_force
),

periods as (
    select grain, ${labelOf('grain', 'period_start')} as period, period_start, starts_at
    from sla.periods
    where grain in (select distinct grain from ${tables.lines})
),

-- Only the last word on a value counts.
acknowledgements as (
    select *
    from ${tables.acknowledgements}
    qualify row_number() over (partition by period, metric, version order by entry_no desc) = 1
),

compared as (
    select
        published.period,
        published.grain,
        periods.period_start,
        published.metric,
        published.version as version_published,
        current_values.version as version_now,
        limits.unit,
        published.value as value_published,
        current_values.value as value_now,
        published.status as status_published,
        current_values.status as status_now,
        published.numerator as numerator_published,
        current_values.numerator as numerator_now,
        published.denominator as denominator_published,
        current_values.denominator as denominator_now,
        published.as_of as as_of_published,
        if(limits.metric is null, ${usualTolerance}, limits.tolerance) as tolerance,
        coalesce(limits.severity, 'error') as severity,
        current_values.metric is null as is_gone,
        not published.is_final and not is_gone and version_now = version_published as is_settled,
        coalesce(periods.starts_at < $1::timestamptz - to_months($2::integer), false) as is_past_retention,
        acknowledgements.reason,
        acknowledgements.acknowledged_by,
        acknowledgements.acknowledged_on,
        acknowledgements.to_value,
        acknowledgements.to_status,
        acknowledgements.entry_no is not null as has_word,
        published.file,
        published.line
    from ${tables.lines} as published
    left join current_values using (metric, grain, period)
    left join periods using (grain, period)
    left join ${tables.limits} as limits
        on limits.metric = published.metric
        and limits.version = coalesce(current_values.version, published.version)
    left join acknowledgements
        on acknowledgements.metric = published.metric
        and acknowledgements.version = published.version
        and acknowledgements.period = published.period
    -- A build of an earlier day that somebody asked for need not show what was published later. Data that reach less far
    -- than they did have lost something.
    where published.as_of <= $1::timestamptz or not $3::boolean
),

judged as (
    select
        *,
        (value_now is null) != (value_published is null)
            or coalesce(
                abs(value_now - value_published) > ${rounding} * greatest(abs(value_now), abs(value_published)), false
            ) as is_other_value,
        coalesce(status_published in ('kept', 'missed'), false)
            and coalesce(status_now, 'none') not in (status_published, 'open') as is_other_verdict,
        (value_now is null) != (value_published is null)
            or coalesce(${distance('value_now', 'value_published')} > tolerance + ${rounding}, false) as is_far,
        has_word
            and (value_now is null) = (to_value is null)
            and coalesce(${distance('value_now', 'to_value')} <= tolerance + ${rounding}, value_now is null)
            -- A verdict that turned since is news; one that is open, or as it was published, is none.
            and (
                status_now is not distinct from to_status
                or status_now is not distinct from status_published
                or status_now is not distinct from 'open'
            ) as is_acknowledged
    from compared
),

final as (
    select
        period,
        grain,
        period_start,
        metric,
        version_published,
        version_now,
        unit,
        value_published,
        value_now,
        status_published,
        status_now,
        numerator_published,
        numerator_now,
        denominator_published,
        denominator_now,
        as_of_published,
        tolerance,
        severity,
        is_settled,
        is_past_retention,
        tolerance is not null
            and not is_past_retention
            and (is_gone or is_other_verdict or is_far) as is_off,
        is_off and not is_settled as is_beyond,
        is_acknowledged,
        if(is_acknowledged, reason, null) as reason,
        if(is_acknowledged, acknowledged_by, null) as acknowledged_by,
        if(is_acknowledged, acknowledged_on, null) as acknowledged_on,
        file,
        line
    from judged
    where is_gone or is_other_value or status_published is distinct from status_now
)

select * from final
order by period_start, grain, period, metric`;
