import { type Column, quoteIdentifier, type Warehouse } from '../warehouse/warehouse.ts';
import { type ContractContext, isChecked, type ModelColumns } from './rule.ts';

/** Reads what all rules need to know. */
export async function openContext(
  warehouse: Warehouse,
  project: ContractContext['project'],
  { asOf, now }: { readonly asOf: string; readonly now: string },
): Promise<ContractContext> {
  return {
    warehouse,
    project,
    columns: await readColumns(warehouse, project),
    periods: await readPeriods(warehouse),
    asOf,
    now,
  };
}

/** Those of ephemeral models are not there to be read. */
async function readColumns(
  warehouse: Warehouse,
  { models }: ContractContext['project'],
): Promise<ReadonlyMap<string, ModelColumns>> {
  const found = new Map<string, ModelColumns>();
  const tables = await readTables(warehouse);
  for (const { name } of models.filter((entry) => isChecked(entry) || entry.aliasOf !== undefined)) {
    const columns = tables.get(name) ?? (await warehouse.columns(`from main.${quoteIdentifier(name)}`));
    found.set(name, new Map(columns.map((column) => [column.name, column.type])));
  }
  return found;
}

/** All tables at once: what columns a view has only asking it tells. */
async function readTables(warehouse: Warehouse): Promise<ReadonlyMap<string, readonly Column[]>> {
  const tables = await warehouse.rows<{ table: string; names: string[]; types: string[] }>(`
    select
        table_name as "table",
        list(column_name order by column_index) as names,
        list(data_type order by column_index) as types
    from duckdb_columns()
    semi join duckdb_tables() using (database_oid, table_oid)
    where database_name = current_database() and schema_name = 'main'
    group by table_name`);
  return new Map(
    tables.map(({ table, names, types }) => [table, names.map((name, index) => ({ name, type: types[index] ?? '' }))]),
  );
}

async function readPeriods(warehouse: Warehouse): Promise<ContractContext['periods']> {
  const [row] = await warehouse.rows<{ from: string; to: string }>(`
    select
        coalesce(cast(make_timestamptz(min(utc_day) * 86_400_000_000) as varchar), 'infinity') as from,
        coalesce(cast(make_timestamptz((max(utc_day) + 1) * 86_400_000_000) as varchar), 'infinity') as to
    from sla.dates`);
  return row ?? { from: 'infinity', to: 'infinity' };
}
