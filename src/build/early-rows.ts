import type { ChangedPeriod, EarlyRows } from '../ledger/compare.ts';
import type { KnownFile } from '../load/ledger.ts';
import { versionsOf } from '../load/raw-table.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

/**
 * Events that count and occurred before a published period ended, by period and file, of the files that came or changed
 * since. Files of other tables are left out: when their rows' things happened only the models know.
 */
export async function earlyRows(
  work: Warehouse,
  known: { readonly files: readonly KnownFile[]; readonly fileNames: ReadonlyMap<string, string> },
  periods: readonly ChangedPeriod[],
): Promise<ReadonlyMap<string, ReadonlyMap<string, EarlyRows>>> {
  const events = known.files.filter(({ table }) => table === 'events');
  const names = new Map(events.map(({ id, path }) => [id, known.fileNames.get(path) ?? path]));
  const asked = periods.flatMap(({ files, grain, ...period }) =>
    [...names]
      .filter(([, name]) => files.includes(name))
      .map(([id]) => ({
        period: period.period,
        grain,
        period_start: period.periodStart,
        as_of: period.asOf,
        file: id,
      })),
  );
  const found = new Map(
    periods.map(({ period }): [string, Map<string, EarlyRows>] => [period, new Map<string, EarlyRows>()]),
  );
  if (asked.length === 0) return found;
  const table = 'state.ledger_files';
  const columns = { period: 'varchar', grain: 'varchar', period_start: 'date', as_of: 'timestamptz', file: 'bigint' };
  await work.insert(table, columns, asked);
  const rows = await work.rows<EarlyRows & { period: string; file: number }>(/* sql */ `
    select
        asked.period,
        asked.file,
        count(events.file_id) as early,
        count(events.file_id) filter (where events.recorded_at > asked.as_of) as late
    from ${table} as asked
    inner join sla.periods as periods using (grain, period_start)
    left join ${versionsOf('events')} as events
        on events.file_id = asked.file and events.fate is null and events.occurred_at < periods.ends_at
    group by asked.period, asked.file`);
  await work.run(`drop table ${table}`);
  for (const { period, file, early, late } of rows) found.get(period)?.set(names.get(file) ?? '', { early, late });
  return found;
}
