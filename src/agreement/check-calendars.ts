import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import type { KeyedCalendar } from './calendar-rules.ts';
import { pairsOfDay } from './calendars.ts';

/** Hours beyond the pairs of a row of sla.calendar_days would be lost without a word. */
export async function checkPairs(warehouse: Warehouse, calendars: readonly KeyedCalendar[]): Promise<Diagnostic[]> {
  const rows = await warehouse.rows<{ calendar_key: number; pairs: number; day: string }>(
    `
      select calendar_key, max(pairs) as pairs, arg_max(local_date, pairs) as day
      from sla.calendar_days
      group by calendar_key
      having max(pairs) > $1
    `,
    [pairsOfDay],
  );
  return rows.flatMap((row) =>
    describe(calendars, row.calendar_key, (name) => ({
      code: 'too-many-hours',
      severity: 'error',
      message: `calendar "${name}" opens ${row.pairs} times about ${row.day}`,
      expected: `at most ${pairsOfDay} times between midnight and midnight UTC`,
      fix: 'Join intervals that lie close together.',
    })),
  );
}

/** A promise under a calendar without any open time never falls due. */
export async function warnOfNeverOpen(
  warehouse: Warehouse,
  calendars: readonly KeyedCalendar[],
): Promise<Diagnostic[]> {
  const rows = await warehouse.rows<{ calendar_key: number }>(`
    select calendar_key
    from sla.calendars
    anti join sla.calendar_intervals using (calendar_key)
  `);
  return rows.flatMap((row) =>
    describe(calendars, row.calendar_key, (name) => ({
      code: 'never-open',
      severity: 'warning',
      message: `calendar "${name}" is never open: its promises never fall due`,
    })),
  );
}

function describe(
  calendars: readonly KeyedCalendar[],
  key: number,
  toDiagnostic: (name: string) => Diagnostic,
): Diagnostic[] {
  const found = calendars.find((entry) => entry.key === key);
  if (found === undefined) return [];
  return [{ ...toDiagnostic(found.calendar.name), ...found.agreement.at(found.calendar.path) }];
}
