import { type Column, quoteIdentifier, quoteLiteral, type Warehouse } from '../warehouse/warehouse.ts';
import type { ModelParts } from './fingerprint.ts';
import type { Columns } from './table-columns.ts';

/** What a model in the work file was made from. */
export interface ModelRecord {
  readonly fingerprint: string;
  readonly parts: ModelParts;
  /** What it holds, as a hash: of its rows where they are few, else of its parts. */
  readonly output: string;
  /** Null for a view. */
  readonly rows: number | null;
}

/**
 * Makes room for what the runner remembers between builds: schema state, which no model can read. What is known of other
 * models than these goes: something else may get their relation's name.
 */
export async function prepareLedger(warehouse: Warehouse, models: readonly string[]): Promise<void> {
  await warehouse.run(`
    create schema if not exists state;
    create table if not exists state.models (
        name varchar, fingerprint varchar, parts varchar, output varchar, row_count bigint
    );
    create table if not exists state.changes (
        relation varchar, key_column varchar, from_output varchar, to_output varchar
    );
    create table if not exists state.digests (relation varchar, key_column varchar, output varchar);
    delete from state.models where not list_contains([${models.map(quoteLiteral).join(', ')}]::varchar[], name)`);
}

/** Records of the models whose relation is still there, as a table or a view. */
export async function readLedger(warehouse: Warehouse): Promise<ReadonlyMap<string, ModelRecord>> {
  const rows = await warehouse.rows<{
    name: string;
    fingerprint: string;
    parts: string;
    output: string;
    row_count: number | null;
    is_view: boolean;
  }>(`
    select models.*, table_type = 'VIEW' as is_view
    from state.models
    inner join information_schema.tables on table_schema = 'main' and table_name = models.name`);
  // Parts are written by `record` alone. What is kept otherwise than it was then is something else of that name.
  const standing = rows.filter((row) => row.is_view === (row.row_count === null));
  return new Map(
    standing.map(({ name, fingerprint, parts, output, row_count }) => [
      name,
      { fingerprint, parts: JSON.parse(parts) as ModelParts, output, rows: row_count },
    ]),
  );
}

/** Replaces a model's record; belongs in the transaction that makes its relation. */
export async function record(warehouse: Warehouse, name: string, entry: ModelRecord): Promise<void> {
  const values = [name, entry.fingerprint, JSON.stringify(entry.parts), entry.output].map(quoteLiteral).join(', ');
  await warehouse.run(`
    delete from state.models where name = ${quoteLiteral(name)};
    insert into state.models values (${values}, ${entry.rows ?? 'null'})`);
}

/** Rows up to which a table is told by its content: an input that gives the same rows again changes nothing after it. */
const readableRows = 200_000;

/** What a table holds, as a hash of its rows in any order; undefined for one that is too large to be read for it. */
export async function contentOf(
  warehouse: Warehouse,
  table: string,
  { rows = 0, columns: found }: { readonly rows?: number; readonly columns?: Columns } = {},
): Promise<string | undefined> {
  if (rows > readableRows) return undefined;
  const columns =
    found === undefined ? await warehouse.columns(`from ${table}`) : [...found].map(([name, type]) => ({ name, type }));
  const [row] = await warehouse.rows<{ digest: string }>(
    `select md5(${quoteLiteral(typesOf(columns))} || count(*) || ':' || coalesce(${hashOfRows(columns)}::varchar, '')) as digest from ${table}`,
  );
  return row?.digest;
}

/**
 * SQL of an aggregate that tells rows apart, in any order, by what their columns hold and are called. The row as a whole
 * is not asked for: its alias could be the name of a column.
 */
export function hashOfRows(columns: readonly Column[]): string {
  const values = [quoteLiteral(typesOf(columns)), ...columns.flatMap(tellingParts)];
  return `sum(hash(${values.join(', ')})::hugeint)`;
}

