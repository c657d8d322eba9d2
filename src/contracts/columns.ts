import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { ModelFile } from '../project/model-file.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { columnDifferences } from './differences.ts';
import { type ContractResult, counted, isChecked, type ModelColumns } from './rule.ts';
import { toDiagnostic } from './tell.ts';
import { canonicalTypes, type TypeNames } from './types.ts';

/**
 * What of the enforced contracts the models' columns do not keep, before a model runs: the result of the rule
 * `columns`, one for each model.
 * @param warehouse any open one; it tells what types are called.
 * @param columns of every model that could be inspected.
 */
export async function contractDifferences(
  warehouse: Warehouse,
  models: readonly ModelFile[],
  columns: ReadonlyMap<string, ModelColumns>,
): Promise<Diagnostic[]> {
  const enforced = models.filter((model) => isChecked(model) && model.contract.isEnforced);
  const types = await canonicalTypes(warehouse, enforced);
  return enforced.flatMap((model) => {
    const found = columns.get(model.name);
    const results = found === undefined ? [] : checkColumns(model, found, types);
    return results.filter(({ passed }) => !passed).map(toDiagnostic);
  });
}

/** The columns are those that the .yml declares, of the types stated there; where the contract is enforced, no others. */
export function checkColumns(model: ModelFile, columns: ModelColumns, types: TypeNames): ContractResult[] {
  if (model.columns.length === 0) return [];
  const differences = columnDifferences(model, columns, types);
  const parts = differences.map(({ text }) => text);
  return [
    {
      metric: null,
      model: model.name,
      rule: 'columns',
      severity: 'error',
      passed: parts.length === 0,
      observed: parts.length === 0 ? 'all as declared' : parts.join('; '),
      parts,
      expected: expectedColumns(model),
      sample: null,
      rowsIn: null,
      place: differences[0]?.place ?? model.at(['columns']),
    },
  ];
}

function expectedColumns({ columns: { length }, contract }: ModelFile): string {
  const declared = counted(length, 'column');
  return contract.isEnforced
    ? `the ${declared} of the contract and no other, each of its type`
    : `the declared ${declared}, where a type is stated of that type`;
}
