import type { Promised } from './agreements.ts';
import type { MqlCase } from './cases.ts';
import { ledgerOf } from './ledger.ts';
import type { Verdicts } from './oracle.ts';
import { ownerTimesOf } from './owner-times.ts';
import { type ExpectedTable, minutes, type TableRow, text } from './rows.ts';
import { iso } from './time.ts';
import { hour } from './types.ts';

/** The public tables that tell, cycle by cycle, what was promised and whether that was kept. */
export function promiseTables(verdicts: Verdicts): ExpectedTable[] {
  return [
    leadResponses(verdicts),
    clockLedger(verdicts),
    leadOwnerTimes(verdicts),
    leadFollowUps(verdicts),
    leadAcceptances(verdicts),
    meetings(verdicts),
  ];
}

const key = ['lead_id', 'cycle_no'] as const;

function nameOf({ cycle }: MqlCase): TableRow {
  return { lead_id: cycle.leadId, cycle_no: cycle.cycleNo };
}

function termsOf<Effort>({ agreement, isExcluded, team }: MqlCase, promised: Promised<Effort> | null): TableRow {
  return {
    agreement: agreement?.id ?? null,
    promise: promised?.name ?? null,
    clause: promised?.clause ?? null,
    variant: promised?.variant ?? null,
    team,
    is_excluded: isExcluded,
  };
}

function leadResponses({ responses }: Verdicts): ExpectedTable {
  const rows = responses.map(({ own, promised, clock, answer, ...response }) => ({
    ...nameOf(own),
    ...termsOf(own, promised),
    promised_business_minutes: clock.promisedMinutes,
    calendar: own.calendar?.name ?? null,
    owner_id: response.ownerId,
    mql_at: iso(own.mqlAt),
    assigned_at: text(response.assignedAt),
    started_at: text(clock.startedAt),
    due_at: text(clock.dueAt),
    responded_at: text(answer?.at ?? null),
    response_channel: answer?.event.channel ?? null,
    answered_via_lead_id: answer?.viaLeadId ?? null,
    response_business_minutes: minutes(response.responseBusiness),
    own_business_minutes: minutes(response.ownBusiness),
    response_elapsed_minutes: minutes(response.responseElapsed),
    routing_business_minutes: minutes(response.routingBusiness),
    rep_business_minutes: minutes(response.repBusiness),
    is_logged_late: answer?.isLoggedLate ?? false,
    status: response.status,
  }));
  return { table: 'lead_responses', key, rows };
}

function clockLedger({ responses }: Verdicts): ExpectedTable {
  const rows = responses.flatMap((response) =>
    ledgerOf(response).map((piece) => ({
      ...nameOf(response.own),
      starts_at: iso(piece.from),
      ends_at: text(piece.until),
      is_counted: piece.reason === 'counted',
      reason: piece.reason,
      holiday_en: piece.holiday,
      business_minutes: minutes(piece.business),
    })),
  );
  return { table: 'clock_ledger', key: [...key, 'starts_at'], rows };
}

function leadOwnerTimes({ responses }: Verdicts): ExpectedTable {
  const rows = responses.flatMap((response) =>
    ownerTimesOf(response).map((time, index) => ({
      ...nameOf(response.own),
      leg_no: index + 1,
      owner_id: time.ownerId,
      team: response.own.team,
      held_from: iso(time.from),
      held_until: text(time.until),
      business_minutes: minutes(time.business),
      is_charged: time.isCharged,
    })),
  );
  return { table: 'lead_owner_times', key: [...key, 'leg_no'], rows };
}

function leadFollowUps({ followUps }: Verdicts): ExpectedTable {
  const rows = followUps.map(({ own, promised, attempts, ...followUp }) => {
    const first = attempts.at(0)?.occurredAt ?? null;
    const last = attempts.at(-1)?.occurredAt ?? null;
    return {
      ...nameOf(own),
      ...termsOf(own, promised),
      attempts: attempts.length,
      channels: followUp.channels,
      first_attempt_at: text(first),
      last_attempt_at: text(last),
      span_hours: first === null || last === null ? null : (last - first) / hour,
      longest_gap_hours: followUp.longestGap === null ? null : followUp.longestGap / hour,
      is_abandoned: followUp.isAbandoned,
      ends_at: text(followUp.endsAt),
      status: followUp.status,
    };
  });
  return { table: 'lead_follow_ups', key, rows };
}

function leadAcceptances({ acceptances }: Verdicts): ExpectedTable {
  const rows = acceptances.map(({ own, promised, acceptedAt, decidedAt, dueAt, status }) => ({
    ...nameOf(own),
    ...termsOf(own, promised),
    due_at: text(dueAt),
    accepted_at: text(acceptedAt),
    decided_at: text(decidedAt),
    status,
  }));
  return { table: 'lead_acceptances', key, rows };
}

function meetings(verdicts: Verdicts): ExpectedTable {
  const rows = verdicts.meetings.map(({ report, ...meeting }) => ({
    meeting_id: meeting.meetingId ?? '(none)',
    slot_no: meeting.slotNo,
    lead_id: meeting.leadId,
    cycle_no: meeting.cycleNo,
    booked_at: iso(meeting.bookedAt),
    scheduled_for: text(meeting.scheduledFor),
    outcome: meeting.outcome,
    reschedules: meeting.reschedules,
    agreement: report.agreement,
    promise: report.promise,
    report_due_at: text(report.dueAt),
    reported_at: text(report.reportedAt),
    report_status: report.status,
  }));
  return {
    table: 'meetings',
    key: ['lead_id', 'meeting_id', 'booked_at', 'slot_no', 'scheduled_for', 'outcome'],
    rows,
  };
}
