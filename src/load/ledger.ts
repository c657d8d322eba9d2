import type { Warehouse } from '../warehouse/warehouse.ts';
import { rejected } from './staging.ts';

/** What became of one file's rows; the last four counts add up to the first. */
export interface LoadedFile {
  /** Relative to the project's root when it lies below it. */
  readonly path: string;
  readonly source: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly rowsRead: number;
  readonly rowsLoaded: number;
  readonly rowsDuplicate: number;
  readonly rowsSuperseded: number;
  readonly rowsRejected: number;
}

/** What a later load needs in order to see that there is nothing to do. Kept in load.state. */
export interface LoadState {
  /** How the sources were read: their declaration and this loader's version. */
  readonly declaration: string;
  readonly files: readonly (LoadedFile & { readonly modifiedMs: number })[];
  readonly newestRecordedAt: readonly (readonly [source: string, instant: string | null])[];
  /** No row lies after this instant, */
  readonly newestInstant: string | null;
  /** and none was rejected as lying in the future that would be in the past from this instant on. */
  readonly nextDueAt: string | null;
}

/** Replaces load_files, load_rejects and the state; part of the load's last transaction. */
export async function writeLedger(
  warehouse: Warehouse,
  state: LoadState,
  fileIds: ReadonlyMap<string, number>,
): Promise<void> {
  await warehouse.insert(
    'main.load_files',
    {
      file_id: 'integer',
      path: 'varchar',
      source: 'varchar',
      sha256: 'varchar',
      bytes: 'bigint',
      rows_read: 'bigint',
      rows_loaded: 'bigint',
      rows_duplicate: 'bigint',
      rows_superseded: 'bigint',
      rows_rejected: 'bigint',
    },
    state.files.map((file) => ({
      file_id: fileIds.get(fileKey(file)) ?? null,
      path: file.path,
      source: file.source,
      sha256: file.sha256,
      bytes: file.bytes,
      rows_read: file.rowsRead,
      rows_loaded: file.rowsLoaded,
      rows_duplicate: file.rowsDuplicate,
      rows_superseded: file.rowsSuperseded,
      rows_rejected: file.rowsRejected,
    })),
  );
  await warehouse.run(/* sql */ `
    create or replace table main.load_rejects as
    select files.path, rejected.line, rejected."column", rejected.reason, rejected.code, files.source
    from ${rejected} as rejected
    inner join main.load_files as files on rejected.file = files.file_id
    order by files.file_id, rejected.line`);
  await warehouse.run('create schema if not exists load');
  await warehouse.insert('load.state', { state: 'varchar' }, [{ state: JSON.stringify(state) }]);
}

export function fileKey(file: { readonly source: string; readonly path: string }): string {
  return `${file.source}\n${file.path}`;
}

/** The state of the last load, or undefined when there was none that this version can read. */
export async function readState(warehouse: Warehouse): Promise<LoadState | undefined> {
  const [table] = await warehouse.rows<{ found: boolean }>(
    `select count(*) > 0 as found from duckdb_tables() where schema_name = 'load' and table_name = 'state'`,
  );
  if (!table?.found) return undefined;
  const [row] = await warehouse.rows<{ state: string }>('select state from load.state');
  // Written by writeLedger alone; another version's state differs in `declaration` and is never used.
  return row === undefined ? undefined : (JSON.parse(row.state) as LoadState);
}
