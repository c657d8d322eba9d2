import { constants, copyFileSync, existsSync } from 'node:fs';
import { changedKeys, keyEquality, keyOfChange } from '../models/ledger.ts';
import { stampFile } from '../project/input-files.ts';
import type { PublishedOrigin, PublishedRecord } from '../state/published.ts';
import { quoteIdentifier, quoteLiteral, SqlError, type Warehouse } from '../warehouse/warehouse.ts';
import {
  closePublished,
  copyTable,
  countRows,
  countTables,
  openPublished,
  removeUnfinished,
  type SharedTable,
  tableIn,
  type Written,
} from './publish-table.ts';

/** What becomes of a table that is published already; `keys`: the table of those whose rows changed. */
type Step = { readonly table: SharedTable } & (
  | { readonly how: 'stays' | 'replaced' }
  | { readonly how: 'changed'; readonly column: string; readonly keys: string }
);

/**
 * Copies the published file and changes what is another in the work file now. Undefined where the file cannot be built
 * upon, or writing it whole is less work or leaves less behind: then nothing was done.
 */
export async function changeCopy(
  publisher: Warehouse,
  files: { readonly published: string; readonly fresh: string },
  tables: readonly SharedTable[],
  { before, from }: { readonly before: PublishedRecord | undefined; readonly from: string },
): Promise<Written | undefined> {
  const made = before?.made;
  if (made === undefined || made.from !== from || !isAsLeft(files.published, made)) return undefined;
  try {
    const written = await lookAtPublished(publisher, files.published, tables);
    if (written === undefined) return undefined;
    const earlier = { rows: before?.tables ?? {}, outputs: made.outputs, written };
    const steps: Step[] = [];
    for (const table of tables) steps.push(await stepOf(publisher, table, earlier));
    if (!isLessWork(steps, earlier.rows)) return undefined;

    removeUnfinished(files.fresh);
    // Where the file system can, blocks are shared until one of the files changes.
    copyFileSync(files.published, files.fresh, constants.COPYFILE_FICLONE);
    // Who changed it meanwhile may have been seen half way.
    if (!isAsLeft(files.published, made)) return undefined;
    // DuckDB would close gaps by writing row groups anew; tables that are mostly gaps are written anew instead.
    await publisher.run('set max_vacuum_tasks = 0');
    await openPublished(publisher, files.fresh);
    const rows = await changeAttached(publisher, steps);
    await closePublished(publisher, files.fresh);
    return rows === undefined ? undefined : { rows, spared: steps.filter(({ how }) => how !== 'replaced').length };
  } catch (error) {
    // Whatever keeps the old file from being copied or read, a new one does not need it.
    if (!(error instanceof SqlError || (error instanceof Error && 'syscall' in error))) throw error;
    await publisher.run('rollback').catch(() => undefined);
    await publisher.run('detach database if exists published');
    return undefined;
  }
}

/** A log beside it is somebody else's: nothing leaves one here. */
function isAsLeft(published: string, { file }: PublishedOrigin): boolean {
  if (existsSync(`${published}.wal`)) return false;
  const { bytes, modifiedMs, changedMs } = stampFile(published);
  return bytes === file.bytes && modifiedMs === file.modifiedMs && changedMs === file.changedMs;
}

/** What was published: rows of each table, what each holds, and how many rows lie there with those that were deleted. */
interface Earlier {
  readonly rows: Readonly<Record<string, number>>;
  readonly outputs: Readonly<Record<string, string>>;
  readonly written: ReadonlyMap<string, number>;
}

async function stepOf(publisher: Warehouse, table: SharedTable, { rows, outputs, written }: Earlier): Promise<Step> {
  const { name, output } = table;
  const earlier = outputs[name];
  if (output === undefined || earlier === undefined) return { table, how: 'replaced' };
  if (output === earlier) return { table, how: 'stays' };
  const column = await keyOfChange(publisher, { relation: name, from: earlier, to: output });
  if (column === undefined) return { table, how: 'replaced' };
  const keys = changedKeys(name, column);
  // Where more changed the model was computed whole, and so it is written.
  const isFew = (await countRows(publisher, keys)) * 2 <= (rows[name] ?? 0);
  const isSparse = (written.get(name) ?? 0) > sparse * (rows[name] ?? 0);
  return isFew && !isSparse ? { table, how: 'changed', column, keys } : { table, how: 'replaced' };
}

/** A table with this many times the rows that count is written anew: deleted ones are read past. */
const sparse = 1.25;

