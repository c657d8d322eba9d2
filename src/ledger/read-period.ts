import type { PublishedLine } from '../project/ledger.ts';
import { grainOfLabel } from '../project/ledger.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { labelOf } from './labels.ts';

/** A metric's value in a period, as a build has it. */
export type PeriodValues = Omit<PublishedLine, 'place'> & { readonly isComplete: boolean };

/** What a warehouse has of a period, one value a metric: of the version in force. In order of metric. */
export async function readPeriod(warehouse: Warehouse, period: string): Promise<PeriodValues[]> {
  return warehouse.rows<PeriodValues>(
    /* sql */ `
    select
        metric,
        version,
        value,
        numerator,
        denominator,
        target,
        status,
        is_final and coalesce(is_mature, true) as "isFinal",
        is_complete as "isComplete",
        build_info.as_of as "asOf"
    from main.metric_values
    cross join main.build_info as build_info
    where dimension = 'all'
        and is_in_force
        and grain = $1
        and ${labelOf('grain', 'period_start')} = $2
    order by metric`,
    [grainOfLabel(period) ?? null, period],
  );
}

/** The periods that are over, newest first: weeks, then months, then quarters. */
export async function publishedPeriods(warehouse: Warehouse): Promise<string[]> {
  const rows = await warehouse.rows<{ period: string }>(/* sql */ `
    select ${labelOf('grain', 'period_start')} as period
    from main.metric_values
    where dimension = 'all' and is_complete
    group by grain, period_start
    order by period_start desc, grain`);
  return rows.map(({ period }) => period);
}
