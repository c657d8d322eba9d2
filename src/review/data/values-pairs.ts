import { rounding } from '../../ledger/differences.ts';
import { labelOf } from '../../ledger/labels.ts';
import { askedTable, keptTable, unitsTable } from './values-tables.ts';

const measured = [
  ...['value', 'numerator', 'denominator', 'status', 'lower_95', 'upper_95', 'sample_size', 'version', 'unit'],
  ...['period_end'],
];

/**
 * SQL for the values in force of both sides beside each other: one row for each metric that is asked, grain, period,
 * dimension and value of it that either side has; columns `<name>_before` and `<name>_after`, null where a side has no row.
 * `is_other`: the value or the verdict is another; `is_changed`: that, or where there is no value, its counts are others;
 * `is_comparable`: both have a value, in the same unit.
 * @param by what makes periods the same: the day on which they start, or their name. Quarters of another fiscal year may
 * share only that.
 * @param where over a row of main.metric_values: of which rows.
 */
export function pairsOf({ by, where }: { readonly by: 'period_start' | 'name'; readonly where?: string }): string {
  const columns = measured.flatMap((name) => [`earlier.${name} as ${name}_before`, `later.${name} as ${name}_after`]);
  const sameDate = 'earlier.period_start = later.period_start';
  const sameName = `${labelOf('earlier.grain', 'earlier.period_start')} = ${labelOf('later.grain', 'later.period_start')}`;
  return `
        select
            coalesce(later.metric, earlier.metric) as metric,
            coalesce(later.grain, earlier.grain) as grain,
            coalesce(later.period_start, earlier.period_start) as period_start,
            coalesce(later.dimension, earlier.dimension) as dimension,
            coalesce(later.dimension_value, earlier.dimension_value) as dimension_value,
            coalesce(earlier.is_complete, false) or coalesce(later.is_complete, false) as is_complete,
            ${columns.join(',\n            ')},
            value_before is not null
                and value_after is not null
                and coalesce(unit_before = unit_after, true) as is_comparable,
            ${isOther} as is_other,
            is_other or (
                value_before is null
                and value_after is null
                and (${differ('numerator')} or ${differ('denominator')})
            ) as is_changed
        from (${sideOf('before', keptTable, where)}) as earlier
        full join (${sideOf('after', 'main.metric_values', where)}) as later
            on earlier.metric = later.metric
            and earlier.grain = later.grain
            and earlier.dimension = later.dimension
            and earlier.dimension_value = later.dimension_value
            and ${by === 'period_start' ? sameDate : sameName}`;
}

function sideOf(side: 'before' | 'after', table: string, where = 'true'): string {
  return `
            select side_values.*, units.unit
            from ${table} as side_values
            left join ${unitsTable} as units
                on units.side = '${side}'
                and units.metric = side_values.metric
                and units.version = side_values.version
            where
                side_values.is_in_force
                and side_values.metric in (select metric from ${askedTable})
                and (${where})
        `;
}

/**
 * What is shown is the value and the verdict. Counts that moved under the same value make it no other, a share of other
 * rows that comes to the same; only where there is no value are they all that is shown. A number in another unit is
 * another value.
 */
const isOther = `(
                ${differ('value')}
                or status_before is distinct from status_after
                or (value_before is not null and value_after is not null and not is_comparable)
            )`;

/** What is infinite or no number is only like itself; the distance of two such would be none. */
function differ(name: string): string {
  const [before, after] = [`${name}_before`, `${name}_after`];
  return `case
                    when isfinite(${before}) and isfinite(${after})
                        then abs(${before} - ${after}) > ${rounding} * greatest(abs(${before}), abs(${after}))
                    else ${before} is distinct from ${after}
                end`;
}
