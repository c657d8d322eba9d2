import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { quoteIdentifier, SqlError, Warehouse } from '../warehouse/warehouse.ts';
import { compileModel, ephemeralInputs, modelsByName } from './compile.ts';
import type { PlannedModel } from './plan.ts';
import { compiledProblem } from './sql-problem.ts';
import { type Columns, columnsOfTables } from './table-columns.ts';

export type { Columns } from './table-columns.ts';

/**
 * The columns of every model, found without a row of data: the tables that models read are laid out empty in a scratch
 * database and each model is run on nothing. Binding errors of all models are collected in `problems`. `earlier` are
 * models whose columns are known already.
 */
export async function inspectModels(
  warehouse: Warehouse,
  planned: readonly PlannedModel[],
  problems: Diagnostic[],
  earlier: ReadonlyMap<string, Columns> = new Map(),
): Promise<ReadonlyMap<string, Columns>> {
  const models = modelsByName(planned);
  const unknown = planned.filter(({ file }) => !earlier.has(file.name));
  // What an ephemeral model reads is read where its SQL stands.
  const read = unknown.flatMap((model) => [model, ...ephemeralInputs(model, models)]);
  if (unknown.length === 0) return earlier;
  const scratch = await Warehouse.open(':memory:', { threads: 1 });
  try {
    await layOut(scratch, await columnsOfTables(warehouse, new Set(read.flatMap(({ readsTables }) => readsTables))));
    const wanted = new Set(read.flatMap(({ reads }) => reads));
    await layOut(scratch, new Map([...earlier].filter(([name]) => wanted.has(name))));
    await scratch.lock();
    const failed = new Set<string>();
    for (const model of unknown) {
      const { name } = model.file;
      const problem = model.reads.some((input) => failed.has(input)) ? 'upstream' : await bind(scratch, model, models);
      if (problem !== undefined) failed.add(name);
      if (problem !== undefined && problem !== 'upstream') problems.push(problem);
    }
    const bound = unknown.map(({ file }) => file.name).filter((name) => !failed.has(name));
    const found = await columnsOfTables(scratch, new Set(bound.map((name) => `main.${name}`)));
    return new Map([
      ...earlier,
      ...bound.map((name): [string, Columns] => [name, found.get(`main.${name}`) ?? new Map()]),
    ]);
  } finally {
    scratch.close();
  }
}

/** Empty tables, by `schema.table`, or by the bare name for one of main. */
export async function layOut(scratch: Warehouse, tables: ReadonlyMap<string, Columns>): Promise<void> {
  const schemas = new Set<string>();
  const statements = [...tables].map(([name, columns]) => {
    const [table = '', schema = 'main'] = name.split('.').reverse();
    schemas.add(schema);
    const list = [...columns].map(([column, type]) => `${quoteIdentifier(column)} ${type}`).join(', ');
    return `create table ${quoteIdentifier(schema)}.${quoteIdentifier(table)} (${list})`;
  });
  for (const schema of schemas) await scratch.run(`create schema if not exists ${quoteIdentifier(schema)}`);
  for (const statement of statements) await scratch.run(statement);
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
