import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { BreachLogEntry } from '../project/breach-log.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

/** sla.breach_log: one row per line of metrics/breaches/*.csv, numbered in the order of files and lines. */
export async function writeBreachLog(warehouse: Warehouse, entries: readonly BreachLogEntry[]): Promise<void> {
  await warehouse.insert(
    'sla.breach_log',
    {
      entry_no: 'integer',
      lead_id: 'text',
      clause: 'text',
      due_on: 'date',
      cause: 'text',
      action: 'text',
      responsible: 'text',
      closed_on: 'date',
    },
    entries.map((entry, index) => ({
      entry_no: index + 1,
      lead_id: entry.leadId,
      clause: entry.clause,
      due_on: entry.dueOn ?? null,
      cause: entry.cause,
      action: entry.action ?? null,
      responsible: entry.responsible ?? null,
      closed_on: entry.closedOn ?? null,
    })),
  );
}

interface Unmatched {
  readonly entry_no: number;
  /** Of the lead's breaches of the clause that no other line names, as text; null when there is none. */
  readonly due_dates: string | null;
}

/**
 * Warns of the lines of the breach log that tell of no breach, or of no single one. The models must have run; `entries`
 * are those that `writeBreachLog` wrote.
 */
export async function warnOfUnmatchedBreaches(
  warehouse: Warehouse,
  entries: readonly BreachLogEntry[],
): Promise<Diagnostic[]> {
  if (entries.length === 0 || !(await warehouse.hasTable('main', 'int_breach_log'))) return [];
  const rows = await warehouse.rows<Unmatched>(`
    select entry_no, due_dates
    from main.int_breach_log
    where not is_matched
    order by entry_no`);
  return rows.flatMap(({ entry_no, due_dates }) => {
    const entry = entries[entry_no - 1];
    return entry === undefined ? [] : [unmatched(entry, due_dates)];
  });
}

function unmatched({ leadId, clause, dueOn, place }: BreachLogEntry, dueDates: string | null): Diagnostic {
  const common = { severity: 'warning', ...place } as const;
  if (dueDates === null) {
    const due = dueOn === undefined ? '' : ` due on ${dueOn}`;
    return {
      code: 'no-such-breach',
      message: `no breach of ${clause}${due} by lead "${leadId}"`,
      ...common,
      expected: `a breach that "handover show breaches" lists`,
      fix: 'Correct the lead or the clause, or remove the line.',
    };
  }
  if (dueOn === undefined) {
    return {
      code: 'ambiguous-breach',
      message: `lead "${leadId}" has several breaches of ${clause}`,
      ...common,
      expected: `due_on: one of ${dueDates}`,
      fix: 'Say with due_on which one is meant.',
    };
  }
  return {
    code: 'no-such-breach',
    message: `no breach of ${clause} due on ${dueOn} by lead "${leadId}"`,
    ...common,
    expected: `due_on: ${dueDates}`,
    fix: 'Correct due_on, or remove the line.',
  };
}
