import { hashOf } from '../state/hash.ts';
import { quoteIdentifier, quoteLiteral, type Warehouse } from '../warehouse/warehouse.ts';
import type { LoadState } from './ledger.ts';
import { type RawTable, versionsOf, viewOf } from './raw-table.ts';
import { keyHash } from './versions.ts';

// Which leads have other rows in a raw table than before is remembered load by load: load.changes has a row for each load
// that changed something (from one content of the table to the next), load.changed_leads the leads of each.

/** What is remembered at most; who was left behind further than that computes everything. */
const mostLoads = 100;
const mostLeads = 2_000_000;

/**
 * What a raw table holds, as a hash: the files that were loaded into it, and how they were read. Of a file with rows in the
 * future as many may count later, and others: how many are rejected tells.
 */
export function rawContent({ files, declarations }: LoadState, table: string): string {
  const own = files.filter((file) => file.table.toLowerCase() === table);
  const sources = [...new Set(own.map(({ source }) => source))].sort();
  return hashOf([
    // The same files in another order give the same rows.
    own
      .map(({ path, source, sha256, rowsLoaded, rowsRejected, rowsExpired }) => [
        ...[path, source, sha256, rowsLoaded, rowsRejected, rowsExpired ?? 0],
      ])
      .sort((left, right) => (String(left) < String(right) ? -1 : 1)),
    sources.map((source) => declarations[source] ?? ''),
  ]);
}

/** Keeps what the rows that count say, before a load changes them; `touched`: SQL of the key hashes where it may, or all. */
export async function keepBefore(warehouse: Warehouse, table: RawTable, touched: string | undefined): Promise<void> {
  if (table.changesBy === undefined) return;
  await warehouse.run(
    touched === undefined
      ? 'drop table if exists temp.main.load_touched'
      : `create or replace temp table load_touched as select distinct * from (${touched}) as touched ("load:key")`,
  );
  await keepRows(warehouse, table, { as: 'load_before', isTouched: touched !== undefined });
}

/**
 * Gathers in load_changed the leads of which a row came, went or says something else than `keepBefore` saw. Files and
 * lines do not count: the same row in another file changes nothing.
 */
export async function compareWithBefore(warehouse: Warehouse, table: RawTable, isTouched: boolean): Promise<void> {
  if (table.changesBy === undefined) return;
  await keepRows(warehouse, table, { as: 'load_after', isTouched });
  await warehouse.run(/* sql */ `
    create or replace temp table load_changed as
    select distinct lead_id
    from (
        (from load_before except all from load_after)
        union all
        (from load_after except all from load_before)
    );
    drop table load_before;
    drop table load_after;
    drop table if exists temp.main.load_touched;
    drop table if exists temp.main.load_found`);
}

/** What the rows that count say, all of them or those with a touched key. */
async function keepRows(
  warehouse: Warehouse,
  table: RawTable,
  { as, isTouched }: { readonly as: string; readonly isTouched: boolean },
): Promise<void> {
  const columns = [...table.columns.keys(), ...(table.sameThing === undefined ? [] : ['first_recorded_at'])];
  if (isTouched) {
    // By their keys alone, so that of the others no other column is read.
    await warehouse.run(/* sql */ `
      create or replace temp table load_found as
      select rowid as row_id
      from ${versionsOf(table.name)}
      where ${keyHash(table)} in (select "load:key" from load_touched)`);
  }
  const rows = viewOf(table, isTouched ? 'select row_id from load_found' : undefined);
  await warehouse.run(/* sql */ `
    create or replace temp table ${as} as
    select ${quoteIdentifier(table.changesBy ?? '')} as lead_id, hash(${columns.map(quoteIdentifier).join(', ')}) as content
    from (${rows})`);
}

/**
 * Remembers the leads in load_changed as those that changed from one content of raw.events to the next; part of the
 * load's transaction. Without load_changed it is not known who did, and what was known before is of no use any more.
 */
export async function rememberChange(
  warehouse: Warehouse,
  { from, to }: { readonly from: string | undefined; readonly to: string },
): Promise<void> {
  if (from !== to) await remember(warehouse, from, to);
  // What is left of a load that changed nothing must not be taken for what the next one changed.
  await warehouse.run('drop table if exists temp.main.load_changed');
}

async function remember(warehouse: Warehouse, from: string | undefined, to: string): Promise<void> {
  await warehouse.run(`
    create table if not exists load.changes (number integer, from_content varchar, to_content varchar, leads bigint);
    create table if not exists load.changed_leads (number integer, lead_id varchar)`);
  const [last] = await warehouse.rows<{ number: number; to_content: string }>(
    'select number, to_content from load.changes order by number desc limit 1',
  );
  const isKnown = from !== undefined && (await hasChanged(warehouse));
  if (!isKnown || last?.to_content !== from) await forgetChanges(warehouse);
  if (!isKnown) return;
  const number = (last?.number ?? 0) + 1;
  await warehouse.run(`
    insert into load.changes
    select ${number}, ${quoteLiteral(from)}, ${quoteLiteral(to)}, count(*) from load_changed;
    insert into load.changed_leads select ${number}, lead_id from load_changed`);
  await dropOldest(warehouse);
}

async function hasChanged(warehouse: Warehouse): Promise<boolean> {
  const [row] = await warehouse.rows<{ found: boolean }>(
    `select count(*) > 0 as found from duckdb_tables() where temporary and table_name = 'load_changed'`,
  );
  return row?.found ?? false;
}

async function dropOldest(warehouse: Warehouse): Promise<void> {
  const [kept] = await warehouse.rows<{ since: number | null }>(`
    select min(number) as since
    from (
        select number, sum(leads) over latest as leads, row_number() over latest as place
        from load.changes
        window latest as (order by number desc)
    )
    where place = 1 or (place <= ${mostLoads} and leads <= ${mostLeads})`);
  const since = kept?.since ?? 0;
  await warehouse.run(`
    delete from load.changes where number < ${since};
    delete from load.changed_leads where number < ${since}`);
}

/** Forgets who changed: the next that ask must take it that all did. Nothing is lost by it when all is up to date. */
export async function forgetChanges(warehouse: Warehouse): Promise<void> {
  for (const table of ['changes', 'changed_leads']) {
    if (await warehouse.hasTable('load', table)) await warehouse.run(`delete from load.${table}`);
  }
}

/**
 * SQL of a select of the leads whose rows in raw.events differ between two contents of it (`rawContent`), as column
 * `key`; undefined when that is not known.
 */
export async function changedLeads(warehouse: Warehouse, from: string, to: string): Promise<string | undefined> {
  if (!(await warehouse.hasTable('load', 'changes'))) return undefined;
  const [row] = await warehouse.rows<{ since: number | null; until: number | null }>(
    `select
        max(number) filter (where from_content = $1) as since,
        max(number) filter (where to_content = $2) as until
    from load.changes`,
    [from, to],
  );
  const { since, until } = row ?? { since: null, until: null };
  if (since === null || until === null || since > until) return undefined;
  return `select distinct lead_id as key from load.changed_leads where number between ${since} and ${until}`;
}
