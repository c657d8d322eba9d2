import { quoteIdentifier, type Warehouse } from '../warehouse/warehouse.ts';
import { type CompiledModel, compileModel } from './compile.ts';
import type { PlannedModel } from './plan.ts';

/** What a row of an input takes up while a model is computed, found by building ten million events. */
const bytesPerRow = 100;

/**
 * The selects that make all of a model, to be run one after another: one, or where its inputs are more than fit in
 * `memory`, one for each slice of them. Partitions do not depend on each other and each lies in one slice, so that all
 * slices together are what one run gives.
 */
export async function selectsOf(
  warehouse: Warehouse,
  model: PlannedModel,
  { models, memory }: { readonly models: ReadonlyMap<string, PlannedModel>; readonly memory: number },
): Promise<readonly CompiledModel[]> {
  const inputs = [...(model.file.partition?.inputs ?? [])];
  const isSliced = model.file.materialized === 'incremental' && inputs.every(([name]) => models.has(name));
  const rows = isSliced
    ? await rowsOf(
        warehouse,
        inputs.map(([name]) => name),
        models,
      )
    : 0;
  const count = Math.ceil((rows * bytesPerRow) / memory);
  if (count <= 1) return [compileModel(model, models)];
  return Array.from({ length: count }, (_, slice) => {
    const restricted = inputs.map(([name, column]): [string, string] => [
      name,
      `select * from main.${quoteIdentifier(name)} where hash(${quoteIdentifier(column)}) % ${count} = ${slice}`,
    ]);
    return compileModel(model, models, new Map(restricted));
  });
}

/** Rows of the largest table that is read, by way of views too. */
async function rowsOf(
  warehouse: Warehouse,
  names: readonly string[],
  models: ReadonlyMap<string, PlannedModel>,
): Promise<number> {
  const sizes = await warehouse.rows<{ name: string; rows: number }>(`
    select schema_name || '.' || table_name as name, estimated_size as rows
    from duckdb_tables() where not internal`);
  const known = new Map(sizes.map(({ name, rows }) => [name, rows]));
  // A view of no model reads tables that are not known here: it may have as many rows as any of them.
  const most = Math.max(0, ...known.values());
  const largest = (name: string): number => {
    const model = models.get(name);
    if (model === undefined) return known.get(name) ?? most;
    const below = [...model.reads, ...model.readsTables];
    return known.get(`main.${name}`) ?? Math.max(0, ...below.map(largest));
  };
  return Math.max(0, ...names.map(largest));
}
