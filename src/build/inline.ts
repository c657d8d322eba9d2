import { existsSync } from 'node:fs';
import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { type CompiledModel, compileModel, modelsByName } from '../models/compile.ts';
import { placeOfByte } from '../models/place.ts';
import type { PlannedModel } from '../models/plan.ts';
import type { TableReference } from '../models/references.ts';
import { compiledProblem } from '../models/sql-problem.ts';
import { openProject } from '../project/project.ts';
import { type WarehouseFiles, warehouseFiles } from '../state/files.ts';
import { SqlError, type Warehouse } from '../warehouse/warehouse.ts';
import { type InlineQuery, inTheQuery, readInline } from './inline-query.ts';
import { nothingBuilt } from './nothing-built.ts';
import { openOrExplain } from './open-work.ts';
import { planProject } from './plan-project.ts';
import { exactRows, tableNames } from './read-shown.ts';
import type { ShownTable } from './show.ts';
import { readShownFrom, type ShownFrom } from './shown-from.ts';

export interface InlineRequest {
  readonly sql: string;
  /** 0: all. */
  readonly limit: number;
  readonly warehouse?: string;
  /** Reads the work file, whether or not the tables are published. */
  readonly work?: boolean;
}

/**
 * Runs one select on the published file or, when it names a table that is not published, on the work file; ephemeral
 * models are computed there. It only reads, and reaches no other file, network or setting.
 * @throws DiagnosticsError with the place in the query of everything that is wrong with it.
 */
export async function showInline(root: string, request: InlineRequest): Promise<ShownTable> {
  const query = await readInline(request.sql);
  const files = warehouseFiles(root, request.warehouse);
  if (!request.work && existsSync(files.published)) {
    const shown = await onFile('published', files, request, async (names) =>
      query.tables.every((table) => isIn(names, table)) ? compileQuery(query, []) : undefined,
    );
    if (shown !== undefined) return shown;
  }
  if (!existsSync(files.work)) throw new DiagnosticsError([nothingBuilt]);
  const shown = await onFile('work', files, request, (names) => compileOnWork(root, query, names));
  if (shown === undefined) throw new Error('the work file answers every query that compiles');
  return shown;
}

/** Whether the project has an ephemeral model of that name; a project that cannot be read has none. */
export async function isEphemeral(root: string, name: string): Promise<boolean> {
  try {
    return openProject(root).models.some((model) => model.name === name && model.materialized === 'ephemeral');
  } catch (error) {
    if (error instanceof DiagnosticsError) return false;
    throw error;
  }
}

async function onFile(
  file: ShownFrom['file'],
  files: WarehouseFiles,
  { limit }: InlineRequest,
  compiling: (names: readonly string[]) => Promise<CompiledModel | undefined>,
): Promise<ShownTable | undefined> {
  const warehouse = await openOrExplain(files[file], { readOnly: true });
  try {
    await warehouse.lock();
    const compiled = await compiling(await tableNames(warehouse));
    if (compiled === undefined) return undefined;
    const from = await readShownFrom(warehouse, file, files);
    return { ...(await run(warehouse, compiled, limit)), from };
  } finally {
    warehouse.close();
  }
}

async function run(warehouse: Warehouse, compiled: CompiledModel, limit: number): Promise<Omit<ShownTable, 'from'>> {
  const prefix = 'select * from (\n';
  // One more than is shown tells whether there are more.
  const sql = `${prefix}${compiled.sql}\n)${limit === 0 ? '' : ` limit ${limit + 1}`}`;
  try {
    const rows = await exactRows(warehouse, sql);
    const columns = await warehouse.columns(sql);
    const isAll = limit === 0 || rows.length <= limit;
    return {
      columns: columns.map(({ name }) => name),
      rows: isAll ? rows : rows.slice(0, limit),
      total: isAll ? rows.length : null,
    };
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    throw new DiagnosticsError([inTheQuery(compiledProblem(compiled, error, Buffer.byteLength(prefix)))]);
  }
}

/** Only where a table is in no file is the project read: an ephemeral model is kept nowhere. */
async function compileOnWork(root: string, query: InlineQuery, names: readonly string[]): Promise<CompiledModel> {
  const missing = query.tables.filter((table) => !isIn(names, table));
  if (missing.length === 0) return compileQuery(query, []);
  const planned = await planProject(openProject(root));
  const models = planned.map(({ file }) => file.name);
  const ephemeral = planned.filter(({ file }) => file.materialized === 'ephemeral').map(({ file }) => file.name);
  // It becomes a common table expression, which has no schema.
  const unknown = missing.filter((table) => table.schema !== '' || !isIn(ephemeral, table));
  if (unknown.length === 0) return compileQuery(query, planned);
  throw new DiagnosticsError(
    unknown.map((table) => {
      const isUnbuilt = isIn(models, table) && !isIn(ephemeral, table);
      const fix = isUnbuilt ? 'Build it first.' : didYouMean(keyOf(table), [...names, ...ephemeral]);
      const written = [table.catalog, table.schema, table.table].filter((part) => part !== '').join('.');
      return {
        code: 'unknown-table',
        severity: 'error',
        message: isUnbuilt ? `model "${written}" was not built yet` : `unknown table "${written}"`,
        ...placeOfByte(query.file.sql, table.position),
        ...(fix === undefined ? {} : { fix }),
      };
    }),
  );
}

function compileQuery(query: InlineQuery, planned: readonly PlannedModel[]): CompiledModel {
  const read = new Set(query.tables.map(keyOf));
  const reads = planned.map(({ file }) => file.name).filter((name) => read.has(name.toLowerCase()));
  return compileModel({ ...query, reads, readsTables: [] }, modelsByName(planned));
}

/** DuckDB's own lists of tables and columns are in every file. */
function isIn(names: readonly string[], table: TableReference): boolean {
  const isList = table.catalog === '' && table.schema.toLowerCase() === 'information_schema';
  return isList || names.some((name) => name.toLowerCase() === keyOf(table));
}

/** As `tableNames` writes it, in lower case. */
function keyOf({ catalog, schema, table }: TableReference): string {
  const parts = [catalog, schema.toLowerCase() === 'main' ? '' : schema, table];
  return parts
    .filter((part) => part !== '')
    .join('.')
    .toLowerCase();
}
