import type { Metric } from '../../project/metric.ts';
import { currentMetrics } from '../../project/metric-inputs.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { DefinitionChange, MetricReview, RestatedPeriod, SlaOwners } from '../types.ts';
import { hasInterval } from './noise.ts';
import { findRestated } from './restated.ts';
import type { ReviewedProject, ValuesInput } from './values-input.ts';
import { readReviews } from './values-read.ts';
import { type AskedMetric, keptTable, writeAsked } from './values-tables.ts';

export interface ComparedValues {
  /** One a metric that either side defines, those whose values differ first. */
  readonly metrics: readonly MetricReview[];
  /** Closed periods that show something else, newest first. */
  readonly restated: readonly RestatedPeriod[];
  /** Null: the base has no agreement, nor has the head. */
  readonly owners: SlaOwners | null;
}

/** Keeps main.metric_values as they stand, which must be those of the base, in the schema `review`. */
export async function keepValues(work: Warehouse): Promise<void> {
  await work.run(`create schema if not exists review; create or replace table ${keptTable} as from main.metric_values`);
}

/**
 * Compares the values in force that `keepValues` kept with those that main.metric_values holds now. Reads and writes tables
 * alone, so that the database may be locked; main.metric_values and sla.periods must be those of the head.
 */
export async function compareValues(work: Warehouse, input: ValuesInput): Promise<ComparedValues> {
  const renamed = await keepRenamed(work, input);
  const asked = definedIn({ ...input, base: { ...input.base, metrics: [...input.base.metrics, ...renamed] } });
  await writeAsked(work, asked);
  const metrics = await readReviews(
    work,
    asked.filter(({ isRenamed }) => !isRenamed),
  );
  const restated = await findRestated(work, input, asked);
  return { metrics, restated, owners: ownersOf(input.base) ?? ownersOf(input.head) };
}

/** A metric that is called otherwise now is compared under its new name too, and gone under the old one. */
async function keepRenamed(work: Warehouse, { base, changes }: ValuesInput): Promise<Metric[]> {
  const renamed: Metric[] = [];
  for (const { name, previousName } of changes.filter(isRenaming)) {
    await work.run(`insert into ${keptTable} select * replace ($1 as metric) from ${keptTable} where metric = $2`, [
      name,
      previousName,
    ]);
    renamed.push(
      ...base.metrics.filter((metric) => metric.name === previousName).map((metric) => ({ ...metric, name })),
    );
  }
  return renamed;
}

function isRenaming({ kind, change }: DefinitionChange): boolean {
  return kind === 'metric' && change === 'renamed';
}

/** What is asked and there is, told by its definition in the head, or where it went by that in the base. */
function definedIn({ base, head, metrics, changes }: ValuesInput): AskedMetric[] {
  const renamed = new Set(changes.filter(isRenaming).map(({ previousName }) => previousName));
  const [before, after] = [currentMetrics(base.metrics), currentMetrics(head.metrics)];
  return [...new Set(metrics)].flatMap((name) => {
    const metric = after.get(name) ?? before.get(name);
    if (metric === undefined) return [];
    const current = after.has(name) ? after : before;
    const versions = ({ metrics: all }: ReviewedProject): readonly Metric[] => all.filter((one) => one.name === name);
    return [
      {
        metric,
        hasInterval: hasInterval(metric, current),
        isRenamed: renamed.has(name) && !after.has(name),
        ...{ before: versions(base), after: versions(head) },
      },
    ];
  });
}

function ownersOf({ agreements }: ReviewedProject): SlaOwners | null {
  const newest = agreements.at(-1);
  if (newest === undefined) return null;
  const { marketing, sales } = newest.owners;
  return { marketing: marketing.title, sales: sales.title };
}
