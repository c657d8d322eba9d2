import { existsSync } from 'node:fs';
import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { type WarehouseFiles, warehouseFiles } from '../state/files.ts';
import { quoteIdentifier, type Row, type Warehouse } from '../warehouse/warehouse.ts';
import { isEphemeral, showInline } from './inline.ts';
import { nothingBuilt } from './nothing-built.ts';
import { openOrExplain } from './open-work.ts';

import { exactRows, tableNames } from './read-shown.ts';
import { readShownFrom, type ShownFrom } from './shown-from.ts';

export { nothingBuilt } from './nothing-built.ts';
export { describeFrom } from './shown-from.ts';

export interface ShownTable {
  readonly columns: readonly string[];
  /** At most `limit` of them, in the table's own order. */
  readonly rows: readonly Row[];
  /** Null when there are more than were shown, and nobody counted. */
  readonly total: number | null;
  readonly from: ShownFrom;
}

export interface ShowRequest {
  readonly table: string;
  /** 0: all. */
  readonly limit: number;
  readonly warehouse?: string;
  /** Reads the work file, whether or not the table is published. */
  readonly work?: boolean;
}

/**
 * Reads rows of a published table or, for one that is not published (raw.events, a staging model) or one of the load
 * itself, of the work file. An ephemeral model, which is kept nowhere, is computed there.
 * @throws DiagnosticsError when nothing was built yet or no table has that name.
 */
export async function showTable(root: string, request: ShowRequest): Promise<ShownTable> {
  const files = warehouseFiles(root, request.warehouse);
  const known = new Set<string>();
  const wanted = request.table.toLowerCase().replace(/^main\./, '');
  for (const file of filesFor(wanted, request)) {
    if (!existsSync(files[file])) continue;
    const warehouse = await openOrExplain(files[file], { readOnly: true });
    try {
      const names = await tableNames(warehouse);
      const name = names.find((candidate) => candidate.toLowerCase() === wanted);
      if (name !== undefined) return await readTable(warehouse, name, { ...request, file, files });
      for (const candidate of names) known.add(candidate);
    } finally {
      warehouse.close();
    }
  }
  if (known.size > 0 && (await isEphemeral(root, wanted))) {
    return showInline(root, { ...request, sql: `from ${quoteIdentifier(wanted)}`, work: true });
  }
  throw noSuchTable(request.table, known);
}

function filesFor(wanted: string, { work }: ShowRequest): readonly ShownFrom['file'][] {
  if (work) return ['work'];
  // What was loaded is known before it is published.
  return wanted === 'load_files' || wanted === 'load_rejects' ? ['work', 'published'] : ['published', 'work'];
}

async function readTable(
  warehouse: Warehouse,
  name: string,
  { limit, file, files }: ShowRequest & { file: ShownFrom['file']; files: WarehouseFiles },
): Promise<ShownTable> {
  const table = name.split('.').map(quoteIdentifier).join('.');
  const columns = await warehouse.columns(`from ${table}`);
  const rows = await exactRows(warehouse, `from ${table} ${limit === 0 ? '' : `limit ${limit}`}`);
  const [count] = await warehouse.rows<{ total: number }>(`select count(*) as total from ${table}`);
  const from = await readShownFrom(warehouse, file, files);
  return { columns: columns.map((column) => column.name), rows, total: count?.total ?? 0, from };
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
