import { columnLineage, type QueryLineage } from './lineage/column-lineage.ts';
import type { Known } from './lineage/context.ts';
import type { Lineages } from './lineage/trace.ts';
import type { PlannedModel } from './plan.ts';

/**
 * Where the columns of every model come from. `columns` are those of each model as DuckDB found them, in order; `known`
 * tells those of the tables outside models. Pure.
 */
export function lineageOfModels(
  planned: readonly PlannedModel[],
  columns: ReadonlyMap<string, ReadonlyMap<string, string>>,
  known: Known,
): Lineages {
  const namesOf = (table: string): string[] | undefined => {
    const found = columns.get(table);
    return found && [...found.keys()];
  };
  const columnsOf = (table: string): readonly string[] | undefined => namesOf(table) ?? known.columnsOf(table);
  return new Map(
    planned.map(({ file, statement }): [string, QueryLineage] => [
      file.name,
      columnLineage(statement, { ...known, columnsOf }, namesOf(file.name)),
    ]),
  );
}
