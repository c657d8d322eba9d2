import type { Warehouse } from '../warehouse/warehouse.ts';
import type { ContractResult } from './rule.ts';

const columns = {
  metric: 'varchar',
  model: 'varchar',
  rule: 'varchar',
  severity: 'varchar',
  passed: 'boolean',
  observed: 'varchar',
  expected: 'varchar',
  sample: 'varchar',
  rows_in: 'varchar',
  file: 'varchar',
  line: 'integer',
};

/**
 * (Re)creates main.contract_results, one row per rule checked. It is published: what a select of a rule's own found may be
 * rows of raw data, which stay in the table of the work file that it names.
 */
export async function writeResults(warehouse: Warehouse, results: readonly ContractResult[]): Promise<void> {
  const rows = results.map(({ place, rowsIn, parts: _parts, ...result }) => ({
    ...result,
    ...(rowsIn !== null && result.rule.startsWith('sql(')
      ? { observed: result.observed.split(': ', 1).join(), sample: null }
      : {}),
    rows_in: rowsIn,
    file: place?.file ?? null,
    line: place?.line ?? null,
  }));
  await warehouse.insert('main.contract_results', columns, rows);
}
