import { grainOfLabel } from './ledger.ts';
import type { LedgerRow } from './ledger-rows.ts';

/** The column `period` of a line. */
export function readPeriod<C extends string>(row: LedgerRow<C | 'period'>): string {
  const label = row.optional('period') ?? '';
  if (grainOfLabel(label) === undefined)
    row.report('period', `period: "${label}" names no period`, 'a period such as 2026-W46, 2026-10 or 2026-Q3');
  return label;
}