/** DuckDB hashes some values alike that differ: an empty list and none, a month and thirty days, zero and minus zero. */
function tellingParts({ name, type }: Column): string[] {
  const column = quoteIdentifier(name);
  if (/[[(]|STRUCT|MAP|UNION|INTERVAL|VARIANT/.test(type) && !type.startsWith('DECIMAL')) {
    return [`${column} is null`, `to_json(${column})::varchar`, `${column}::varchar`];
  }
  return type === 'DOUBLE' || type === 'FLOAT' ? [column, `signbit(${column})`] : [column];
}

function typesOf(columns: readonly Column[]): string {
  return columns.map(({ name, type }) => `${name} ${type}`).join(', ');
}

/** The keys of a relation that changed from one content to another, where that is known. */
export async function knownChange(
  warehouse: Warehouse,
  change: { relation: string; column: string; from: string; to: string },
): Promise<boolean> {
  const [row] = await warehouse.rows<{ found: boolean }>(`
    select count(*) > 0 as found
    from state.changes
    where relation = ${quoteLiteral(change.relation)}
        and key_column = ${quoteLiteral(change.column)}
        and from_output = ${quoteLiteral(change.from)}
        and to_output = ${quoteLiteral(change.to)}`);
  return row?.found ?? false;
}

/** A column for which it is known which of its keys changed in a relation from one content to another. */
export async function keyOfChange(
  warehouse: Warehouse,
  change: { relation: string; from: string; to: string },
): Promise<string | undefined> {
  const [row] = await warehouse.rows<{ column: string }>(`
    select min(key_column) as column
    from state.changes
    where relation = ${quoteLiteral(change.relation)}
        and from_output = ${quoteLiteral(change.from)}
        and to_output = ${quoteLiteral(change.to)}
    having count(*) > 0`);
  return row?.column;
}

/** Says that state.<changedKeys> holds the keys that changed; `from` undefined: that it is not known which did. */
export async function recordChange(
  warehouse: Warehouse,
  change: { relation: string; column: string; from: string | undefined; to: string },
): Promise<void> {
  const [relation, column, to] = [change.relation, change.column, change.to].map(quoteLiteral);
  await warehouse.run(`delete from state.changes where relation = ${relation} and key_column = ${column}`);
  if (change.from === undefined) return;
  await warehouse.run(`insert into state.changes values (${relation}, ${column}, ${quoteLiteral(change.from)}, ${to})`);
}

/** The table of keys that changed, with the one column `key`. */
export function changedKeys(relation: string, column: string): string {
  return `state.${quoteIdentifier(`changed ${relation} ${column}`)}`;
}

/**
 * The SQL operator that finds keys of a table of keys: where none of them is null an equality does, which DuckDB looks up
 * while it scans.
 */
export async function keyEquality(warehouse: Warehouse, keys: string): Promise<'=' | 'is not distinct from'> {
  const [row] = await warehouse.rows<{ nulls: number }>(`select count(*) - count(key) as nulls from ${keys}`);
  return row?.nulls === 0 ? '=' : 'is not distinct from';
}

/** The table of keys and what their rows hold: columns `key` and `digest`. */
export function digestTable(relation: string, column: string): string {
  return `state.${quoteIdentifier(`digest ${relation} ${column}`)}`;
}

/**
 * Drops the keys that changed, and digests of what no relation holds any more: they name what is gone. Nothing is lost by
 * it when all models are up to date. `outputs`: what each model holds.
 */
export async function forgetKeys(warehouse: Warehouse, outputs: ReadonlyMap<string, string>): Promise<void> {
  const digests = await warehouse.rows<{ relation: string; key_column: string; output: string }>('from state.digests');
  const isCurrent = ({ relation, output }: { relation: string; output: string }): boolean =>
    outputs.get(relation) === output;
  const kept = digests.filter(isCurrent).map(({ relation, key_column }) => digestTable(relation, key_column));
  const tables = await warehouse.rows<{ name: string }>(`
    select table_name as name
    from duckdb_tables()
    where schema_name = 'state' and regexp_matches(table_name, '^(changed|digest) ')`);
  const dropped = tables.map(({ name }) => `state.${quoteIdentifier(name)}`).filter((table) => !kept.includes(table));
  await warehouse.run('begin transaction; delete from state.changes');
  for (const { relation, output } of digests.filter((digest) => !isCurrent(digest))) {
    await warehouse.run('delete from state.digests where relation = $1 and output = $2', [relation, output]);
  }
  for (const table of dropped) await warehouse.run(`drop table ${table}`);
  await warehouse.run('commit');
}
