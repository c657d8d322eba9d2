import { rawContent } from '../load/changed-leads.ts';
import type { LoadResult } from '../load/load.ts';
import { clockContent, clockTable } from '../models/clock.ts';
import { contentOf } from '../models/ledger.ts';
import type { PlannedModel } from '../models/plan.ts';
import { type Metric, modelsOf } from '../project/metric.ts';
import { hashOf } from '../state/hash.ts';
import { quoteIdentifier, type Warehouse } from '../warehouse/warehouse.ts';

/**
 * What each table that models read, and is no model, holds, as a hash: raw tables by the files that were loaded into
 * them, which spares reading them; others by their rows.
 */
export async function tableContents(
  work: Warehouse,
  planned: readonly PlannedModel[],
  { state }: Pick<LoadResult, 'state'>,
): Promise<ReadonlyMap<string, string>> {
  const contents = new Map<string, string>();
  const names = new Set([...planned.flatMap((model) => model.readsTables), ...agreementTables]);
  for (const name of names) {
    const [schema = '', table = ''] = name.split('.');
    if (schema === 'raw') contents.set(name, rawContent(state, table));
    else if (name === clockTable) contents.set(name, await clockContent(work));
    else contents.set(name, (await contentOf(work, `${schema}.${quoteIdentifier(table)}`)) ?? '');
  }
  return contents;
}

/** What metrics read beside their model. */
const agreementTables = [
  'run.clock',
  ...['agreements', 'calendar_days', 'calendars', 'dates', 'local_dates', 'periods', 'promises', 'targets'].map(
    (name) => `sla.${name}`,
  ),
];

/**
 * Tells what a metric's values depend on: what its models hold, by `outputs`, and what the agreement and the clock do, by
 * the contents of tables.
 */
export function metricContents(
  outputs: ReadonlyMap<string, string>,
  contents: ReadonlyMap<string, string>,
): (metric: Metric) => string {
  const beside = hashOf(agreementTables.map((name) => contents.get(name) ?? ''));
  return (metric) => [...modelsOf(metric).map((model) => outputs.get(model)), beside].join(' ');
}
