import { type Column, quoteIdentifier, type Warehouse } from '../warehouse/warehouse.ts';
import { acceptedValues } from './accepted-values.ts';
import { columns } from './columns.ts';
import { dated } from './dated.ts';
import { freshness } from './freshness.ts';
import { notNull } from './not-null.ts';
import { personal } from './personal.ts';
import { range } from './range.ts';
import type { ContractContext, ContractResult, Rule } from './rule.ts';
import { unique } from './unique.ts';

export type { ContractResult } from './rule.ts';

const rules: readonly Rule[] = [freshness, columns, unique, notNull, acceptedValues, dated, range, personal];

/**
 * Checks every rule that the project asks for and (re)creates main.contract_results. A rule that does not hold is a
 * result like any other: nothing is thrown for it, the build decides.
 * The models and main.metric_values must be there.
 */
export async function checkContracts(
  warehouse: Warehouse,
  project: ContractContext['project'],
  options: { readonly asOf: string; readonly now: string },
): Promise<ContractResult[]> {
  const context: ContractContext = { warehouse, project, columns: await modelColumns(warehouse, project), ...options };
  const results: ContractResult[] = [];
  for (const rule of rules) results.push(...(await rule(context)));
  await writeResults(warehouse, results);
  return results;
}

async function modelColumns(
  warehouse: Warehouse,
  project: ContractContext['project'],
): Promise<ReadonlyMap<string, readonly Column[]>> {
  const found = new Map<string, readonly Column[]>();
  for (const { name } of project.models) {
    found.set(name, await warehouse.columns(`from main.${quoteIdentifier(name)}`));
  }
  return found;
}

async function writeResults(warehouse: Warehouse, results: readonly ContractResult[]): Promise<void> {
  const definition = {
    metric: 'varchar',
    model: 'varchar',
    rule: 'varchar',
    severity: 'varchar',
    passed: 'boolean',
    observed: 'varchar',
    expected: 'varchar',
    sample: 'varchar',
    file: 'varchar',
    line: 'integer',
  };
  const rows = results.map(({ place, ...result }) => ({
    ...result,
    file: place?.file ?? null,
    line: place?.line ?? null,
  }));
  await warehouse.insert('main.contract_results', definition, rows);
}
