import { existsSync } from 'node:fs';
import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { warehouseFiles } from '../state/files.ts';
import { quoteIdentifier, type Row, type Warehouse } from '../warehouse/warehouse.ts';
import { openOrExplain } from './open-work.ts';

export interface ShownTable {
  readonly columns: readonly string[];
  /** At most `limit` of them, in the table's own order. */
  readonly rows: readonly Row[];
  readonly total: number;
}

/**
 * Reads rows of a published table or, for a name with a schema (raw.events), one that is not published or one of the
 * load itself, of the work file, which the contracts have not passed. `limit` 0 means all.
 * @throws DiagnosticsError when nothing was built yet or no table has that name.
 */
export async function showTable(
  root: string,
  request: { table: string; limit: number; warehouse?: string },
): Promise<ShownTable> {
  const files = warehouseFiles(root, request.warehouse);
  const known = new Set<string>();
  const wanted = request.table.toLowerCase().replace(/^main\./, '');
  // What was loaded is known before it is published.
  const isOfLoad = wanted === 'load_files' || wanted === 'load_rejects';
  for (const file of isOfLoad ? [files.work, files.published] : [files.published, files.work]) {
    if (!existsSync(file)) continue;
    const warehouse = await openOrExplain(file, { readOnly: true });
    try {
      const names = await tableNames(warehouse);
      const name = names.find((candidate) => candidate.toLowerCase() === wanted);
      if (name !== undefined) return await readTable(warehouse, name, request.limit);
      for (const candidate of names) known.add(candidate);
    } finally {
      warehouse.close();
    }
  }
  throw noSuchTable(request.table, known);
}

/** Tables and views; those of main by their bare name, others as schema.table. */
async function tableNames(warehouse: Warehouse): Promise<string[]> {
  const rows = await warehouse.rows<{ name: string }>(`
    select if(table_schema = 'main', '', table_schema || '.') || table_name as name
    from information_schema.tables
    order by name`);
  return rows.map((row) => row.name);
}

async function readTable(warehouse: Warehouse, name: string, limit: number): Promise<ShownTable> {
  const table = name.split('.').map(quoteIdentifier).join('.');
  const columns = await warehouse.columns(`from ${table}`);
  const rows = await warehouse.rows(`from ${table} ${limit === 0 ? '' : `limit ${limit}`}`);
  const [count] = await warehouse.rows<{ total: number }>(`select count(*) as total from ${table}`);
  return { columns: columns.map((column) => column.name), rows, total: count?.total ?? 0 };
}

function noSuchTable(table: string, known: ReadonlySet<string>): DiagnosticsError {
  if (known.size === 0) return new DiagnosticsError([nothingBuilt]);
  const fix = didYouMean(table, known);
  return new DiagnosticsError([
    {
      code: 'unknown-table',
      severity: 'error',
      message: `no table "${table}"`,
      expected: `one of ${[...known].join(', ')}`,
      ...(fix === undefined ? {} : { fix }),
    },
  ]);
}

/** What to say when a command reads a warehouse that is not there. */
export const nothingBuilt = {
  code: 'nothing-built',
  severity: 'error',
  message: 'nothing was built yet',
  fix: 'Run "pnpm build:models" first, or name another file with --warehouse FILE.',
} as const;
