import type { Columns } from '../models/inspect.ts';
import type { QueryLineage } from '../models/lineage/column-lineage.ts';
import { aggregateTest } from '../models/lineage/functions.ts';
import type { Lineages } from '../models/lineage/trace.ts';
import { lineageOfModels } from '../models/model-lineage.ts';
import type { PlannedModel } from '../models/plan.ts';
import { toolVersion } from '../project/version.ts';
import { readFunctionKinds } from '../warehouse/functions.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { hash } from './contents.ts';

/**
 * Where the columns of every model come from. The warehouse holds the tables that models read, with rows or without;
 * `columns` are those of the models, as `inspectModels` found them.
 */
export async function readLineage(
  warehouse: Warehouse,
  planned: readonly PlannedModel[],
  columns: ReadonlyMap<string, Columns>,
): Promise<Lineages> {
  const tables = await readTableColumns(warehouse);
  const isAggregate = aggregateTest(await readFunctionKinds(warehouse));
  return lineageOfModels(planned, columns, { isAggregate, columnsOf: (table) => tables.get(table) });
}

/** The same, taken from the last build where neither SQL nor columns have changed since. */
export async function keptLineage(
  work: Warehouse,
  planned: readonly PlannedModel[],
  columns: ReadonlyMap<string, Columns>,
  tool = toolVersion,
): Promise<Lineages> {
  const madeFrom = hash([
    tool,
    planned.map(({ file, definition }) => [file.name, definition]),
    [...columns].map(([name, found]) => [name, [...found.keys()]]),
    [...(await readTableColumns(work))].filter(([name]) => !name.startsWith('state.') && !name.startsWith('audit.')),
  ]);
  if (await work.hasTable('state', 'lineage')) {
    const [kept] = await work.rows<{ made_from: string; lineage: string }>('from state.lineage');
    // Written below.
    if (kept?.made_from === madeFrom) return new Map(JSON.parse(kept.lineage) as [string, QueryLineage][]);
  }
  const lineage = await readLineage(work, planned, columns);
  await work.insert('state.lineage', { made_from: 'varchar', lineage: 'varchar' }, [
    { made_from: madeFrom, lineage: JSON.stringify([...lineage]) },
  ]);
  return lineage;
}

/** The columns, in order, of every table and view of a warehouse, as schema.table in lower case. */
export async function readTableColumns(warehouse: Warehouse): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await warehouse.rows<{ table: string; columns: string[] }>(`
    select
        lower(schema_name || '.' || table_name) as "table",
        list(column_name order by column_index) as columns
    from duckdb_columns()
    where not internal
    group by all`);
  return new Map(rows.map(({ table, columns }) => [table, columns]));
}
