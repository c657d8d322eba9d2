import { afterAll, beforeAll } from 'vitest';
import type { Known } from '../../../src/models/lineage/context.ts';
import { aggregateTest } from '../../../src/models/lineage/functions.ts';
import { readFunctionKinds } from '../../../src/warehouse/functions.ts';
import { Warehouse } from '../../../src/warehouse/warehouse.ts';

let warehouse: Warehouse;
let isAggregate: Known['isAggregate'];

beforeAll(async () => {
  warehouse = await Warehouse.open(':memory:', { threads: 1 });
  isAggregate = aggregateTest(await readFunctionKinds(warehouse));
});
afterAll(() => warehouse.close());

/** DuckDB's syntax tree of a query, and what is to be known beside it. */
export async function parsed(
  sql: string,
  tables: Readonly<Record<string, readonly string[]>>,
): Promise<{ statement: unknown; known: Known }> {
  const [row] = await warehouse.rows<{ tree: string }>('select json_serialize_sql($1::varchar) as tree', [sql]);
  const tree: { statements?: readonly unknown[]; error_message?: string } = JSON.parse(row?.tree ?? '{}');
  if (tree.statements === undefined) throw new Error(tree.error_message);
  return { statement: tree.statements[0], known: { columnsOf: (table) => tables[table], isAggregate } };
}
