import type { Warehouse } from '../warehouse/warehouse.ts';
import type { FileKind } from './file-kind.ts';

/** What became of one file's rows; the last four counts add up to the first. */
export interface LoadedFile {
  /** Relative to the project's root when it lies below it. */
  readonly path: string;
  readonly source: string;
  /** The table of schema raw. */
  readonly table: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly rowsRead: number;
  readonly rowsLoaded: number;
  readonly rowsDuplicate: number;
  readonly rowsSuperseded: number;
  readonly rowsRejected: number;
}

/** A file whose rows lie in the warehouse. */
export interface KnownFile extends LoadedFile {
  /** What rows call it; the same for as long as the file is known. */
  readonly id: number;
  readonly modifiedMs: number;
  /** Absent in what an earlier version wrote. */
  readonly changedMs?: number;
  /** As it was read; a file of an API's answers may be named NDJSON and be read as JSON. */
  readonly kind: FileKind;
  /** Of the rejected rows those of leads past retention: no fault of the file's. */
  readonly rowsExpired?: number;
  /** No row of it lies after this instant, */
  readonly newestInstant: string | null;
  /** and none was rejected as lying in the future that would be in the past from this instant on. */
  readonly nextDueAt: string | null;
}

/** What a later load needs in order to see what is new. Kept in load.state. */
export interface LoadState {
  /** Source → how it was read, and by which version of the loader; compared only. */
  readonly declarations: Readonly<Record<string, string>>;
  readonly files: readonly KnownFile[];
  readonly newestRecordedAt: readonly (readonly [source: string, instant: string | null])[];
  /** When the first text of a rejected row that was kept has been kept long enough; null when none is. */
  readonly textsExpireAt: string | null;
}

/** load.file_ids: what rows call each file, and its place in the order of files. */
export async function writeFileIds(warehouse: Warehouse, files: readonly KnownFile[]): Promise<void> {
  await warehouse.insert(
    'load.file_ids',
    { file_id: 'bigint', place: 'integer', path: 'varchar', source: 'varchar' },
    files.map((file, place) => ({ file_id: file.id, place, path: file.path, source: file.source })),
  );
}

/** Replaces load_files, load_rejects and the state; part of the load's transaction, after writeFileIds. */
export async function writeLedger(warehouse: Warehouse, state: LoadState): Promise<void> {
  await warehouse.insert(
    'main.load_files',
    {
      path: 'varchar',
      source: 'varchar',
      table_name: 'varchar',
      sha256: 'varchar',
      bytes: 'bigint',
      rows_read: 'bigint',
      rows_loaded: 'bigint',
      rows_duplicate: 'bigint',
      rows_superseded: 'bigint',
      rows_rejected: 'bigint',
    },
    state.files.map((file) => ({
      path: file.path,
      source: file.source,
      table_name: file.table,
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
    select files.path, rejects.line, rejects."column", rejects.reason, rejects.code, files.source
    from load.rejects as rejects
    inner join load.file_ids as files on rejects.file = files.file_id
    order by files.place, rejects.line`);
  await warehouse.insert('load.state', { state: 'varchar' }, [{ state: JSON.stringify(state) }]);
}

/** The state of the last load, or undefined when there was none that this version can read. */
export async function readState(warehouse: Warehouse): Promise<LoadState | undefined> {
  if (!(await warehouse.hasTable('load', 'state'))) return undefined;
  const [row] = await warehouse.rows<{ state: string }>('select state from load.state');
  // Written by writeLedger alone. What an earlier version wrote has no declarations, and is read as nothing.
  const state = row === undefined ? undefined : (JSON.parse(row.state) as Partial<LoadState>);
  return state?.declarations === undefined ? undefined : (state as LoadState);
}
