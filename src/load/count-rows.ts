import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { quoteLiteral, type Warehouse } from '../warehouse/warehouse.ts';
import type { OpenedFile } from './open-files.ts';
import { fileProblem } from './problems.ts';
import { fates, staged, versionsOf } from './raw-table.ts';
import { bookkeeping } from './scan.ts';
import { rejected } from './staging.ts';

/** Rows of one file by what became of them. */
export interface RowCounts {
  readonly loaded: number;
  readonly duplicate: number;
  readonly superseded: number;
  readonly rejected: number;
}

/** Counts per file id of what was just read: rows that are good by themselves, and rejected ones. */
export async function countStaged(
  warehouse: Warehouse,
  tables: ReadonlySet<string>,
): Promise<ReadonlyMap<number, RowCounts>> {
  const good = [];
  for (const table of tables) {
    const columns = await warehouse.columns(`from ${staged(table)}`);
    const file = columns.some(({ name }) => name === 'load:file') ? bookkeeping.file : 'file_id';
    good.push(`select ${file} as file, false as is_rejected from ${staged(table)}`);
  }
  const rows = await warehouse.rows<{ file: number; loaded: number; rejected: number }>(/* sql */ `
    select file, count(*) filter (not is_rejected) as loaded, count(*) filter (is_rejected) as rejected
    from (${[...good, `select file, true as is_rejected from ${rejected}`].join(' union all ')})
    group by file`);
  return new Map(
    rows.map(({ file, loaded, rejected: bad }) => [file, { loaded, duplicate: 0, superseded: 0, rejected: bad }]),
  );
}

/** Counts per file id after the versions of the named tables were settled; rejected ones as they were counted before. */
export async function countFates(
  warehouse: Warehouse,
  tables: readonly string[],
  files: ReadonlyMap<number, { readonly rowsRejected: number }>,
): Promise<ReadonlyMap<number, RowCounts>> {
  if (tables.length === 0) return new Map();
  const rows = await warehouse.rows<Omit<RowCounts, 'rejected'> & { file: number }>(/* sql */ `
    select
        file_id as file,
        count(*) filter (fate is null) as loaded,
        count(*) filter (fate = ${fates.duplicate}) as duplicate,
        count(*) filter (fate = ${fates.superseded}) as superseded
    from (${tables.map((table) => `select file_id, fate from ${versionsOf(table)}`).join(' union all ')})
    group by file_id`);
  return new Map(
    rows.map(({ file, ...counts }) => [file, { ...counts, rejected: files.get(file)?.rowsRejected ?? 0 }]),
  );
}

export function rowsRead(counts: RowCounts): number {
  return counts.loaded + counts.duplicate + counts.superseded + counts.rejected;
}

/**
 * Compares the rows accounted for with a count that was made apart: lines that Node counted, or what Parquet says of
 * itself. (CSV was compared line by line when it was read.)
 */
export async function reconcile(
  warehouse: Warehouse,
  file: OpenedFile,
  counts: RowCounts,
  problems: Diagnostic[],
): Promise<void> {
  const expected = await countApart(warehouse, file);
  if (expected === undefined || expected === rowsRead(counts)) return;
  problems.push(
    fileProblem('rows-unaccounted', file.path, `holds ${expected} rows, but ${rowsRead(counts)} were read`, {
      fix: 'Export it again; if it stays so, report it: no row may be lost without a word.',
    }),
  );
}

async function countApart(warehouse: Warehouse, file: OpenedFile): Promise<number | undefined> {
  if (file.kind.format === 'parquet') {
    const [metadata] = await warehouse.rows<{ rows: number }>(
      `select num_rows as rows from parquet_file_metadata(${quoteLiteral(file.absolute)})`,
    );
    return metadata?.rows;
  }
  const { text } = await file.survey();
  return file.kind.format === 'ndjson' && text !== undefined ? text.lines - text.blankLines : undefined;
}
