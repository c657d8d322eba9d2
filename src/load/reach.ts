import { quoteIdentifier, quoteLiteral, type Warehouse } from '../warehouse/warehouse.ts';
import type { LoadSource } from './plan-load.ts';
import { type RawTable, tablesOf, versionsOf } from './raw-table.ts';
import { tableReach } from './table-reach.ts';

/** How far each source reaches: the newest instant at which its CRM recorded anything; null when nothing in it tells. */
export async function readReach(
  warehouse: Warehouse,
  sources: readonly LoadSource[],
  now: string,
): Promise<(readonly [string, string | null])[]> {
  const reach: (readonly [string, string | null])[] = [];
  for (const { config, layout } of sources) {
    if (config.kind === 'table') {
      reach.push([config.name, await tableReach(warehouse, config, `raw.${quoteIdentifier(config.name)}`, now)]);
    } else {
      reach.push([config.name, await newestRecorded(warehouse, config.name, tablesOf(layout))]);
    }
  }
  return reach;
}

async function newestRecorded(
  warehouse: Warehouse,
  source: string,
  tables: readonly RawTable[],
): Promise<string | null> {
  const selects = tables.flatMap(({ name, recorded }) =>
    recorded.map(
      (column) =>
        `select max(${quoteIdentifier(column)}::timestamptz) as newest from ${versionsOf(name)} where fate is null and crm = ${quoteLiteral(source)}`,
    ),
  );
  if (selects.length === 0) return null;
  const [row] = await warehouse.rows<{ newest: string | null }>(
    `select max(newest) as newest from (${selects.join(' union all ')})`,
  );
  return row?.newest ?? null;
}
