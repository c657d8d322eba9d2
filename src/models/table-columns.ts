import type { Warehouse } from '../warehouse/warehouse.ts';

/** Columns (name → DuckDB type) of a table, in order. */
export type Columns = ReadonlyMap<string, string>;

/** The columns of the tables and views of a warehouse, as `schema.table` in lower case; of these only, or of all. */
export async function columnsOfTables(
  warehouse: Warehouse,
  only?: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Columns>> {
  const rows = await warehouse.rows<{ table: string; column: string; type: string }>(`
    select lower(schema_name || '.' || table_name) as table, column_name as column, data_type as type
    from duckdb_columns()
    where not internal
    order by schema_name, table_name, column_index`);
  const found = new Map<string, Map<string, string>>();
  for (const { table, column, type } of rows) {
    if (only !== undefined && !only.has(table)) continue;
    const columns = found.get(table) ?? new Map<string, string>();
    found.set(table, columns.set(column, type));
  }
  return found;
}
