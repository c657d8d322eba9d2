import { existsSync, rmSync } from 'node:fs';
import { quoteIdentifier, quoteLiteral, type Warehouse } from '../warehouse/warehouse.ts';

/** A table to be published. */
export interface PublicTable {
  readonly name: string;
  /** What it holds, as a hash; absent for a table that is no model. */
  readonly output?: string;
}

/** A table that the work file and the published file have under the same name. */
export interface SharedTable extends PublicTable {
  readonly schema: string;
}

/** What came of a new file: the rows of each table that readers find, and how many tables were not written whole. */
export interface Written {
  readonly rows: Readonly<Record<string, number>>;
  readonly spared: number;
}

/** Its name in one of the two, attached as `work` and `published`. */
export function tableIn(database: 'work' | 'published', { schema, name }: SharedTable): string {
  return `${database}.${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

/** Opens the new file. A log of what is written to it would only cost: before it is whole nobody needs it. */
export async function openPublished(publisher: Warehouse, fresh: string): Promise<void> {
  await publisher.run(`attach ${quoteLiteral(fresh)} as published (recovery_mode 'no_wal_writes')`);
}

/** Writes a table of the work file, or what a view of it shows, into the published file. */
export async function copyTable(publisher: Warehouse, table: SharedTable): Promise<void> {
  await publisher.run(`
    create schema if not exists published.${quoteIdentifier(table.schema)};
    create or replace table ${tableIn('published', table)} as from ${tableIn('work', table)}`);
}

/** Rows of each table that readers find. */
export async function countTables(
  publisher: Warehouse,
  tables: readonly SharedTable[],
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of tables.filter(({ schema }) => schema === 'main')) {
    counts[table.name] = await countRows(publisher, tableIn('published', table));
  }
  return counts;
}

/** Rows of a table of either. */
export async function countRows(publisher: Warehouse, table: string): Promise<number> {
  const [row] = await publisher.rows<{ rows: number }>(`select count(*) as rows from ${table}`);
  return row?.rows ?? 0;
}

/** Closes the new file, which must then hold everything itself: a log beside it would not go where it goes. */
export async function closePublished(publisher: Warehouse, fresh: string): Promise<void> {
  await publisher.run('checkpoint published; detach published');
  if (existsSync(`${fresh}.wal`)) throw new Error(`DuckDB left ${fresh}.wal`);
}

/** Takes away what was begun of a new file. */
export function removeUnfinished(fresh: string): void {
  for (const end of ['', '.wal']) rmSync(`${fresh}${end}`, { force: true });
}
