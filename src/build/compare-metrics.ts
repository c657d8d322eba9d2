import type { Warehouse } from '../warehouse/warehouse.ts';

/** A metric's values between two runs. */
export interface MetricChange {
  readonly metric: string;
  readonly unit: string;
  /** Of how many periods and dimension values. */
  readonly values: number;
  /** Of these, how many changed, came or went. */
  readonly changed: number;
  /** The newest complete period of the whole whose value changed; null when only parts or unfinished periods did. */
  readonly newest: {
    readonly grain: string;
    /** A date, `2026-11-16`. */
    readonly period: string;
    readonly before: number | null;
    readonly after: number | null;
  } | null;
}

const table = 'before metric_values';

/** Keeps the values as they are now. */
export async function keepValues(work: Warehouse): Promise<void> {
  if (!(await work.hasTable('main', 'metric_values'))) return;
  await work.run(`create or replace temp table "${table}" as from main.metric_values`);
}

/** Metrics whose values are not what they were, in order of name; none when nothing was kept. */
export async function compareValues(work: Warehouse): Promise<readonly MetricChange[]> {
  if (!(await work.hasTable('main', table))) return [];
  const key = 'metric, version, grain, period_start, dimension, dimension_value';
  const rows = await work.rows<{
    metric: string;
    unit: string | null;
    values: number;
    changed: number;
    newest: MetricChange['newest'];
  }>(`
    with
        earlier as (select *, true as is_there from temp.main."${table}"),
        later as (select *, true as is_there from main.metric_values),
        pairs as (
            select
                ${key},
                earlier.value as before,
                later.value as after,
                later.is_complete,
                (earlier.value, earlier.numerator, earlier.denominator, earlier.is_there)
                    is distinct from (later.value, later.numerator, later.denominator, later.is_there) as differs
            from earlier
            full join later using (${key})
        )
    select
        pairs.metric,
        any_value(definitions.unit) as unit,
        count(*) as values,
        count(*) filter (where differs) as changed,
        arg_max(
            struct_pack(grain := grain, period := period_start::varchar, before := before, after := after),
            (period_start, grain)
        ) filter (where differs and dimension = 'all' and is_complete) as newest
    from pairs
    left join main.metric_definitions as definitions on pairs.metric = definitions.metric
    group by pairs.metric
    having changed > 0
    order by pairs.metric`);
  return rows.map((row) => ({ ...row, unit: row.unit ?? '' }));
}
