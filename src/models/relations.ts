import { quoteIdentifier, type Warehouse } from '../warehouse/warehouse.ts';
import type { PlannedModel } from './plan.ts';

/** What earlier builds left in schema main: name → view or table. */
export type Standing = ReadonlyMap<string, 'view' | 'table'>;

/** What stands before a model's select to make its relation. */
export function createAs({ file }: PlannedModel): string {
  return `create or replace ${file.materialized === 'view' ? 'view' : 'table'} main.${quoteIdentifier(file.name)} as\n`;
}

/** What stands before a select of more rows of a model that is kept. */
export function insertInto({ file }: PlannedModel): string {
  return `insert into main.${quoteIdentifier(file.name)} by name\n`;
}

/** Makes way for a model that was kept otherwise before: a view cannot take the place of a table. */
export async function dropOtherKind(
  warehouse: Warehouse,
  { file: { name, materialized } }: PlannedModel,
  standing: Standing,
): Promise<void> {
  const other = materialized === 'view' ? 'table' : 'view';
  if (standing.get(name) === other) await warehouse.run(`drop ${other} main.${quoteIdentifier(name)}`);
}

/** Rows of a table of schema main. */
export async function countRows(warehouse: Warehouse, table: string): Promise<number> {
  const [row] = await warehouse.rows<{ rows: number }>(`select count(*) as rows from main.${quoteIdentifier(table)}`);
  return row?.rows ?? 0;
}

/**
 * Drops what earlier builds left in schema main, and returns what stays. Views first: one that reads a table which is
 * gone would fail when it is looked at.
 */
export async function dropEarlier(warehouse: Warehouse, keep: ReadonlySet<string>): Promise<Standing> {
  const left = await warehouse.rows<{ kind: 'view' | 'table'; name: string }>(`
    select 'view' as kind, view_name as name from duckdb_views() where not internal and schema_name = 'main'
    union all
    select 'table' as kind, table_name as name from duckdb_tables() where not internal and schema_name = 'main'
    order by kind desc, name`);
  for (const { kind, name } of left) {
    if (!keep.has(name)) await warehouse.run(`drop ${kind} main.${quoteIdentifier(name)}`);
  }
  return new Map(left.filter(({ name }) => keep.has(name)).map(({ kind, name }) => [name, kind]));
}
