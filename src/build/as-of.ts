import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

/**
 * How far the data can be trusted to reach: the instant asked for, else the oldest over the sources of each source's
 * newest `recorded_at`, so that one stale dump does not make leads look late.
 */
export function chooseAsOf(asked: string | undefined, newestRecordedAt: ReadonlyMap<string, string | null>): string {
  if (asked !== undefined) return asked;
  const newest = [...newestRecordedAt.values()].filter((instant) => instant !== null);
  const oldest = newest.sort((left, right) => Date.parse(left) - Date.parse(right))[0];
  if (oldest !== undefined) return oldest;
  throw new DiagnosticsError([
    {
      code: 'as-of-unknown',
      severity: 'error',
      message: 'nothing in the sources says how far the data reach',
      file: 'handover.yml',
      expected: 'a source with rows that carry recorded_at',
      fix: 'Name the column with "recorded_at:" in a table source, or give --as-of 2026-11-23T06:00:00Z.',
    },
  ]);
}

/** How far the data of the last build reach, an ISO instant; undefined when nothing was built in the work file yet. */
export async function builtAsOf(work: Warehouse): Promise<string | undefined> {
  if (!(await work.hasTable('run', 'clock'))) return undefined;
  const [clock] = await work.rows<{ as_of: string }>('select as_of from run.clock');
  return clock?.as_of;
}
