import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { quoteLiteral, type Warehouse } from '../warehouse/warehouse.ts';
import type { OpenedFile } from './open-files.ts';
import { fileProblem } from './problems.ts';
import { bookkeeping } from './scan.ts';
import { rejected } from './staging.ts';

/** Rows of one file by what became of them. */
export interface RowCounts {
  readonly loaded: number;
  readonly duplicate: number;
  readonly superseded: number;
  readonly rejected: number;
}

/** Counts per file id, from the staged tables and what was taken out of them. */
export async function countRows(warehouse: Warehouse, tables: readonly string[]): Promise<Map<number, RowCounts>> {
  const loaded = tables.map((table) => `select ${bookkeeping.file} as file, 'loaded' as fate from ${table}`);
  const rows = await warehouse.rows<RowCounts & { file: number }>(/* sql */ `
    with fates as (
        ${[...loaded, 'select file, fate from load_versions', `select file, 'rejected' as fate from ${rejected}`].join('\n        union all\n        ')}
    )

    select
        file,
        count(*) filter (fate = 'loaded') as loaded,
        count(*) filter (fate = 'duplicate') as duplicate,
        count(*) filter (fate = 'superseded') as superseded,
        count(*) filter (fate = 'rejected') as rejected
    from fates
    group by file`);
  return new Map(rows.map(({ file, ...counts }) => [file, counts]));
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
