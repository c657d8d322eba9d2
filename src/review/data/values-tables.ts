import { isAmount, type Metric } from '../../project/metric.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';

/** The base's metric values: all columns of main.metric_values. */
export const keptTable = 'review.metric_values';

/** What is asked: one row a metric. */
export const askedTable = 'review.asked_metrics';

/** What the values of each version are measured in: one row a side and version. */
export const unitsTable = 'review.metric_units';

/** A metric that is asked, as the head defines it, or where it went as the base did. */
export interface AskedMetric {
  readonly metric: Metric;
  readonly hasInterval: boolean;
  /** It goes on under another name, which is asked too. */
  readonly isRenamed: boolean;
  /** All versions on each side. */
  readonly before: readonly Metric[];
  readonly after: readonly Metric[];
}

/** Writes down what is asked, for the queries that compare. */
export async function writeAsked(work: Warehouse, asked: readonly AskedMetric[]): Promise<void> {
  await work.insert(
    askedTable,
    {
      ...{ place: 'integer', metric: 'varchar', minimum_sample: 'integer', has_interval: 'boolean' },
      ...{ is_amount: 'boolean', is_renamed: 'boolean' },
    },
    asked.map(({ metric, hasInterval, isRenamed }, place) => ({
      ...{ place, metric: metric.name, minimum_sample: metric.minimumSample, has_interval: hasInterval },
      ...{ is_amount: isAmount(metric), is_renamed: isRenamed },
    })),
  );
  const units = (side: string, versions: readonly Metric[]) =>
    versions.map(({ name, version, unit }) => ({ side, metric: name, version, unit }));
  await work.insert(
    unitsTable,
    { side: 'varchar', metric: 'varchar', version: 'integer', unit: 'varchar' },
    asked.flatMap(({ before, after }) => [...units('before', before), ...units('after', after)]),
  );
}
