import { quoteIdentifier, type Warehouse } from '../warehouse/warehouse.ts';
import { compareWithBefore, keepBefore } from './changed-leads.ts';
import { definitionOf, type RawTable, staged, versionsOf, viewOf } from './raw-table.ts';
import { keyHash, settleVersions } from './versions.ts';

/** What changes in one raw table. */
export interface TableChange {
  readonly table: RawTable;
  /** Whether new rows were gathered in its staged table. */
  readonly hasStaged: boolean;
  /** Files whose rows go. */
  readonly gone: readonly number[];
  /** Whether rows of other files stay. */
  readonly hasKept: boolean;
  /** Whether sources are read otherwise than before: then no row is what it was. */
  readonly isReadAnew: boolean;
}

/**
 * Makes load.<table> hold the rows of the files as they are now, decides which version of each row counts, and makes
 * raw.<table> the view of those. Costs what the change is worth: only where nothing stays is everything replaced.
 * Part of the load's transaction. Returns, per file that went, how many keys went with it altogether.
 */
export async function mergeTable(warehouse: Warehouse, change: TableChange): Promise<ReadonlyMap<number, number>> {
  const { table, hasStaged, gone, hasKept } = change;
  const versions = versionsOf(table.name);
  const isThere = await warehouse.hasTable('load', table.name);
  const isCompared = isThere && !change.isReadAnew;
  if (isThere) await rememberGone(warehouse, table, gone);
  if (isCompared) await keepBefore(warehouse, table, hasKept ? touchedKeys(change) : undefined);
  if (isThere && hasKept) {
    if (gone.length > 0) await warehouse.run(`delete from ${versions} where file_id in (${gone.join(', ')})`);
    if (hasStaged) await warehouse.run(`insert into ${versions} by name from ${staged(table.name)}`);
    await settleVersions(warehouse, table, touchedKeys(change));
    if (hasStaged) await warehouse.run(`drop table ${staged(table.name)}`);
  } else {
    await warehouse.run(`drop view if exists raw.${quoteIdentifier(table.name)}; drop table if exists ${versions}`);
    await warehouse.run(
      hasStaged
        ? `alter table ${staged(table.name)} rename to ${quoteIdentifier(table.name)}`
        : `create table ${versions} (${definitionOf(table)}, file_id integer, line bigint, fate utinyint)`,
    );
    if (hasStaged) await settleVersions(warehouse, table);
  }
  await warehouse.run(`create or replace view raw.${quoteIdentifier(table.name)} as ${viewOf(table)}`);
  if (isCompared) await compareWithBefore(warehouse, table, hasKept);
  return isThere && gone.length > 0 ? lostKeys(warehouse, table) : new Map();
}

async function rememberGone(warehouse: Warehouse, table: RawTable, gone: readonly number[]): Promise<void> {
  await warehouse.run(/* sql */ `
    create or replace temp table load_gone as
    select distinct ${keyHash(table)} as "load:key", file_id as file
    from ${versionsOf(table.name)}
    where file_id in (${gone.length === 0 ? 'null' : gone.join(', ')})`);
}

/** Keys of rows that came or went. */
function touchedKeys({ table, hasStaged }: TableChange): string {
  const came = hasStaged ? `select ${keyHash(table)} from ${staged(table.name)} union ` : '';
  return `${came}select "load:key" from load_gone`;
}

async function lostKeys(warehouse: Warehouse, table: RawTable): Promise<ReadonlyMap<number, number>> {
  const rows = await warehouse.rows<{ file: number; keys: number }>(/* sql */ `
    select file, count(*) as keys
    from load_gone
    anti join (select ${keyHash(table)} as "load:key" from ${versionsOf(table.name)}) as present using ("load:key")
    group by file`);
  return new Map(rows.map(({ file, keys }) => [file, keys]));
}
