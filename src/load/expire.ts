import type { Project } from '../project/project.ts';
import { quoteIdentifier, quoteLiteral, type Warehouse } from '../warehouse/warehouse.ts';
import { rawContent, rememberChange } from './changed-leads.ts';
import { countFates } from './count-rows.ts';
import { idsOfLead, names, setLeads, tablesOfSource } from './leads.ts';
import { type KnownFile, readState, writeLedger } from './ledger.ts';
import { type RawTable, staged, versionsOf } from './raw-table.ts';
import { newest } from './stage-tables.ts';
import { keyHash } from './versions.ts';

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
    await warehouse.run('create or replace temp table load_changed (lead_id varchar)');
    const changed = new Set<string>();
    for (const { source, ids, cutoff } of expired) {
      const tables = tablesOfSource(project, source);
      await setLeads(warehouse, await idsOfLead(warehouse, tables, source, ids));
      await warehouse.run(
        `insert into load.expired select ${quoteLiteral(source)}, hash(id), ${quoteLiteral(cutoff)}::timestamptz from load_leads`,
      );
      for (const table of tables) {
        await takeOut(warehouse, table, source);
        changed.add(table.name);
      }
    }
    const rows = await updateCounts(warehouse, [...changed]);
    await warehouse.run('commit');
    return rows;
  } catch (error) {
    await warehouse.run('rollback');
    throw error;
  }
}

/** Whether leads were taken out by a later cutoff than this one; by any, when there is none. */
export async function hasExpiredAfter(warehouse: Warehouse, cutoff: string | undefined): Promise<boolean> {
  if (!(await warehouse.hasTable('load', 'expired'))) return false;
  const later = cutoff === undefined ? '' : `where cutoff > ${quoteLiteral(cutoff)}::timestamptz`;
  const [row] = await warehouse.rows<{ found: boolean }>(`select count(*) > 0 as found from load.expired ${later}`);
  return row?.found ?? false;
}

async function takeOut(warehouse: Warehouse, table: RawTable, source: string): Promise<void> {
  const condition = names(table, source);
  if (table.changesBy !== undefined) {
    // With an earlier version that named another lead goes when a row was first recorded.
    const versions = versionsOf(table.name);
    await warehouse.run(/* sql */ `
      insert into load_changed
      select distinct ${quoteIdentifier(table.changesBy)}
      from ${versions}
      where ${keyHash(table)} in (select ${keyHash(table)} from ${versions} where ${condition})`);
  }
  await warehouse.run(/* sql */ `
    insert into load.rejects (file, line, code, reason)
    select file_id, line, 'past-retention', 'past retention'
    from ${versionsOf(table.name)}
    where ${condition};
    delete from ${versionsOf(table.name)} where ${condition}`);
}

/** Counts the rows of the tables anew; those that are missing since the last count are past retention. */
async function updateCounts(warehouse: Warehouse, tables: readonly string[]): Promise<number> {
  const state = await readState(warehouse);
  if (state === undefined) return 0;
  const counts = await countFates(warehouse, tables, new Map());
  let expired = 0;
  const files = state.files.map((file): KnownFile => {
    if (!tables.includes(file.table)) return file;
    const { loaded, duplicate, superseded } = counts.get(file.id) ?? { loaded: 0, duplicate: 0, superseded: 0 };
    const gone = file.rowsRead - file.rowsRejected - loaded - duplicate - superseded;
    expired += gone;
    return {
      ...file,
      rowsLoaded: loaded,
      rowsDuplicate: duplicate,
      rowsSuperseded: superseded,
      rowsRejected: file.rowsRejected + gone,
      rowsExpired: (file.rowsExpired ?? 0) + gone,
    };
  });
  await writeLedger(warehouse, { ...state, files });
  await rememberChange(warehouse, {
    from: rawContent(state, 'events'),
    to: rawContent({ ...state, files }, 'events'),
  });
  return expired;
}

/** Whether rows just read tell of a lead whose earlier rows were taken out: then all files must be read again. */
export async function revivesExpired(
  warehouse: Warehouse,
  tables: readonly RawTable[],
  stagedTables: ReadonlySet<string>,
): Promise<boolean> {
  if (!(await warehouse.hasTable('load', 'expired'))) return false;
  for (const table of tables.filter(({ name }) => stagedTables.has(name))) {
    const { name, leads, leadLists, recorded } = table;
    if (leads.length + leadLists.length === 0 || recorded.length === 0) continue;
    const ids = [
      `[${leads.map((lead) => `${quoteIdentifier(lead)}::varchar`).join(', ')}]::varchar[]`,
      ...leadLists.map(({ column, path }) => `json_extract_string(${quoteIdentifier(column)}, ${quoteLiteral(path)})`),
    ];
    const [row] = await warehouse.rows<{ found: boolean }>(/* sql */ `
      select count(*) > 0 as found
      from (
          select crm, ${newest(table)} as newest, hash(unnest(flatten([${ids.join(', ')}]))) as lead
          from ${staged(name)}
      ) as rows
      inner join load.expired as expired on rows.lead = expired.lead and rows.crm = expired.source
      where rows.newest >= expired.cutoff`);
    if (row?.found) return true;
  }
  return false;
}
