import type { CrmLayout, TableLayout } from '../project/layout-file.ts';
import { quoteIdentifier, quoteLiteral } from '../warehouse/warehouse.ts';
import { eventTable } from './events.ts';

/**
 * A table that the rows of many files are gathered in. load.<name> holds every version of every row, each with its
 * file, its line and its fate; raw.<name> is a view of those that count.
 */
export interface RawTable {
  readonly name: string;
  /** The columns that models see, less file_id and line: name → DuckDB type. */
  readonly columns: ReadonlyMap<string, string>;
  /** Columns that identify a row; a row delivered again is a duplicate, or another version. */
  readonly key: readonly string[];
  /** Of two versions of a row the one with the greater values counts, then the one that is greater in content. */
  readonly latestBy: readonly string[];
  /** Columns that say when the CRM recorded a row. */
  readonly recorded: readonly string[];
  /**
   * Columns in which a version must be like the one that counts to have told of the same thing: of these raw.<name> says
   * in `first_recorded_at` when the first was recorded.
   */
  readonly sameThing?: readonly string[];
  /** The one that tells whose a row is, where loads remember whose rows they changed. */
  readonly changesBy?: string;
  /** Columns that name a lead. */
  readonly leads: readonly string[];
  /** JSON columns that name several, and the path to their ids. */
  readonly leadLists: readonly { readonly column: string; readonly path: string }[];
}

const eventsTable: RawTable = {
  name: 'events',
  columns: eventTable,
  key: ['crm', 'event_id'],
  latestBy: ['recorded_at', 'occurred_at'],
  recorded: ['recorded_at'],
  sameThing: ['type', 'occurred_at'],
  changesBy: 'lead_id',
  leads: ['lead_id'],
  leadLists: [],
};

/** The raw table of one table of a CRM's export; sources of one kind share it. */
function crmTable(kind: string, layout: TableLayout): RawTable {
  return {
    name: `${kind}_${layout.name}`,
    columns: new Map([['crm', 'varchar'], ...layout.columns.map(({ name, type }) => [name, type] as const)]),
    key: ['crm', ...layout.key],
    latestBy: layout.latestBy,
    recorded: layout.columns.filter((column) => column.isRecorded).map((column) => column.name),
    leads: layout.columns.filter((column) => column.isLead).map((column) => column.name),
    leadLists: layout.columns.flatMap(({ name, leadsAt }) =>
      leadsAt === undefined ? [] : [{ column: name, path: leadsAt }],
    ),
  };
}

/** The raw tables that a source fills which is not of kind table. */
export function tablesOf(layout: CrmLayout | undefined): RawTable[] {
  return layout === undefined ? [eventsTable] : crmTables(layout);
}

export function crmTables(layout: CrmLayout): RawTable[] {
  return layout.tables.map((table) => crmTable(layout.kind, table));
}

/** What became of a row that was read and not rejected; absent: it counts. */
export const fates = { duplicate: 1, superseded: 2 } as const;

/** The columns as `create table` wants them, without the loader's own. */
export function definitionOf({ columns }: RawTable): string {
  return [...columns].map(([name, type]) => `${quoteIdentifier(name)} ${type}`).join(', ');
}

/** Some leads, as SQL: a test of one id, and a list that holds them all. */
export interface LeadSet {
  isOne(id: string): string;
  readonly list: string;
}

/** SQL: whether a column of a row names one of the leads, or all that a list of it names are such. */
export function isAboutLeads({ leads, leadLists }: Pick<RawTable, 'leads' | 'leadLists'>, set: LeadSet): string {
  const tests = [
    ...leads.map((lead) => `coalesce(${set.isOne(`${quoteIdentifier(lead)}::varchar`)}, false)`),
    ...leadLists.map(({ column, path }) => {
      const ids = `json_extract_string(${quoteIdentifier(column)}, ${quoteLiteral(path)})`;
      return `coalesce(len(${ids}) > 0 and list_has_all(${set.list}, ${ids}), false)`;
    }),
  ];
  return tests.length === 0 ? 'false' : `(${tests.join(' or ')})`;
}

/** The rows that count, as models see them; `only`: SQL of the rowids of those that are asked for. */
export function viewOf(table: RawTable, only?: string): string {
  const versions = versionsOf(table.name);
  const columns = [...table.columns.keys(), 'file_id', 'line'].map(quoteIdentifier);
  const asked = only === undefined ? '' : `\n        and counting.rowid in (${only})`;
  if (table.sameThing === undefined) {
    return `select ${columns.join(', ')} from ${versions} as counting where fate is null${asked}`;
  }
  const key = [...table.key, ...table.sameThing].map(quoteIdentifier).join(', ');
  return /* sql */ `
    select ${columns.map((column) => `counting.${column}`).join(', ')},
        least(counting.recorded_at, earlier.recorded_at) as first_recorded_at
    from ${versions} as counting
    left join (
        select ${key}, min(recorded_at) as recorded_at
        from ${versions}
        where fate = ${fates.superseded}
        group by ${key}
    ) as earlier using (${key})
    where counting.fate is null${asked}`;
}

/** Where all versions of a table's rows lie. */
export function versionsOf(name: string): string {
  return `"load".${quoteIdentifier(name)}`;
}

/** Tables of schema load that the loader keeps for itself. */
export const ownTables: readonly string[] = ['changed_leads', 'changes', 'expired', 'file_ids', 'rejects', 'state'];

/** Where rows are gathered before they join the others; no source can have such a name. */
export function staged(name: string): string {
  return `"load".${quoteIdentifier(`new:${name}`)}`;
}

/** The raw tables that the sources fill, less those of kind table. */
export function keyedTables(sources: readonly { readonly layout: CrmLayout | undefined }[]): Map<string, RawTable> {
  const layouts = new Set(sources.flatMap(({ layout }) => layout ?? []));
  const tables = [eventsTable, ...[...layouts].flatMap(crmTables)];
  return new Map(tables.map((table) => [table.name, table]));
}
