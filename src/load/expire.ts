import type { Project } from '../project/project.ts';
import { quoteIdentifier, quoteLiteral, type Warehouse } from '../warehouse/warehouse.ts';
import { idsOfLead, names, setLeads, tablesOfSource } from './leads.ts';
import { readState, writeLedger } from './ledger.ts';
import { type RawTable, staged, versionsOf } from './raw-table.ts';

/** Leads of a source of which nothing was heard since `cutoff`, an ISO instant. */
export interface ExpiredLeads {
  readonly source: string;
  readonly ids: readonly string[];
  readonly cutoff: string;
}

/**
 * Takes the rows of leads that are past retention out of the raw tables; they count as rejected from now on. Of the
 * leads only hashes stay, to see when one of them is heard of again. Returns how many rows went.
 */
export async function expireLeads(
  warehouse: Warehouse,
  project: Project,
  expired: readonly ExpiredLeads[],
): Promise<number> {
  await warehouse.run('begin transaction');
  try {
    await warehouse.run('create table if not exists load.expired (source varchar, lead ubigint, cutoff timestamptz)');
    let rows = 0;
    const gone = new Map<number, { loaded: number; duplicate: number; superseded: number }>();
    for (const { source, ids, cutoff } of expired) {
      const tables = tablesOfSource(project, source);
      await setLeads(warehouse, await idsOfLead(warehouse, tables, source, ids));
      await warehouse.run(
        `insert into load.expired select ${quoteLiteral(source)}, hash(id), ${quoteLiteral(cutoff)}::timestamptz from load_leads`,
      );
      for (const table of tables) rows += await takeOut(warehouse, table, source, gone);
    }
    await updateCounts(warehouse, gone);
    await warehouse.run('commit');
    return rows;
  } catch (error) {
    await warehouse.run('rollback');
    throw error;
  }
}

async function takeOut(
  warehouse: Warehouse,
  table: RawTable,
  source: string,
  gone: Map<number, { loaded: number; duplicate: number; superseded: number }>,
): Promise<number> {
  if (table.leads.length + table.leadLists.length === 0) return 0;
  const condition = names(table, source);
  const rows = await warehouse.rows<{ file: number; loaded: number; duplicate: number; superseded: number }>(/* sql */ `
    select
        file_id as file,
        count(*) filter (fate is null) as loaded,
        count(*) filter (fate = 1) as duplicate,
        count(*) filter (fate = 2) as superseded
    from ${versionsOf(table.name)}
    where ${condition}
    group by file_id`);
  for (const { file, ...counts } of rows) {
    const before = gone.get(file) ?? { loaded: 0, duplicate: 0, superseded: 0 };
    gone.set(file, {
      loaded: before.loaded + counts.loaded,
      duplicate: before.duplicate + counts.duplicate,
      superseded: before.superseded + counts.superseded,
    });
  }
  await warehouse.run(/* sql */ `
    insert into load.rejects (file, line, code, reason)
    select file_id, line, 'past-retention', 'past retention'
    from ${versionsOf(table.name)}
    where ${condition};
    delete from ${versionsOf(table.name)} where ${condition}`);
  return rows.reduce((total, { loaded, duplicate, superseded }) => total + loaded + duplicate + superseded, 0);
}

async function updateCounts(
  warehouse: Warehouse,
  gone: ReadonlyMap<number, { loaded: number; duplicate: number; superseded: number }>,
): Promise<void> {
  const state = await readState(warehouse);
  if (state === undefined) return;
  const files = state.files.map((file) => {
    const { loaded, duplicate, superseded } = gone.get(file.id) ?? { loaded: 0, duplicate: 0, superseded: 0 };
    return {
      ...file,
      rowsLoaded: file.rowsLoaded - loaded,
      rowsDuplicate: file.rowsDuplicate - duplicate,
      rowsSuperseded: file.rowsSuperseded - superseded,
      rowsRejected: file.rowsRejected + loaded + duplicate + superseded,
      rowsExpired: (file.rowsExpired ?? 0) + loaded + duplicate + superseded,
    };
  });
  await writeLedger(warehouse, { ...state, files });
}

/** Whether rows just read tell of a lead whose earlier rows were taken out: then all files must be read again. */
export async function revivesExpired(
  warehouse: Warehouse,
  tables: readonly RawTable[],
  stagedTables: ReadonlySet<string>,
): Promise<boolean> {
  const [table] = await warehouse.rows<{ found: boolean }>(
    `select count(*) > 0 as found from duckdb_tables() where schema_name = 'load' and table_name = 'expired'`,
  );
  if (!table?.found) return false;
  for (const { name, leads, recorded } of tables.filter((candidate) => stagedTables.has(candidate.name))) {
    if (leads.length === 0 || recorded.length === 0) continue;
    const newest = `greatest(${recorded.map((column) => `rows.${quoteIdentifier(column)}::timestamptz`).join(', ')})`;
    const named = leads.map((lead) => `hash(rows.${quoteIdentifier(lead)}::varchar)`);
    const [row] = await warehouse.rows<{ found: boolean }>(/* sql */ `
      select count(*) > 0 as found
      from (select *, unnest([${named.join(', ')}]) as lead from ${staged(name)} as rows) as rows
      inner join load.expired as expired on rows.lead = expired.lead and rows.crm = expired.source
      where ${newest} >= expired.cutoff`);
    if (row?.found) return true;
  }
  return false;
}
