import type { Warehouse } from '../warehouse/warehouse.ts';

/** Instants are ISO 8601 in UTC, as everywhere. */
interface CycleRow {
  readonly cycle_no: number;
  readonly source: string | null;
  readonly campaign: string | null;
  readonly team: string | null;
  readonly owner_id: string | null;
  readonly mql_at: string | null;
  readonly closed_at: string | null;
  readonly outcome: string | null;
  readonly exit_reason: string | null;
}

export interface ResponseRow {
  readonly cycle_no: number;
  readonly agreement: string | null;
  readonly promise: string | null;
  readonly clause: string | null;
  readonly variant: 'normal' | 'reduced' | 'surge' | null;
  readonly promised_business_minutes: number | null;
  readonly calendar: string | null;
  /** Of the calendar, where it is published. */
  readonly time_zone?: string | null;
  readonly mql_at: string;
  readonly started_at: string | null;
  readonly due_at: string | null;
  readonly responded_at: string | null;
  readonly response_channel: string | null;
  readonly response_business_minutes: number | null;
  readonly answered_via_lead_id: string | null;
  readonly status: 'self_booked' | 'met' | 'late' | 'released' | 'overdue' | 'pending' | null;
  readonly is_logged_late: boolean;
  readonly is_excluded: boolean;
}

export type Reason =
  | 'counted'
  | 'closed'
  | 'lunch'
  | 'holiday'
  | 'paused'
  | 'before_assignment'
  | 'before_restart'
  | 'after_answer'
  | 'after_close';

export interface PieceRow {
  readonly cycle_no: number;
  readonly starts_at: string;
  /** Null: it has no end. */
  readonly ends_at: string | null;
  readonly reason: Reason;
  readonly holiday_en: string | null;
  readonly holiday_da: string | null;
  readonly business_minutes: number;
  readonly business_minutes_so_far: number;
}

interface OwnerRow {
  readonly cycle_no: number;
  readonly owner_id: string;
  readonly held_from: string;
  readonly business_minutes: number | null;
  readonly is_charged: boolean;
}

interface FollowUpRow {
  readonly cycle_no: number;
  readonly attempts: number;
  readonly channels: number;
  readonly ends_at: string | null;
  readonly status: 'met' | 'released' | 'short' | 'in_progress';
}

interface AcceptanceRow {
  readonly cycle_no: number;
  readonly decision: 'accepted' | 'rejected' | 'recycled' | null;
  readonly decided_at: string | null;
  readonly due_at: string | null;
  readonly status: 'met' | 'late' | 'overdue' | 'pending';
}

interface MeetingRow {
  readonly cycle_no: number;
  readonly booked_at: string;
  readonly scheduled_for: string | null;
  readonly outcome: 'held' | 'no_show' | 'cancelled' | 'upcoming' | 'unknown';
  readonly report_due_at: string | null;
  readonly reported_at: string | null;
  readonly report_status: 'met' | 'late' | 'overdue' | 'pending' | null;
}

interface ClauseRow {
  readonly cycle_no: number;
  readonly effective_from: string;
  readonly wording_en: string;
  readonly wording_da: string;
}

/** All that is published of one cycle of a lead and its promises. */
export interface CycleFacts {
  readonly cycle: CycleRow;
  /** Undefined without an MQL. */
  readonly response: ResponseRow | undefined;
  /** The clause of the response's promise. */
  readonly clause: ClauseRow | undefined;
  readonly pieces: readonly PieceRow[];
  readonly owners: readonly OwnerRow[];
  /** Undefined where nothing is promised. */
  readonly followUp: FollowUpRow | undefined;
  readonly acceptance: AcceptanceRow | undefined;
  readonly meetings: readonly MeetingRow[];
}

interface LeadFacts {
  readonly asOf: string;
  /** Of the agreement. */
  readonly timeZone: string;
  /** In their order. */
  readonly cycles: readonly CycleFacts[];
}

/** Reads what is published of a lead. */
export async function readFacts(warehouse: Warehouse, lead: string): Promise<LeadFacts> {
  const read = <T extends object>(sql: string): Promise<T[]> => warehouse.rows<T>(sql, [lead]);
  const cycles = await read<CycleRow>('from main.lead_cycles where lead_id = $1 order by cycle_no');
  const responses = await read<ResponseRow>('from main.lead_responses where lead_id = $1');
  const clauses = await read<ClauseRow>(`
    select responses.cycle_no, clauses.effective_from, clauses.wording_en, clauses.wording_da
    from main.lead_responses as responses
    inner join main.agreement_promises as clauses
        on responses.agreement = clauses.agreement and responses.clause = clauses.promise
    where responses.lead_id = $1`);
  const pieces = await read<PieceRow>('from main.clock_ledger where lead_id = $1 order by cycle_no, piece_no');
  const owners = await read<OwnerRow>('from main.lead_owner_times where lead_id = $1 order by cycle_no, leg_no');
  const followUps = await read<FollowUpRow>('from main.lead_follow_ups where lead_id = $1 and status is not null');
  const acceptances = await read<AcceptanceRow>('from main.lead_acceptances where lead_id = $1 and status is not null');
  const meetings = await read<MeetingRow>(
    'from main.meetings where lead_id = $1 order by coalesce(scheduled_for, booked_at), meeting_id, slot_no',
  );
  const [info] = await warehouse.rows<{ as_of: string; time_zone: string }>(
    'select as_of, time_zone from main.build_info',
  );
  return {
    asOf: info?.as_of ?? '',
    timeZone: info?.time_zone ?? 'UTC',
    cycles: cycles.map((cycle) => {
      const isOfCycle = ({ cycle_no }: { readonly cycle_no: number }): boolean => cycle_no === cycle.cycle_no;
      return {
        cycle,
        response: responses.find(isOfCycle),
        clause: clauses.find(isOfCycle),
        pieces: pieces.filter(isOfCycle),
        owners: owners.filter(isOfCycle),
        followUp: followUps.find(isOfCycle),
        acceptance: acceptances.find(isOfCycle),
        meetings: meetings.filter(isOfCycle),
      };
    }),
  };
}
