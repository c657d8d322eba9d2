import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

/**
 * The lead_id that is meant: of a lead that was merged the one that survives.
 * @throws DiagnosticsError with the nearest ids when no lead has it.
 */
export async function findLead(warehouse: Warehouse, lead: string): Promise<string> {
  const found = await warehouse.rows('select 1 from main.lead_cycles where lead_id = $1 limit 1', [lead]);
  if (found.length > 0) return lead;
  const [survivor] = await warehouse.rows<{ lead_id: string }>(
    `
    select events.lead_id
    from main.crm_events as events
    semi join main.lead_cycles as cycles on events.lead_id = cycles.lead_id
    where events.original_lead_id = $1
    limit 1`,
    [lead],
  );
  if (survivor !== undefined) return survivor.lead_id;
  const near = await nearIds(warehouse, lead);
  throw new DiagnosticsError([
    {
      code: 'unknown-lead',
      severity: 'error',
      message: `no lead "${lead}"`,
      expected: 'a lead_id of lead_cycles, of several CRMs with its CRM in front',
      ...(near.length === 0 ? {} : { fix: `Did you mean ${listOr(near.map((id) => `"${id}"`))}?` }),
    },
  ]);
}

/** Up to three of the ids that end the same or, without any, are fewest typos away; in SQL, because there may be millions. */
async function nearIds(warehouse: Warehouse, lead: string): Promise<string[]> {
  const rows = await warehouse.rows<{ lead_id: string }>(
    `
      select lead_id
      from (
          select distinct
              lead_id,
              if(ends_with(lower(lead_id), lower($1)), 0, damerau_levenshtein(lower(lead_id), lower($1))) as distance
          from main.lead_cycles
      )
      where distance <= length($1) // 3
      qualify distance = min(distance) over ()
      order by lead_id
      limit 3`,
    [lead],
  );
  return rows.map((row) => row.lead_id);
}

export function unknownCycle(lead: string, cycle: number | undefined, count: number): DiagnosticsError {
  return new DiagnosticsError([
    {
      code: 'unknown-cycle',
      severity: 'error',
      message: `lead "${lead}" has no cycle ${cycle}`,
      expected: count === 1 ? '1, its only one' : `1 to ${count}`,
    },
  ]);
}

function listOr(items: readonly string[]): string {
  return new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(items);
}
