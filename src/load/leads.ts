import { layoutOf, type Project } from '../project/project.ts';
import { quoteIdentifier, quoteLiteral, type Warehouse } from '../warehouse/warehouse.ts';
import { textList } from './personal.ts';
import { isAboutLeads, type RawTable, tablesOf, versionsOf } from './raw-table.ts';

/** A source's raw tables, which hold rows of its leads. */
export function tablesOfSource(project: Project, source: string): RawTable[] {
  const config = project.config.sources.find(({ name }) => name === source);
  return config === undefined || config.kind === 'table' ? [] : tablesOf(layoutOf(project, config));
}

/** The ids by which a source's export knows the same lead: a lead and the contact it became. Includes those given. */
export async function idsOfLead(
  warehouse: Warehouse,
  tables: readonly RawTable[],
  source: string,
  ids: readonly string[],
): Promise<string[]> {
  // A record names the lead by its own id, and by what it was made into.
  const records = tables.filter(({ key, leads }) => leads.length > 1 && leads.includes(key[1] ?? ''));
  await setLeads(warehouse, ids);
  for (let before = 0, known = ids.length; records.length > 0 && before < known; ) {
    before = known;
    const linked = records.map(({ name, leads }) => {
      const columns = leads.map((lead) => `${quoteIdentifier(lead)}::varchar`);
      return `select unnest([${columns.join(', ')}]) as id from ${versionsOf(name)}
        where crm = ${quoteLiteral(source)} and (${columns.map((column) => `${column} in (select id from load_leads)`).join(' or ')})`;
    });
    await warehouse.run(
      `insert into load_leads select id from (${linked.join(' union ')}) where id is not null and id not in (select id from load_leads)`,
    );
    const [count] = await warehouse.rows<{ leads: number }>('select count(*) as leads from load_leads');
    known = count?.leads ?? known;
  }
  const rows = await warehouse.rows<{ id: string }>('select id from load_leads order by id');
  return rows.map(({ id }) => id);
}

/** Puts ids of leads into temp.load_leads, for queries to look them up in. */
export async function setLeads(warehouse: Warehouse, ids: readonly string[]): Promise<void> {
  await warehouse.run(`create or replace temp table load_leads as select distinct unnest(${textList(ids)}) as id`);
}

/** Whether any row of a source, good or rejected, names the lead. */
export async function isKnownLead(
  warehouse: Warehouse,
  tables: readonly RawTable[],
  source: string,
  id: string,
): Promise<boolean> {
  await setLeads(warehouse, [id]);
  for (const table of tables) {
    const [row] = await warehouse.rows<{ found: boolean }>(
      `select count(*) > 0 as found from ${versionsOf(table.name)} where ${names(table, source)}`,
    );
    if (row?.found) return true;
  }
  const [row] = await warehouse.rows<{ found: boolean }>(/* sql */ `
    select count(*) > 0 as found
    from load.rejects as rejects
    inner join load.file_ids as files on rejects.file = files.file_id
    where files.source = ${quoteLiteral(source)} and list_contains(rejects.leads, ${quoteLiteral(id)})`);
  return row?.found ?? false;
}

/** The rows of one file that name a lead: the lines (records, in Parquet and JSON) that they stand on, first and last. */
export interface RowsOfFile {
  readonly path: string;
  readonly rows: number;
  /** Rows that name others too, and stay. */
  readonly shared: number;
  readonly spans: readonly { readonly first: number; readonly last: number }[];
}

/**
 * Where in the files of a source rows name one of the leads, whatever became of them: also duplicates, superseded and
 * rejected ones. A row reaches to the line before the next row's.
 */
export async function rowsOfLeads(
  warehouse: Warehouse,
  tables: readonly RawTable[],
  source: string,
  ids: readonly string[],
): Promise<RowsOfFile[]> {
  await setLeads(warehouse, ids);
  const kept = tables.map(
    (table) =>
      `select file_id, line, ${names(table, source)}, ${namesAmongOthers(table, source)} from ${versionsOf(table.name)}`,
  );
  const starts = [
    ...kept,
    `select file, line, coalesce(list_has_any(leads, ${textList(ids)}), false), false from load.rejects`,
  ].join(' union all ');
  const rows = await warehouse.rows<{
    path: string;
    rows: number;
    shared: number;
    firsts: number[];
    lasts: number[];
  }>(/* sql */ `
    with starts as (
        select files.path, starts.line, starts.is_named, starts.is_shared and not starts.is_named as is_shared
        from (${starts}) as starts(file_id, line, is_named, is_shared)
        inner join load.file_ids as files on starts.file_id = files.file_id
        where files.source = ${quoteLiteral(source)}
    ),

    spans as (
        select path, line, is_named, is_shared, lead(line) over (partition by path order by line) - 1 as last
        from starts
    )

    select
        path,
        count(*) filter (is_named) as rows,
        count(*) filter (is_shared) as shared,
        coalesce(list(line order by line) filter (is_named), []) as firsts,
        coalesce(list(coalesce(last, line + 1_000_000) order by line) filter (is_named), []) as lasts
    from spans
    where is_named or is_shared
    group by path
    order by path`);
  return rows.map(({ path, rows: count, shared, firsts, lasts }) => ({
    path,
    rows: count,
    shared,
    spans: firsts.map((first, index) => ({ first, last: lasts[index] ?? first })),
  }));
}

/** SQL: whether a list of a row names one of the leads in temp.load_leads. */
function namesAmongOthers({ leadLists }: RawTable, source: string): string {
  const tests = leadLists.map(
    ({ column, path }) =>
      `list_has_any((select list(id) from load_leads), json_extract_string(${quoteIdentifier(column)}, ${quoteLiteral(path)}))`,
  );
  return tests.length === 0 ? 'false' : `(crm = ${quoteLiteral(source)} and coalesce(${tests.join(' or ')}, false))`;
}

/** SQL: whether a row is about the leads in temp.load_leads. */
export function names(table: RawTable, source: string): string {
  const set = {
    isOne: (id: string): string => `${id} in (select id from load_leads)`,
    list: '(select list(id) from load_leads)',
  };
  return `(crm = ${quoteLiteral(source)} and ${isAboutLeads(table, set)})`;
}
