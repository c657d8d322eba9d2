import * as z from 'zod';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { type Place, parseYaml, type SourceText, type YamlPath } from './yaml-file.ts';

const columnTypes = ['varchar', 'timestamptz', 'timestamp', 'date', 'boolean', 'double', 'bigint', 'json'] as const;

/** A column that the loader stores; columns of a file that no layout names are never stored. */
export interface LayoutColumn {
  readonly name: string;
  readonly type: (typeof columnTypes)[number];
  /** A file without the column is an error; a row without a value is rejected. */
  readonly required: boolean;
  /** Other names it may have in a file. */
  readonly aliases: readonly string[];
  /** When the CRM recorded the row: never later than the run's start, and the newest is how far the source reaches. */
  readonly isRecorded: boolean;
  /** Identifies a lead, for requests to be forgotten. */
  readonly isLead: boolean;
  /** Of a JSON column: where in it the ids of leads lie, such as `$.contacts.results[*].id`. A row may name several. */
  readonly leadsAt?: string;
  /** An empty text is kept apart from none. */
  readonly keepsBlank: boolean;
  /** An instant that may also come as milliseconds since 1970. */
  readonly isEpochAllowed: boolean;
  /** The column that names the property whose value this is: stored only for properties that the source allows. */
  readonly keptBy?: string;
  /** Of such a column: property → what its value must be, whole, to be stored; a regular expression. */
  readonly patterns: ReadonlyMap<string, string>;
  /** A JSON object of which only properties that the source allows are stored. */
  readonly isAllowListed: boolean;
  /** Of such an object whose values are histories: the keys of an item that are stored. */
  readonly items?: readonly string[];
  /** Of such an object: allowed properties that stand as columns of their own, with this before their name, join it. */
  readonly collect?: string;
}

/** One table of an export. */
export interface TableLayout {
  /** Becomes raw.<kind>_<name>. */
  readonly name: string;
  readonly description: string;
  /** Names of files or folders, without extension and date. */
  readonly files: readonly string[];
  /** Columns that identify a row within one source. */
  readonly key: readonly string[];
  /** Of two versions of a row the one with the greater values counts. */
  readonly latestBy: readonly string[];
  readonly columns: readonly LayoutColumn[];
}

/** What an export of one CRM holds: models/staging/<kind>/sources.yml. */
export interface CrmLayout {
  /** The folder's name, which is the `kind` of a source in handover.yml. */
  readonly kind: string;
  /** Of each group one table at least must have a file. */
  readonly needs: readonly (readonly string[])[];
  /** Properties of a record that may be stored → the attribute of a lead that they are, or null. */
  readonly properties: ReadonlyMap<string, string | null>;
  readonly tables: readonly TableLayout[];
  at(path: YamlPath): Place;
}

export const layoutFileName = 'sources.yml';

const name = z.string().regex(/^[a-z_][a-z0-9_]*$/, 'a name is lower case letters, digits and underscores');

const column = z.strictObject({
  description: z.string().optional().describe('What the column holds.'),
  type: z.enum(columnTypes).default('varchar').describe('How it is stored.'),
  required: z
    .boolean()
    .default(false)
    .describe('A file without the column is an error; a row without a value is rejected.'),
  aliases: z.array(z.string()).default([]).describe('Other names it may have in a file.'),
  recorded: z
    .boolean()
    .default(false)
    .describe(
      "When the CRM stored the row: never later than the build's start; the newest says how far the data reach.",
    ),
  lead: z.boolean().default(false).describe('Identifies a lead, for requests to be forgotten.'),
  leads_at: z
    .string()
    .regex(
      /^(\$\.[a-z_]+(\.[a-z_]+)*)\[\*\]\.([a-z_]+)$/,
      'a path to a list and a key of its items, such as $.contacts.results[*].id',
    )
    .optional()
    .describe('Of a JSON column: where in it the ids of leads lie, such as $.contacts.results[*].id.'),
  blank: z.boolean().default(false).describe('An empty text is kept apart from none.'),
  epoch_ms: z.boolean().default(false).describe('The time may also come as milliseconds since 1970.'),
  kept_by: z
    .string()
    .optional()
    .describe('The column that names the property whose value this is: stored only for properties that are allowed.'),
  patterns: z
    .record(z.string(), z.string())
    .default({})
    .describe('With kept_by: a regular expression for each property that its whole value must match to be stored.'),
  allow_list: z.boolean().default(false).describe('A JSON object of which only allowed properties are stored.'),
  items: z
    .array(z.string())
    .min(1)
    .optional()
    .describe('With allow_list, where values are histories: the keys of an item that are stored.'),
  collect: z
    .string()
    .optional()
    .describe('With allow_list: allowed properties in columns of their own, with this before their name, join it.'),
});

