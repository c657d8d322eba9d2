import type { MetricSpec } from '../project/metric.ts';
import { parseExpression } from '../warehouse/expression.ts';
import { readFunctionKinds } from '../warehouse/functions.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import type { MetricRequest } from './query-request.ts';
import { rootsOf } from './query-roots.ts';
import { columnUses, expressionUses } from './uses.ts';

/** The columns of models that answering a request for one metric reads, those of its inputs too; sorted. */
export async function columnsRead(
  warehouse: Warehouse,
  spec: MetricSpec,
  { by = [], where }: Pick<MetricRequest, 'by' | 'where'>,
  specs: readonly MetricSpec[],
): Promise<{ readonly table: string; readonly column: string }[]> {
  const functions = await readFunctionKinds(warehouse);
  const found = new Map<string, { table: string; column: string }>();
  const add = (table: string, column: string) => found.set(`${table}.${column.toLowerCase()}`, { table, column });
  for (const root of rootsOf(spec, specs)) {
    for (const { model, column, path } of columnUses(root)) if (path[0] !== 'dimensions') add(model, column);
    for (const dimension of by) add(root.model, dimension);
    const conditions = where === undefined ? [] : [{ model: root.model, text: where }];
    for (const { model, text } of [...expressionUses(root), ...conditions]) {
      const { columns } = await parseExpression(warehouse, text, functions);
      for (const { name } of columns) add(model, withoutModel(name, model));
    }
  }
  return [...found].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, column]) => column);
}

/** `lead_cycles.team` names the column team; `address.city` a part of the column address. */
function withoutModel(name: string, model: string): string {
  const [first = name, second] = name.split('.');
  return second !== undefined && first.toLowerCase() === model.toLowerCase() ? second : first;
}
