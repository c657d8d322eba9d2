import type { ContactRow } from './why-contacts.ts';

/** Instants are ISO 8601 in UTC, as everywhere. */
export interface CycleRow {
  readonly cycle_no: number;
  readonly opened_at: string;
  readonly source: string | null;
  readonly campaign: string | null;
  readonly team: string | null;
  readonly owner_id: string | null;
  readonly mql_at: string | null;
  readonly sal_reached_at: string | null;
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

export interface OwnerRow {
  readonly cycle_no: number;
  readonly owner_id: string;
  readonly held_from: string;
  /** As far as the data reach. */
  readonly business_minutes: number | null;
  readonly is_charged: boolean;
}

export interface FollowUpRow {
  readonly cycle_no: number;
  readonly attempts: number;
  readonly channels: number;
  readonly ends_at: string | null;
  readonly status: 'met' | 'released' | 'short' | 'in_progress';
  /** What was promised, where it is published. */
  readonly promised_attempts?: number | null;
  readonly promised_channels?: number | null;
}

export interface AcceptanceRow {
  readonly cycle_no: number;
  readonly decision: 'accepted' | 'rejected' | 'recycled' | null;
  readonly decided_at: string | null;
  readonly due_at: string | null;
  readonly status: 'met' | 'late' | 'overdue' | 'pending';
}

export interface MeetingRow {
  readonly cycle_no: number;
  readonly booked_at: string;
  readonly scheduled_for: string | null;
  readonly outcome: 'held' | 'no_show' | 'cancelled' | 'upcoming' | 'unknown';
  readonly report_due_at: string | null;
  readonly reported_at: string | null;
  readonly report_status: 'met' | 'late' | 'overdue' | 'pending' | null;
}

export interface ClauseRow {
  readonly cycle_no: number;
  readonly effective_from: string;
  readonly wording_en: string;
  readonly wording_da: string;
}

/** A breach that the log explains. */
export interface BreachRow {
  readonly cycle_no: number;
  readonly clause: string;
  readonly cause: string | null;
  readonly action: string | null;
  readonly responsible: string | null;
}

/** How the response's promise stands among others. */
export interface PlaceRow {
  readonly cycle_no: number;
  /** Which of the team's MQLs of the day it was, where capacity decided. */
  readonly arrival_no: number | null;
  /** Whether its agreement promises an answer to any lead. */
  readonly promises_answers: boolean;
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
  readonly place: PlaceRow | undefined;
  readonly breaches: readonly BreachRow[];
  /** From the cycle's opening to its close. */
  readonly contacts: readonly ContactRow[];
}

export interface LeadFacts {
  readonly asOf: string;
  /** Of the agreement. */
  readonly timeZone: string;
  /** In their order. */
  readonly cycles: readonly CycleFacts[];
}
