import { labelOf } from '../../ledger/labels.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { MetricReview, ValueChange } from '../types.ts';
import { noiseColumn } from './noise.ts';
import { pairsOf } from './values-pairs.ts';
import { type AskedMetric, askedTable, keptTable } from './values-tables.ts';

/** How many changed values of parts are listed of a metric. */
const mostParts = 50;

type Counts = Pick<
  MetricReview,
  'versionBefore' | 'versionAfter' | 'values' | 'changed' | 'closedPeriods' | 'closedPeriodsChanged' | 'partsChanged'
>;

/** One review a metric that is asked; those whose values differ first, else in their order. */
export async function readReviews(work: Warehouse, asked: readonly AskedMetric[]): Promise<MetricReview[]> {
  const counts = new Map((await work.rows<Counts & { metric: string }>(countsSql)).map((row) => [row.metric, row]));
  const changes = await work.rows<ChangedRow>(changesSql);
  const reviews = asked.map(({ metric: { name, label, unit, owner, direction } }): MetricReview => {
    const { metric: _metric, ...found } = counts.get(name) ?? { metric: name, ...nothing };
    const own = changes.filter(({ metric }) => metric === name);
    const those = (isTotal: boolean): ValueChange[] =>
      own.filter((row) => row.isTotal === isTotal).map(({ metric: _name, isTotal: _isTotal, ...change }) => change);
    return { metric: name, label, unit, owner, direction, ...found, totals: those(true), parts: those(false) };
  });
  return [...reviews.filter(({ changed }) => changed > 0), ...reviews.filter(({ changed }) => changed === 0)];
}

type ChangedRow = ValueChange & { readonly metric: string; readonly isTotal: boolean };

/** Of a metric without a single value. */
const nothing: Counts = {
  versionBefore: null,
  versionAfter: null,
  values: 0,
  changed: 0,
  closedPeriods: 0,
  closedPeriodsChanged: 0,
  partsChanged: 0,
};

/** Of the name as much as of the value: a column of a model may be called `all` too. */
const isTotal = `dimension = 'all' and dimension_value = 'all'`;

/** The version shown in the newest period of the whole that is over, or where none is, in the one that runs. */
function versionShown(side: 'before' | 'after'): string {
  return `arg_max(version_${side}, (is_complete, period_end_${side}, period_start))
            filter (where ${isTotal} and version_${side} is not null)`;
}

const countsSql = /* sql */ `
    select
        metric,
        ${versionShown('before')} as "versionBefore",
        ${versionShown('after')} as "versionAfter",
        count(*) as values,
        count(*) filter (where is_changed) as changed,
        count(*) filter (where ${isTotal} and is_complete) as "closedPeriods",
        count(*) filter (where ${isTotal} and is_complete and is_changed) as "closedPeriodsChanged",
        count(*) filter (where not (${isTotal}) and is_changed) as "partsChanged"
    from (${pairsOf({ by: 'period_start' })}) as pairs
    group by metric`;

const changesSql = /* sql */ `
    with
        changed as (
            select
                pairs.*,
                asked.place,
                ${isTotal} as is_total,
                if(is_comparable and isfinite(value_after - value_before), value_after - value_before, null)
                    as difference,
                ${noiseColumn} as noise,
                -- Of an amount nothing is zero; of a rate nobody can say how far a value is from none.
                case
                    when value_before is not null and value_after is not null then abs(difference)
                    when is_amount then abs(coalesce(value_after, value_before))
                end as distance,
                list_position(['week', 'month', 'quarter'], grain) as grain_place
            from (${pairsOf({ by: 'period_start' })}) as pairs
            inner join ${askedTable} as asked using (metric)
            where is_changed
        ),

        ranked as (
            select
                *,
                row_number() over (
                    partition by metric, is_total
                    order by
                        if(is_total, null, distance) desc nulls last,
                        if(is_total, grain_place, null),
                        period_start desc,
                        grain_place,
                        dimension,
                        dimension_value
                ) as rank
            from changed
            qualify is_total or rank <= ${mostParts}
        ),

        known as (select distinct metric, dimension, dimension_value from ${keptTable})

    select
        metric,
        is_total as "isTotal",
        grain,
        ${labelOf('grain', 'period_start')} as period,
        period_start as "periodStart",
        is_complete as "isComplete",
        dimension,
        dimension_value as "dimensionValue",
        is_total or known.metric is not null as "isKnown",
        value_before as before,
        value_after as after,
        difference,
        numerator_before as "numeratorBefore",
        numerator_after as "numeratorAfter",
        denominator_before as "denominatorBefore",
        denominator_after as "denominatorAfter",
        status_before as "statusBefore",
        status_after as "statusAfter",
        noise
    from ranked
    left join known using (metric, dimension, dimension_value)
    order by place, rank`;
