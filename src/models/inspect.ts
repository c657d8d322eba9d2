import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { quoteIdentifier, SqlError, Warehouse } from '../warehouse/warehouse.ts';
import type { PlannedModel } from './plan.ts';
import { body } from './run.ts';
import { sqlProblem } from './sql-problem.ts';

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
    const failed = new Set<string>();
    const found = new Map<string, Columns>();
    for (const model of planned) {
      const { name } = model.file;
      const problem = model.reads.some((read) => failed.has(read)) ? 'upstream' : await bind(scratch, model);
      if (problem === undefined) found.set(name, await columnsOf(scratch, name));
      else failed.add(name);
      if (problem !== undefined && problem !== 'upstream') problems.push(problem);
    }
    return found;
  } finally {
    scratch.close();
  }
}

async function layOutTables(warehouse: Warehouse, scratch: Warehouse, tables: ReadonlySet<string>): Promise<void> {
  const layouts = await warehouse.rows<{ schema: string; name: string; columns: string }>(`
    select
        schema_name as schema,
        table_name as name,
        string_agg('"' || replace(column_name, '"', '""') || '" ' || data_type, ', ' order by column_index) as columns
    from duckdb_columns()
    where not internal
    group by all`);
  for (const { schema, name, columns } of layouts) {
    if (!tables.has(`${schema}.${name}`.toLowerCase())) continue;
    await scratch.run(`create schema if not exists ${quoteIdentifier(schema)}`);
    await scratch.run(`create table ${quoteIdentifier(schema)}.${quoteIdentifier(name)} (${columns})`);
  }
}

async function bind(scratch: Warehouse, model: PlannedModel): Promise<Diagnostic | undefined> {
  const prefix = `create table ${quoteIdentifier(model.file.name)} as from (\n`;
  try {
    await scratch.run(`${prefix}${body(model.file)}\n) limit 0`);
    return undefined;
  } catch (error) {
    if (error instanceof SqlError) return sqlProblem(model.file, error, Buffer.byteLength(prefix));
    throw error;
  }
}

async function columnsOf(scratch: Warehouse, name: string): Promise<Columns> {
  const columns = await scratch.columns(`from ${quoteIdentifier(name)}`);
  return new Map(columns.map((column) => [column.name, column.type]));
}