/** Whether most rows stay. */
function isLessWork(steps: readonly Step[], rows: Readonly<Record<string, number>>): boolean {
  const of = (some: readonly Step[]): number => some.reduce((total, { table }) => total + (rows[table.name] ?? 0), 0);
  return of(steps.filter(({ how }) => how === 'replaced')) * 2 <= of(steps);
}

/** Rows of each table, with those that were deleted and still lie there; undefined where the file is to be written whole. */
async function lookAtPublished(
  publisher: Warehouse,
  published: string,
  tables: readonly SharedTable[],
): Promise<ReadonlyMap<string, number> | undefined> {
  await publisher.run(`attach ${quoteLiteral(published)} as published (read_only)`);
  const isFit = !(await isMostlyGaps(publisher)) && (await haveSameColumns(publisher, tables));
  const written = isFit ? await writtenRows(publisher) : undefined;
  await publisher.run('detach published');
  return written;
}

/** Changes the attached copy; undefined where it must not be used. */
async function changeAttached(publisher: Warehouse, steps: readonly Step[]): Promise<Written['rows'] | undefined> {
  const tables = steps.map(({ table }) => table);
  await publisher.run('begin transaction');
  for (const step of steps) {
    if (step.how === 'replaced') await copyTable(publisher, step.table);
    if (step.how === 'changed') await changeTable(publisher, step);
  }
  await publisher.run('commit');
  const rows = await countTables(publisher, tables);
  return (await areAllThere(publisher, tables, rows)) ? rows : undefined;
}

/** Rows of the changed keys, old ones out, new ones in. */
async function changeTable(
  publisher: Warehouse,
  { table, column, keys }: Extract<Step, { how: 'changed' }>,
): Promise<void> {
  const [target, source, key] = [tableIn('published', table), tableIn('work', table), quoteIdentifier(column)];
  const equals = await keyEquality(publisher, keys);
  await publisher.run(`
    delete from ${target} as rows
    where exists (from ${keys} as changed where changed.key ${equals} rows.${key});
    insert into ${target} by name
    select rows.* from ${source} as rows semi join ${keys} as changed on rows.${key} ${equals} changed.key`);
}

async function writtenRows(publisher: Warehouse): Promise<ReadonlyMap<string, number>> {
  const rows = await publisher.rows<{ name: string; written: number }>(`
    select table_name as name, estimated_size as written
    from duckdb_tables()
    where database_name = 'published' and schema_name = 'main'`);
  return new Map(rows.map(({ name, written }) => [name, written]));
}

/** DuckDB fills the gaps that deleted rows leave, but never gives them back. */
async function isMostlyGaps(publisher: Warehouse): Promise<boolean> {
  const [size] = await publisher.rows<{ free: number; used: number }>(`
    select free_blocks as free, used_blocks as used
    from pragma_database_size()
    where database_name = 'published'`);
  return size === undefined || size.free * 2 > size.used;
}

/** A table or column that readers are to have no longer must not lie about in the file. */
async function haveSameColumns(publisher: Warehouse, tables: readonly SharedTable[]): Promise<boolean> {
  const found = await publisher.rows<{ name: string; columns: string[] }>(`
    select
        schema_name || '.' || table_name as name,
        list(column_name || ' ' || data_type order by column_index) as columns
    from duckdb_columns()
    where database_name = 'published' and not internal
    group by all`);
  const columns = new Map(found.map((table) => [table.name, JSON.stringify(table.columns)]));
  for (const table of tables) {
    const wanted = await publisher.columns(`from ${tableIn('work', table)}`);
    const text = JSON.stringify(wanted.map(({ name, type }) => `${name} ${type}`));
    if (columns.get(`${table.schema}.${table.name}`) !== text) return false;
  }
  return columns.size === tables.length;
}

/** Whether each table has the rows that it has in the work file; a view's are not counted once more. */
async function areAllThere(
  publisher: Warehouse,
  tables: readonly SharedTable[],
  rows: Readonly<Record<string, number>>,
): Promise<boolean> {
  const kept = await publisher.rows<{ name: string }>(`
    select table_name as name from duckdb_tables() where database_name = 'work' and schema_name = 'main'`);
  const names = new Set(kept.map(({ name }) => name));
  for (const table of tables.filter(({ schema, name }) => schema === 'main' && names.has(name))) {
    if ((await countRows(publisher, tableIn('work', table))) !== rows[table.name]) return false;
  }
  return true;
}
