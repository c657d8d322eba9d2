import type { Warehouse } from '../warehouse/warehouse.ts';
import type { CauseKind } from './causes.ts';
import type { Difference } from './differences.ts';

/** A published line that a build shows otherwise, and why: a row of main.restatements. */
export interface Restatement extends Difference {
  readonly cause: CauseKind;
  readonly cause_en: string;
  readonly cause_da: string;
}

const columns = {
  period: 'varchar',
  grain: 'varchar',
  period_start: 'date',
  metric: 'varchar',
  version_published: 'integer',
  version_now: 'integer',
  unit: 'varchar',
  value_published: 'double',
  value_now: 'double',
  difference: 'double',
  status_published: 'varchar',
  status_now: 'varchar',
  numerator_published: 'double',
  numerator_now: 'double',
  denominator_published: 'double',
  denominator_now: 'double',
  as_of_published: 'timestamptz',
  cause: 'varchar',
  cause_en: 'varchar',
  cause_da: 'varchar',
  tolerance: 'double',
  is_beyond: 'boolean',
  is_acknowledged: 'boolean',
  reason: 'varchar',
  acknowledged_by: 'varchar',
  acknowledged_on: 'date',
  file: 'varchar',
  line: 'integer',
};

const doubles = Object.entries(columns)
  .filter(([, type]) => type === 'double')
  .map(([name]) => name);

/** (Re)creates main.restatements: one row per published value that a build shows otherwise. */
export async function writeRestatements(warehouse: Warehouse, restatements: readonly Restatement[]): Promise<void> {
  const rows = restatements.map(({ severity: _severity, is_settled, is_past_retention, ...row }) => {
    const { value_now: now, value_published: published } = row;
    const all = { ...row, difference: now === null || published === null ? null : now - published };
    // As text a number keeps its last digit.
    return Object.fromEntries(
      Object.entries(all).map(([name, value]) => [
        name,
        typeof value === 'number' && doubles.includes(name) ? String(value) : value,
      ]),
    );
  });
  await warehouse.insert('main.restatements', columns, rows);
}
