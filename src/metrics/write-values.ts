import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import type { Metric } from '../project/metric.ts';
import { hashOf } from '../state/hash.ts';
import { quoteIdentifier, quoteLiteral, SqlError, type Warehouse } from '../warehouse/warehouse.ts';
import type { SharedStep } from './compile.ts';

/** A version of a metric whose values have to be computed. */
export interface StaleMetric {
  readonly metric: Metric;
  /** Name and version: `mql_volume.v1`. */
  readonly key: string;
  readonly sql: string;
  readonly fingerprint: string;
  readonly shared?: SharedStep;
}

/**
 * Replaces the values of all these versions in main.metric_values, and in state.metrics what they were computed from, in
 * one step: each commit waits for the disk. What several of them share is worked out once, for no longer than they need it.
 * @param layout what the values are laid out as.
 * @throws DiagnosticsError when an expression fails on the data, for example a cast.
 */
export async function writeValues(
  warehouse: Warehouse,
  stale: readonly StaleMetric[],
  { layout, report }: { readonly layout: string; readonly report: (metric: string) => void },
): Promise<void> {
  const keys = stale.map(({ key }) => quoteLiteral(key)).join(', ');
  const rows = stale.map(({ key, fingerprint }) => `(${[key, fingerprint, layout].map(quoteLiteral).join(', ')})`);
  await warehouse.run('begin transaction');
  try {
    await warehouse.run(`
      delete from main.metric_values where metric || '.v' || version in (${keys});
      delete from state.metrics where metric in (${keys});
      insert into state.metrics values ${rows.join(', ')}`);
    for (const [place, each] of stale.entries()) {
      report(each.metric.name);
      await inWords(each.metric, () => write(warehouse, each, neighboursOf(stale, place)));
    }
    await warehouse.run('commit');
  } catch (error) {
    await warehouse.run('rollback');
    throw error;
  }
}

/** Whether others before and after it, in the order in which they are written, need the same step. */
interface Neighbours {
  readonly before: boolean;
  readonly after: boolean;
}

function neighboursOf(stale: readonly StaleMetric[], place: number): Neighbours {
  const query = stale[place]?.shared?.query;
  const isAlike = ({ shared }: StaleMetric) => shared !== undefined && shared.query === query;
  return { before: stale.slice(0, place).some(isAlike), after: stale.slice(place + 1).some(isAlike) };
}

async function write(warehouse: Warehouse, { sql, shared }: StaleMetric, { before, after }: Neighbours): Promise<void> {
  if (shared === undefined || !(before || after)) return insert(warehouse, sql);
  const table = `temp.main.${quoteIdentifier(`shared step ${hashOf([shared.query])}`)}`;
  if (!before) await warehouse.run(`create temp table ${table} as\n${shared.query}`);
  await insert(warehouse, shared.from(table));
  if (!after) await warehouse.run(`drop table ${table}`);
}

async function insert(warehouse: Warehouse, sql: string): Promise<void> {
  const order = 'order by metric, version, grain, period_start, dimension, dimension_value';
  await warehouse.run(`insert into main.metric_values\nfrom (\n${sql}\n)\n${order}`);
}

/** What an expression makes of the data is a mistake in its metric. */
async function inWords(metric: Metric, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof SqlError) || error.kind === 'Interrupt') throw error;
    throw new DiagnosticsError([
      {
        code: 'metric-failed',
        severity: 'error',
        message: `metric "${metric.name}" cannot be computed: ${error.message.split('\n')[0]}`,
        ...metric.at(['name']),
      },
    ]);
  }
}
