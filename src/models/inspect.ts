import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { quoteIdentifier, SqlError, Warehouse } from '../warehouse/warehouse.ts';
import { compileModel, modelsByName } from './compile.ts';
import type { PlannedModel } from './plan.ts';
import { compiledProblem } from './sql-problem.ts';

/** Columns (name → DuckDB type) of a table. */
export type Columns = ReadonlyMap<string, string>;

/**
 * The columns of every model, found without a row of data: the tables that models read are laid out empty in a scratch
 * database and each model is run on nothing. Binding errors of all models are collected in `problems`.
 */
export async function inspectModels(
  warehouse: Warehouse,
  planned: readonly PlannedModel[],
  problems: Diagnostic[],
): Promise<ReadonlyMap<string, Columns>> {
  const scratch = await Warehouse.open(':memory:', { threads: 1 });
  try {
    await layOutTables(warehouse, scratch, new Set(planned.flatMap((model) => model.readsTables)));
    await scratch.lock();
    const models = modelsByName(planned);
    const failed = new Set<string>();
    const found = new Map<string, Columns>();
    for (const model of planned) {
      const { name } = model.file;
      const problem = model.reads.some((read) => failed.has(read)) ? 'upstream' : await bind(scratch, model, models);
      if (problem === undefined) found.set(name, await columnsOf(scratch, name));
      else failed.add(name);
      if (problem !== undefined && problem !== 'upstream') problems.push(problem);
    }
    return found;
  } finally {
    scratch.close();
  }
}

/** Columns of tables outside models, as `schema.table` in lower case. */
export async function columnsOfTables(
  warehouse: Warehouse,
  tables: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Columns>> {
  const rows = await warehouse.rows<{ table: string; column: string; type: string }>(`
    select lower(schema_name || '.' || table_name) as table, column_name as column, data_type as type
    from duckdb_columns()
    where not internal
    order by column_index`);
  const found = new Map<string, Map<string, string>>();
  for (const { table, column, type } of rows.filter((row) => tables.has(row.table))) {
    found.set(table, (found.get(table) ?? new Map<string, string>()).set(column, type));
  }
  return found;
}

async function layOutTables(warehouse: Warehouse, scratch: Warehouse, tables: ReadonlySet<string>): Promise<void> {
  for (const [name, columns] of await columnsOfTables(warehouse, tables)) {
    const [schema = '', table = ''] = name.split('.');
    const list = [...columns].map(([column, type]) => `${quoteIdentifier(column)} ${type}`).join(', ');
    await scratch.run(`create schema if not exists ${quoteIdentifier(schema)}`);
    await scratch.run(`create table ${quoteIdentifier(schema)}.${quoteIdentifier(table)} (${list})`);
  }
}

async function bind(
  scratch: Warehouse,
  model: PlannedModel,
  models: ReadonlyMap<string, PlannedModel>,
): Promise<Diagnostic | undefined> {
  const prefix = `create table ${quoteIdentifier(model.file.name)} as from (\n`;
  const compiled = compileModel(model, models);
  try {
    await scratch.run(`${prefix}${compiled.sql}\n) limit 0`);
    return undefined;
  } catch (error) {
    if (error instanceof SqlError) return compiledProblem(compiled, error, Buffer.byteLength(prefix));
    throw error;
  }
}

async function columnsOf(scratch: Warehouse, name: string): Promise<Columns> {
  const columns = await scratch.columns(`from ${quoteIdentifier(name)}`);
  return new Map(columns.map((column) => [column.name, column.type]));
}
