import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { silent } from '../diagnostics/progress.ts';
import type { SourceConfig } from '../project/config-file.ts';
import type { Project } from '../project/project.ts';
import { quoteIdentifier, type Warehouse } from '../warehouse/warehouse.ts';
import { loadSources } from './load.ts';
import { crmTables, definitionOf } from './raw-table.ts';
import { sampleColumns, withSources } from './sample-files.ts';
import { tableColumns, tableDefinition } from './tables.ts';

/** `raw.deals` → its columns (name → DuckDB type), as the last build loaded them. */
export type LoadedColumns = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * Makes main.load_files, main.load_rejects, raw.events and those of the other `wanted` tables of schema raw (`raw.deals`),
 * as tables with the columns that a load gives them and without a row. No dump is read, but for the beginnings of the
 * files of a table source whose columns are not declared: its rows tell them. Tables of CRMs without a source are laid
 * out too. What cannot be told is added to `problems`. With `loaded` no file at all is read, and these are the columns of
 * table sources that declare none.
 */
export async function layOutRaw(
  warehouse: Warehouse,
  project: Project,
  wanted: ReadonlySet<string>,
  problems: Diagnostic[],
  loaded?: LoadedColumns,
): Promise<void> {
  await loadSources(warehouse, withSources(project, []), { now: '1970-01-01T00:00:00Z', progress: silent });
  for (const table of project.layouts.flatMap(crmTables)) {
    if (wanted.has(`raw.${table.name}`)) {
      await createTable(warehouse, table.name, `${definitionOf(table)}, file_id integer, line bigint`);
    }
  }
  const tables = project.config.sources.filter(({ kind, name }) => kind === 'table' && wanted.has(`raw.${name}`));
  for (const source of tables) {
    const columns = await columnsOf(warehouse, project, source, { problems, loaded });
    if (columns !== '') await createTable(warehouse, source.name, columns);
  }
  await emptyViews(warehouse);
}

/** As `create table` wants them; empty, and a problem, when nothing tells them. */
async function columnsOf(
  warehouse: Warehouse,
  project: Project,
  source: SourceConfig,
  { problems, loaded }: { readonly problems: Diagnostic[]; readonly loaded: LoadedColumns | undefined },
): Promise<string> {
  if (source.columns === undefined) {
    if (loaded !== undefined) return loadedColumns(source, loaded, problems);
    const sampled = await sampleColumns(project, source, problems);
    return definitionIn(sampled);
  }
  const found: Diagnostic[] = [];
  const columns = await tableColumns(warehouse, source, [], found);
  // A personal column that is not declared is looked for in the files, and there are none here.
  problems.push(...found.filter(({ code }) => code !== 'unknown-column'));
  return tableDefinition(columns);
}

function loadedColumns({ name, at }: SourceConfig, loaded: LoadedColumns, problems: Diagnostic[]): string {
  const columns = loaded.get(`raw.${name}`) ?? new Map<string, string>();
  if (columns.size === 0) {
    problems.push({
      code: 'unknown-columns',
      severity: 'error',
      message: `the columns of raw.${name} are not known: nothing of it is loaded`,
      ...at([]),
      fix: 'Declare them under "columns", or build once.',
    });
  }
  return definitionIn([...columns].map(([column, type]) => ({ name: column, type })));
}

function definitionIn(columns: readonly { readonly name: string; readonly type: string }[]): string {
  return columns.map(({ name, type }) => `${quoteIdentifier(name)} ${type}`).join(', ');
}

async function createTable(warehouse: Warehouse, name: string, definition: string): Promise<void> {
  await warehouse.run(`create table raw.${quoteIdentifier(name)} (${definition})`);
}

/** raw.* are views of a load's own tables; rows can only be put into a table. */
async function emptyViews(warehouse: Warehouse): Promise<void> {
  const views = await warehouse.rows<{ name: string }>(
    `select view_name as name from duckdb_views() where schema_name = 'raw'`,
  );
  for (const { name } of views) {
    const [view, table] = [`raw.${quoteIdentifier(name)}`, `raw.${quoteIdentifier(`new:${name}`)}`];
    await warehouse.run(`create table ${table} as from ${view} limit 0`);
    await warehouse.run(`drop view ${view}`);
    await warehouse.run(`alter table ${table} rename to ${quoteIdentifier(name)}`);
  }
}
