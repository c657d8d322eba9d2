import { type Difference, findDifferences } from '../../ledger/differences.ts';
import { labelOf } from '../../ledger/labels.ts';
import type { PublishedPeriod } from '../../project/ledger.ts';
import { inputsOf, type Metric, type Unit } from '../../project/metric.ts';
import { currentMetrics } from '../../project/metric-inputs.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { DefinitionChange, RestatedPeriod } from '../types.ts';
import { noiseColumn } from './noise.ts';
import type { ValuesInput } from './values-input.ts';
import { pairsOf } from './values-pairs.ts';
import { type AskedMetric, askedTable } from './values-tables.ts';

const publishedTable = 'review.published_values';

/**
 * Closed periods of which the head shows another value or verdict than the base, newest first: every quarter, and weeks
 * and months where the base's ledger has them, since somebody reviewed those. The ledger of the base is trusted, what the
 * head acknowledges counts. The tables of `writeAsked` must be there.
 */
export async function findRestated(
  work: Warehouse,
  input: ValuesInput,
  asked: readonly AskedMetric[],
): Promise<RestatedPeriod[]> {
  const periods = publishedOf(input, asked);
  await insertPublished(work, periods);
  const rows = await work.rows<RestatedRow>(restatedSql);
  const differences = rows.some(({ isPublished }) => isPublished) ? await headDifferences(work, input, periods) : [];
  const judged = new Map(differences.map((difference) => [keyOf(difference), difference]));
  const metrics = new Map(asked.map(({ metric }) => [metric.name, metric]));
  return rows.flatMap((row) => {
    const metric = metrics.get(row.metric);
    if (metric === undefined) return [];
    const { label, owner, unit } = metric;
    const difference = judged.get(keyOf(row));
    const isSettled = difference?.is_settled === true && !isRedefined(row.metric, input);
    return {
      ...row,
      ...{ label, owner, unit: row.unit ?? unit },
      isBeyondTolerance: difference?.is_off === true && !isSettled,
      isAcknowledged: difference?.is_acknowledged ?? false,
    };
  });
}

type RestatedRow = Omit<RestatedPeriod, 'label' | 'owner' | 'unit' | 'isBeyondTolerance' | 'isAcknowledged'> & {
  readonly unit: Unit | null;
};

function keyOf({ period, metric }: { readonly period: string; readonly metric: string }): string {
  return `${period} ${metric}`;
}

/** What the base's ledger holds of the metrics that are asked. */
function publishedOf({ base }: ValuesInput, asked: readonly AskedMetric[]): PublishedPeriod[] {
  const names = new Set(asked.map(({ metric }) => metric.name));
  return base.ledger.periods.map((period) => ({
    ...period,
    lines: period.lines.filter(({ metric }) => names.has(metric)),
  }));
}

async function insertPublished(work: Warehouse, periods: readonly PublishedPeriod[]): Promise<void> {
  await work.insert(
    publishedTable,
    { period: 'varchar', grain: 'varchar', metric: 'varchar', value: 'double' },
    periods.flatMap(({ label, grain, lines }) =>
      lines.map(({ metric, value }) => ({
        ...{ period: label, grain, metric },
        // As text a number keeps its last digit.
        value: value === null ? null : String(value),
      })),
    ),
  );
}

/** What the head shows otherwise than it was published, by the tolerance of the base's contracts. */
function headDifferences(
  work: Warehouse,
  { base, head, asOf, isAsOfAsked = false }: ValuesInput,
  periods: readonly PublishedPeriod[],
): Promise<Difference[]> {
  // Of the base as the ledger: a head that keeps leads for less time, or allows values to move further, could else
  // excuse itself.
  const { retentionMonths } = base.config;
  const trusted = currentMetrics(base.metrics);
  return findDifferences(work, {
    ledger: { periods, acknowledgements: head.ledger.acknowledgements },
    metrics: head.metrics.map((metric) => ({ ...metric, contract: (trusted.get(metric.name) ?? metric).contract })),
    ...{ asOf, isAsOfAsked },
    ...(retentionMonths === undefined ? {} : { retentionMonths }),
  });
}

/** What was not final when it was published had to move, and nobody need say why, unless it means something else now. */
function isRedefined(name: string, { head, changes }: ValuesInput): boolean {
  const changed = new Set(changes.filter(isNewMeaning).map((change) => change.name));
  const reaches = (metric: string, seen: readonly string[]): boolean =>
    changed.has(metric) ||
    versionsOf(head.metrics, metric)
      .flatMap(inputsOf)
      .some((input) => !seen.includes(input) && reaches(input, [...seen, input]));
  return reaches(name, [name]);
}

function isNewMeaning(change: DefinitionChange): boolean {
  return change.kind === 'metric' && change.class === 'breaking';
}

function versionsOf(metrics: readonly Metric[], name: string): readonly Metric[] {
  return metrics.filter((metric) => metric.name === name);
}

const restatedSql = /* sql */ `
    with
        restated as (
            select
                *,
                ${labelOf('grain', 'period_start')} as period,
                ${noiseColumn} as noise,
                list_position(['week', 'month', 'quarter'], grain) as grain_place
            from (
                ${pairsOf({ by: 'name', where: `dimension = 'all' and dimension_value = 'all'` })}
            ) as pairs
            inner join ${askedTable} as asked using (metric)
            where is_other and is_complete
        )

    select
        restated.period,
        restated.grain,
        restated.metric,
        coalesce(unit_after, unit_before) as unit,
        value_before as before,
        value_after as after,
        numerator_before as "numeratorBefore",
        numerator_after as "numeratorAfter",
        denominator_before as "denominatorBefore",
        denominator_after as "denominatorAfter",
        status_before as "statusBefore",
        status_after as "statusAfter",
        noise,
        published.metric is not null as "isPublished",
        published.value as published
    from restated
    left join ${publishedTable} as published
        on published.period = restated.period
        and published.grain = restated.grain
        and published.metric = restated.metric
    -- What the base does not show is restated by nobody, nor is what goes on under another name.
    where
        (restated.grain = 'quarter' and version_before is not null and not is_renamed)
        or published.metric is not null
    order by period_start desc, grain_place, place`;
