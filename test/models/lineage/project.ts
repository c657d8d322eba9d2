import { join } from 'node:path';
import { layOutTables } from '../../../src/build/test-tables.ts';
import { inspectModels } from '../../../src/models/inspect.ts';
import type { Known } from '../../../src/models/lineage/context.ts';
import { aggregateTest } from '../../../src/models/lineage/functions.ts';
import { parseModels } from '../../../src/models/parse.ts';
import { type PlannedModel, planModels } from '../../../src/models/plan.ts';
import { openProject } from '../../../src/project/project.ts';
import { readFunctionKinds } from '../../../src/warehouse/functions.ts';
import { Warehouse } from '../../../src/warehouse/warehouse.ts';

/** This project's models, those of every CRM, with the columns that DuckDB says they and what they read have. */
export interface ProjectModels {
  readonly planned: readonly PlannedModel[];
  readonly known: Known;
  /** Model → its columns, in order. */
  readonly columns: ReadonlyMap<string, readonly string[]>;
  /** Model or table → column → DuckDB's name of its type. */
  readonly types: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

export async function readProjectModels(): Promise<ProjectModels> {
  const project = openProject(join(import.meta.dirname, '../../..'));
  const warehouse = await Warehouse.open(':memory:', { threads: 1 });
  try {
    const parsed = await parseModels(warehouse, project.models, []);
    const wanted = new Set(
      parsed.flatMap(({ facts }) => facts.tables.map(({ schema, table }) => `${schema || 'main'}.${table}`)),
    );
    await layOutTables(warehouse, project, { wanted, hasAgreement: true });
    const tables = await tablesOf(warehouse);
    const planned = planModels(parsed, new Set(tables.keys()), []);
    const inspected = await inspectModels(warehouse, planned, []);
    const columns = new Map([...inspected].map(([name, found]) => [name, [...found.keys()]]));
    const types = new Map([...tables, ...inspected]);
    const isAggregate = aggregateTest(await readFunctionKinds(warehouse));
    const columnsOf = (table: string) => (types.has(table) ? [...(types.get(table)?.keys() ?? [])] : undefined);
    return { planned, columns, types, known: { columnsOf, isAggregate } };
  } finally {
    warehouse.close();
  }
}

async function tablesOf(warehouse: Warehouse): Promise<Map<string, Map<string, string>>> {
  const rows = await warehouse.rows<{ table: string; column: string; type: string }>(`
    select lower(schema_name || '.' || table_name) as "table", column_name as "column", data_type as type
    from duckdb_columns() where not internal order by 1, column_index`);
  const tables = new Map<string, Map<string, string>>();
  for (const { table, column, type } of rows) {
    tables.set(table, (tables.get(table) ?? new Map<string, string>()).set(column, type));
  }
  return tables;
}
