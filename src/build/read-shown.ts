import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import type { Row, Warehouse } from '../warehouse/warehouse.ts';

/** Tables and views of an open file; those of main by their bare name, others as schema.table. */
export async function tableNames(warehouse: Warehouse): Promise<string[]> {
  const rows = await warehouse.rows<{ name: string }>(`
    select if(table_schema = 'main', '', table_schema || '.') || table_name as name
    from information_schema.tables
    order by name`);
  return rows.map((row) => row.name);
}

/**
 * Rows of a query that a person wrote.
 * @throws DiagnosticsError for whole numbers that JavaScript would round.
 */
export async function exactRows(warehouse: Warehouse, sql: string): Promise<Row[]> {
  try {
    return await warehouse.rows(sql);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new DiagnosticsError([
      { code: 'number-too-large', severity: 'error', message: error.message, fix: 'Show it as text: column::varchar.' },
    ]);
  }
}
