import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Agreement } from '../project/agreement.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

/** Warns of leads that no agreement judges, since none was in force yet. The models must have run. */
export async function warnOfTimeWithoutAgreement(
  warehouse: Warehouse,
  agreements: readonly Agreement[],
): Promise<Diagnostic[]> {
  const [first] = agreements;
  if (first === undefined || !(await warehouse.hasTable('main', 'int_cycle_promises'))) return [];
  const [row] = await warehouse.rows<{ mqls: number; is_ahead: boolean }>(`
    select
        (select count(*) from main.int_cycle_promises where agreement is null) as mqls,
        (select min(effective_at) from sla.agreements) > (select as_of from run.clock) as is_ahead`);
  if (row === undefined || (row.mqls === 0 && !row.is_ahead)) return [];
  const { effectiveFrom, id } = first;
  const mqls = `${row.mqls.toLocaleString('en')} ${row.mqls === 1 ? 'MQL' : 'MQLs'}`;
  return [
    {
      code: 'no-agreement',
      severity: 'warning',
      message: row.is_ahead
        ? `no agreement is in force yet: "${id}" begins on ${effectiveFrom}`
        : `${mqls} came before the first agreement took effect on ${effectiveFrom}; nothing is promised to them`,
      ...first.at(['effective_from']),
      fix: 'Set it back, or add the agreement of that time.',
    },
  ];
}
