import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Row, Warehouse } from '../../src/warehouse/warehouse.ts';
import type { ClockCase } from './clock-count.ts';

const models = [
  'intermediate/int_pauses',
  'intermediate/int_owner_legs',
  'intermediate/int_calendar_slices',
  'intermediate/int_response_clocks',
  'intermediate/int_cycle_owners',
  'intermediate/int_owner_clocks',
  'marts/lead_owner_times',
  'marts/clock_ledger',
];

/** A clock of a lead, with the key of its calendar in the sla tables. */
export interface KeyedCase extends ClockCase {
  readonly key: number;
}

/** Makes the tables of the response clock, for leads 0, 1, 2 …, each under an agreement of its own. Needs the sla tables. */
export async function makeClocks(warehouse: Warehouse, cases: readonly KeyedCase[]): Promise<void> {
  const keys = { lead_id: 'text', cycle_no: 'bigint' };
  const rows = cases.map((told, index) => ({ lead_id: String(index), cycle_no: 1, agreement: `a${index}`, told }));
  await warehouse.insert(
    'sla.policies',
    { agreement: 'text', response_clock_starts: 'text', reassignment: 'text', paused_grace_us: 'bigint' },
    rows.map(({ agreement, told }) => ({
      agreement,
      response_clock_starts: told.startsAt,
      reassignment: told.restarts ? 'restarts' : 'charges_each',
      paused_grace_us: told.grace * 60_000_000,
    })),
  );
  await warehouse.insert(
    'int_cycle_promises',
    {
      ...keys,
      agreement: 'text',
      team: 'text',
      calendar_key: 'integer',
      response_promise: 'text',
      response_promise_us: 'bigint',
    },
    rows.map(({ told, ...row }) => ({
      ...row,
      calendar_key: told.key,
      team: null,
      response_promise: 'first_response',
      response_promise_us: told.promised * 60_000_000,
    })),
  );
  const at = 'timestamptz';
  await warehouse.insert(
    'int_first_responses',
    { ...keys, mql_at: at, closed_at: at, assigned_at: at, responded_at: at },
    rows.map(({ lead_id, cycle_no, told }) => ({
      lead_id,
      cycle_no,
      mql_at: instant(told.mql),
      closed_at: instant(told.closed),
      assigned_at: instant(told.assignments[0]?.at ?? null),
      responded_at: instant(told.responded),
    })),
  );
  await warehouse.run('create or replace table int_cycles as select lead_id, cycle_no from int_first_responses');
  await insertEvents(warehouse, cases);
  for (const model of models) {
    const sql = readFileSync(join(import.meta.dirname, '../../models', `${model}.sql`), 'utf8');
    await warehouse.run(`create or replace table ${model.split('/')[1]} as\n${sql}`);
  }
}

async function insertEvents(warehouse: Warehouse, cases: readonly KeyedCase[]): Promise<void> {
  const events = { lead_id: 'text', event_id: 'text', type: 'text', occurred_at: 'timestamptz' };
  await warehouse.insert(
    'int_ordered_events',
    events,
    cases.flatMap(({ asks }, lead) =>
      asks.map((ask, index) => ({
        lead_id: String(lead),
        event_id: `p${index}`,
        type: ask.isPause ? 'lead_paused' : 'lead_resumed',
        occurred_at: instant(ask.at),
      })),
    ),
  );
  await warehouse.insert(
    'int_cycle_events',
    { ...events, cycle_no: 'bigint', owner_id: 'text' },
    cases.flatMap(({ assignments }, lead) =>
      assignments.map(({ at, owner }, index) => ({
        lead_id: String(lead),
        event_id: `o${index}`,
        type: 'owner_assigned',
        occurred_at: instant(at),
        cycle_no: 1,
        owner_id: owner,
      })),
    ),
  );
}

/** Of each lead its rows of a query that names lead_id, without it; in the order of the leads. */
export async function rowsByLead(warehouse: Warehouse, query: string, leads: number): Promise<Row[][]> {
  const found = Array.from({ length: leads }, (): Row[] => []);
  for (const { lead_id, ...row } of await warehouse.rows(query)) found[Number(lead_id)]?.push(row);
  return found;
}

function instant(minute: number | null): string | null {
  return minute === null ? null : new Date(minute * 60_000).toISOString();
}