const table = z.strictObject({
  description: z.string().describe('What one row of the table is.'),
  files: z
    .array(z.string())
    .optional()
    .describe("Names of its files or folders, without extension and date. Left out: the table's name."),
  key: z.array(z.string()).min(1).describe('The columns that identify a row within one source.'),
  latest_by: z
    .array(z.string())
    .default([])
    .describe('Of two versions of a row, the one with the greater values in these columns counts.'),
  columns: z
    .record(name, column)
    .describe('The columns that are stored; those of a file that are not named here never are.'),
});

/** The shape of models/staging/<kind>/sources.yml. */
export const layoutSchema = z.strictObject({
  needs: z
    .array(z.array(z.string()).min(1))
    .default([])
    .describe('Groups of tables: of each group at least one must have a file.'),
  properties: z
    .record(z.string(), z.string().nullable())
    .default({})
    .describe("Properties of a record that may be stored, each with the lead's attribute that it is (null: none)."),
  tables: z.record(name, table).describe('The tables of an export; each becomes raw.<kind>_<table>.'),
});

/** Reads what an export of a CRM holds; problems are added with their place. */
export function readLayout(kind: string, file: SourceText, problems: Diagnostic[]): CrmLayout | undefined {
  const located = parseYaml(file, layoutSchema, problems);
  if (located === undefined) return undefined;
  const { value, at } = located;
  const tables = Object.entries(value.tables).map(([tableName, table]) => ({
    name: tableName,
    description: table.description,
    files: table.files ?? [tableName],
    key: table.key,
    latestBy: table.latest_by,
    columns: Object.entries(table.columns).map(([columnName, entry]) => toColumn(columnName, entry)),
  }));
  const checked: CrmLayout = {
    kind,
    needs: value.needs,
    properties: new Map(Object.entries(value.properties)),
    tables,
    at,
  };
  checkNames(checked, problems);
  return checked;
}

function toColumn(columnName: string, entry: z.infer<typeof column>): LayoutColumn {
  return {
    name: columnName,
    type: entry.type,
    required: entry.required,
    aliases: entry.aliases,
    isRecorded: entry.recorded,
    isLead: entry.lead,
    ...(entry.leads_at === undefined ? {} : { leadsAt: entry.leads_at }),
    keepsBlank: entry.blank,
    isEpochAllowed: entry.epoch_ms,
    ...(entry.kept_by === undefined ? {} : { keptBy: entry.kept_by }),
    patterns: new Map(Object.entries(entry.patterns)),
    isAllowListed: entry.allow_list,
    ...(entry.items === undefined ? {} : { items: entry.items }),
    ...(entry.collect === undefined ? {} : { collect: entry.collect }),
  };
}

/** Names that must be those of columns or tables. */
function checkNames(checked: CrmLayout, problems: Diagnostic[]): void {
  const report = (written: string, known: readonly string[], what: string, path: YamlPath): void => {
    if (known.includes(written)) return;
    const fix = didYouMean(written, known);
    problems.push({
      code: `unknown-${what}`,
      severity: 'error',
      message: `unknown ${what} "${written}"`,
      ...checked.at(path),
      expected: `one of ${known.join(', ')}`,
      ...(fix === undefined ? {} : { fix }),
    });
  };
  const tableNames = checked.tables.map((table) => table.name);
  for (const [group, names] of checked.needs.entries()) {
    for (const [index, table] of names.entries()) report(table, tableNames, 'table', ['needs', group, index]);
  }
  for (const table of checked.tables) {
    const columnNames = table.columns.map((entry) => entry.name);
    for (const [index, key] of table.key.entries()) {
      report(key, columnNames, 'column', ['tables', table.name, 'key', index]);
    }
    for (const [index, latest] of table.latestBy.entries()) {
      report(latest, columnNames, 'column', ['tables', table.name, 'latest_by', index]);
    }
    for (const { name: columnName, keptBy, isRecorded, type } of table.columns) {
      if (isRecorded && !/^(date|timestamp)/.test(type)) {
        problems.push({
          code: 'invalid-value',
          severity: 'error',
          message: `tables.${table.name}.columns.${columnName}: recorded, but of type ${type}`,
          ...checked.at(['tables', table.name, 'columns', columnName, 'recorded']),
          expected: 'type: timestamptz, timestamp or date',
        });
      }
      if (keptBy !== undefined) {
        report(keptBy, columnNames, 'column', ['tables', table.name, 'columns', columnName, 'kept_by']);
      }
    }
  }
}
