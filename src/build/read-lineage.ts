import type { QueryLineage } from '../models/lineage/column-lineage.ts';
import { aggregateTest } from '../models/lineage/functions.ts';
import type { Lineages } from '../models/lineage/trace.ts';
import { lineageOfModels } from '../models/model-lineage.ts';
import type { PlannedModel } from '../models/plan.ts';
import { type Columns, columnsOfTables } from '../models/table-columns.ts';
import { toolVersion } from '../project/version.ts';
import { hashOf } from '../state/hash.ts';
import { readFunctionKinds } from '../warehouse/functions.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

/**
 * Where the columns of every model come from. The warehouse holds the tables that models read, with rows or without;
 * `columns` are those of the models, as `inspectModels` found them.
 */
export async function readLineage(
  warehouse: Warehouse,
  planned: readonly PlannedModel[],
  columns: ReadonlyMap<string, Columns>,
): Promise<Lineages> {
  const tables = await columnsOfTables(warehouse);
  const isAggregate = aggregateTest(await readFunctionKinds(warehouse));
  return lineageOfModels(planned, columns, { isAggregate, columnsOf: (table) => namesIn(tables.get(table)) });
}

/** What this process traced last: a project that is watched or compared is often the same. */
let last: { readonly madeFrom: string; readonly lineage: Lineages } | undefined;

/** The same, taken from the last build where neither SQL nor columns have changed since. */
export async function keptLineage(
  work: Warehouse,
  planned: readonly PlannedModel[],
  columns: ReadonlyMap<string, Columns>,
  tool = toolVersion,
): Promise<Lineages> {
  const madeFrom = hashOf([
    tool,
    planned.map(({ file, definition }) => [file.name, definition]),
    [...columns].map(([name, found]) => [name, [...found.keys()]]),
    [...(await columnsOfTables(work))]
      .filter(([name]) => !name.startsWith('state.') && !name.startsWith('audit.'))
      .map(([name, found]) => [name, namesIn(found)]),
  ]);
  if (await work.hasTable('state', 'lineage')) {
    const [kept] = await work.rows<{ made_from: string; lineage: string }>('from state.lineage');
    // Written below.
    if (kept?.made_from === madeFrom) return new Map(JSON.parse(kept.lineage) as [string, QueryLineage][]);
  }
  if (last?.madeFrom !== madeFrom) last = { madeFrom, lineage: await readLineage(work, planned, columns) };
  const { lineage } = last;
  await work.insert('state.lineage', { made_from: 'varchar', lineage: 'varchar' }, [
    { made_from: madeFrom, lineage: JSON.stringify([...lineage]) },
  ]);
  return lineage;
}

function namesIn(columns: Columns | undefined): string[] | undefined {
  return columns && [...columns.keys()];
}
