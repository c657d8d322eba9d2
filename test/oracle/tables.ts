import { cohortsOf, convertedAt } from './conversions.ts';
import { metricTable } from './metrics.ts';
import type { Verdicts } from './oracle.ts';
import { ladder, reachedAt, stageAt } from './stages.ts';
import { iso } from './time.ts';
import { type Instant, minute } from './types.ts';

/** A row as the reader of the published table sees it; numbers keep their type, instants are ISO text. */
export type TableRow = Readonly<Record<string, string | number | boolean | null>>;

export interface ExpectedTable {
  readonly table: string;
  /** The columns that name a row. */
  readonly key: readonly string[];
  readonly rows: readonly TableRow[];
}

export interface Windows {
  readonly from: string;
  readonly to: string;
  readonly windowDays: number | null;
}

/** The verdicts in the shape of the public tables. */
export function expectedTables(
  verdicts: Verdicts,
  windows: readonly Windows[],
  timeZone: string,
  asOf: Instant,
): ExpectedTable[] {
  return [
    crmEvents(verdicts),
    leadCycles(verdicts),
    leadResponses(verdicts),
    leadFollowUps(verdicts),
    meetings(verdicts),
    stageConversions(verdicts, windows),
    cohortConversions(verdicts, windows, timeZone, asOf),
    metricTable(verdicts, timeZone, asOf),
  ];
}

function crmEvents({ leads }: Verdicts): ExpectedTable {
  const rows = leads.flatMap((lead) => lead.events.map((event) => ({ event_id: event.eventId, lead_id: lead.leadId })));
  return { table: 'crm_events', key: ['event_id'], rows };
}

function leadCycles({ cycles }: Verdicts): ExpectedTable {
  const rows = cycles.map((cycle) => ({
    lead_id: cycle.leadId,
    cycle_no: cycle.cycleNo,
    opened_at: iso(cycle.openedAt),
    closed_at: text(cycle.closedAt),
    outcome: cycle.outcome,
    exit_reason: cycle.exitReason,
    ...Object.fromEntries(ladder.map((stage) => [`${stage}_at`, text(stageAt(cycle, stage))])),
    ...Object.fromEntries(ladder.map((stage) => [`${stage}_reached_at`, text(reachedAt(cycle, stage))])),
    lost_at: text(stageAt(cycle, 'lost')),
    disqualified_at: text(stageAt(cycle, 'disqualified')),
  }));
  return { table: 'lead_cycles', key: ['lead_id', 'cycle_no'], rows };
}

function leadResponses({ responses }: Verdicts): ExpectedTable {
  const rows = responses.map((response) => ({
    lead_id: response.leadId,
    cycle_no: response.cycleNo,
    agreement: response.agreement,
    promise: response.promise,
    calendar: response.calendar,
    team: response.team,
    owner_id: response.ownerId,
    mql_at: iso(response.mqlAt),
    assigned_at: text(response.assignedAt),
    due_at: text(response.dueAt),
    responded_at: text(response.respondedAt),
    response_business_minutes: minutes(response.responseBusiness),
    response_elapsed_minutes: minutes(response.responseElapsed),
    routing_business_minutes: minutes(response.routingBusiness),
    rep_business_minutes: minutes(response.repBusiness),
    status: response.status,
  }));
  return { table: 'lead_responses', key: ['lead_id', 'cycle_no'], rows };
}

function leadFollowUps({ followUps }: Verdicts): ExpectedTable {
  const rows = followUps.map((followUp) => ({
    lead_id: followUp.leadId,
    cycle_no: followUp.cycleNo,
    attempts: followUp.attempts,
    channels: followUp.channels,
    first_attempt_at: text(followUp.firstAttemptAt),
    last_attempt_at: text(followUp.lastAttemptAt),
    ends_at: text(followUp.endsAt),
    status: followUp.status,
  }));
  return { table: 'lead_follow_ups', key: ['lead_id', 'cycle_no'], rows };
}

function meetings(verdicts: Verdicts): ExpectedTable {
  const rows = verdicts.meetings.map((meeting) => ({
    meeting_id: meeting.meetingId ?? '(none)',
    slot_no: meeting.slotNo,
    lead_id: meeting.leadId,
    cycle_no: meeting.cycleNo,
    booked_at: iso(meeting.bookedAt),
    scheduled_for: text(meeting.scheduledFor),
    outcome: meeting.outcome,
    reschedules: meeting.reschedules,
  }));
  return {
    table: 'meetings',
    key: ['lead_id', 'meeting_id', 'booked_at', 'slot_no', 'scheduled_for', 'outcome'],
    rows,
  };
}

function stageConversions({ cycles }: Verdicts, windows: readonly Windows[]): ExpectedTable {
  const pairs = new Map(windows.map(({ from, to }) => [`${from} ${to}`, { from, to }]));
  const rows = cycles.flatMap((cycle) =>
    [...pairs.values()].flatMap((pair) => {
      const fromAt = stageAt(cycle, pair.from);
      if (fromAt === null) return [];
      return {
        lead_id: cycle.leadId,
        cycle_no: cycle.cycleNo,
        from_stage: pair.from,
        to_stage: pair.to,
        from_at: iso(fromAt),
        converted_at: text(convertedAt(cycle, pair)),
      };
    }),
  );
  return { table: 'stage_conversions', key: ['lead_id', 'cycle_no', 'from_stage', 'to_stage'], rows };
}

function cohortConversions(
  { cycles }: Verdicts,
  windows: readonly Windows[],
  timeZone: string,
  asOf: Instant,
): ExpectedTable {
  const rows = windows.flatMap(({ from, to, windowDays }) =>
    cohortsOf(cycles, { from, to }, windowDays, timeZone, asOf).map((cohort) => ({
      grain: cohort.grain,
      cohort_start: cohort.cohortStart,
      from_stage: from,
      to_stage: to,
      window_days: windowDays,
      cohort_size: cohort.cohortSize,
      converted: cohort.converted,
      rate: cohort.cohortSize === 0 ? null : cohort.converted / cohort.cohortSize,
      skipped: cohort.skipped,
      is_mature: cohort.isMature,
      ...(windowDays === null ? {} : { km_rate: cohort.kmRate }),
    })),
  );
  return { table: 'cohort_conversions', key: ['grain', 'cohort_start', 'from_stage', 'to_stage', 'window_days'], rows };
}

function text(at: Instant | null): string | null {
  return at === null ? null : iso(at);
}

function minutes(micros: number | null): number | null {
  return micros === null ? null : micros / minute;
}
