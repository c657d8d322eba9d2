import type { Warehouse } from '../warehouse/warehouse.ts';

/**
 * (Re)creates main.metric_reconciliations: each version of a metric beside the next one that exists, row by row, also
 * where only one of the two has the row. Empty where no metric has several versions.
 * Reads main.metric_definitions (one row per version) and main.metric_values.
 */
export async function writeReconciliations(warehouse: Warehouse): Promise<void> {
  await warehouse.run(`create or replace table main.metric_reconciliations as\n${query}`);
}

/** Sums come out of a different order of rows: what differs by less than a billionth is the same. */
const isSame = (column: string): string => `(
            from_rows.${column} is not distinct from to_rows.${column}
            or abs(from_rows.${column} - to_rows.${column})
                <= 1e-9 * greatest(abs(from_rows.${column}), abs(to_rows.${column}))
        )`;

const query = `
with

pairs as (
    select metric, version as from_version, lead(version) over (partition by metric order by version) as to_version
    from main.metric_definitions
    qualify to_version is not null
),

from_rows as (
    select pairs.from_version, pairs.to_version, metric_values.*
    from main.metric_values as metric_values
    inner join pairs on pairs.metric = metric_values.metric and pairs.from_version = metric_values.version
),

to_rows as (
    select pairs.from_version, pairs.to_version, metric_values.*
    from main.metric_values as metric_values
    inner join pairs on pairs.metric = metric_values.metric and pairs.to_version = metric_values.version
),

final as (
    select
        metric,
        from_version,
        to_version,
        grain,
        period_start,
        dimension,
        dimension_value,
        from_rows.value as value_from,
        to_rows.value as value_to,
        to_rows.value - from_rows.value as difference,
        from_rows.numerator as numerator_from,
        to_rows.numerator as numerator_to,
        from_rows.denominator as denominator_from,
        to_rows.denominator as denominator_to,
        from_rows.version is not null
        and to_rows.version is not null
        and coalesce(${isSame('value')}, false)
        and coalesce(${isSame('numerator')}, false)
        and coalesce(${isSame('denominator')}, false) as is_same
    from from_rows
    full join to_rows
        using (metric, from_version, to_version, grain, period_start, dimension, dimension_value)
)

select * from final
order by metric, from_version, grain, period_start, dimension, dimension_value`;
