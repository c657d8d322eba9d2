import { agreementAt, calendarOf, meetsIcp, tierFor } from './agreements.ts';
import { dueAt, openTime } from './calendar.ts';
import { stageAt } from './stages.ts';
import { type Agreement, type Calendar, type CrmEvent, type Cycle, type Instant, type Lead, minute } from './types.ts';

export interface Response {
  readonly leadId: string;
  readonly cycleNo: number;
  readonly agreement: string | null;
  readonly promise: string | null;
  readonly calendar: string | null;
  readonly team: string | null;
  readonly ownerId: string | null;
  readonly mqlAt: Instant;
  readonly assignedAt: Instant | null;
  readonly dueAt: Instant | null;
  readonly respondedAt: Instant | null;
  readonly responseBusiness: number | null;
  readonly responseElapsed: number | null;
  readonly routingBusiness: number | null;
  readonly repBusiness: number | null;
  readonly status: string | null;
  readonly icpMatch: boolean | null;
}

interface Answer {
  readonly at: Instant;
  readonly event: CrmEvent;
}

/** Rules 6, 7 and 8 for one cycle; null when it never recorded an MQL. */
export function responseOf(
  lead: Lead,
  cycles: readonly Cycle[],
  cycle: Cycle,
  agreements: readonly Agreement[],
  asOf: Instant,
): Response | null {
  const mqlAt = stageAt(cycle, 'mql');
  if (mqlAt === null) return null;
  const agreement = agreementAt(agreements, mqlAt);
  const team = teamOf(lead, cycle, mqlAt);
  const calendar = agreement === null ? null : calendarOf(agreement, team);
  const tier = agreement === null ? null : tierFor(agreement, lead, mqlAt);
  const due = tier === null || calendar === null ? null : dueAt(calendar, mqlAt, tier.withinMinutes * minute);
  const answer = answerOf(cycle, mqlAt);
  const assignedAt = cycle.events.find((e) => e.type === 'owner_assigned')?.occurredAt ?? null;
  return {
    leadId: cycle.leadId,
    cycleNo: cycle.cycleNo,
    agreement: agreement?.id ?? null,
    promise: tier === null ? null : `first_response/${tier.id}`,
    calendar: calendar?.name ?? null,
    team,
    ownerId: ownerCharged(cycles, cycle, earlier(answer?.at ?? null, due)),
    mqlAt,
    assignedAt,
    dueAt: due,
    respondedAt: answer?.at ?? null,
    responseBusiness: answer === null ? null : between(calendar, mqlAt, answer.at),
    responseElapsed: answer === null ? null : answer.at - mqlAt,
    routingBusiness: assignedAt === null ? null : between(calendar, mqlAt, assignedAt),
    repBusiness:
      assignedAt === null || answer === null ? null : between(calendar, Math.max(mqlAt, assignedAt), answer.at),
    status: due === null || agreement === null ? null : statusOf(agreement, cycle, answer, due, asOf),
    icpMatch: agreement === null ? null : meetsIcp(agreement, lead, mqlAt),
  };
}

/** A meeting booked earlier in the cycle answers at once; else the first outreach or booking from the MQL to the close. */
function answerOf(cycle: Cycle, mqlAt: Instant): Answer | null {
  const booked = cycle.events.find((e) => e.type === 'meeting_booked' && e.occurredAt < mqlAt);
  if (booked !== undefined) return { at: mqlAt, event: booked };
  const event = cycle.events.find(
    (e) =>
      (isHumanOutbound(e) || e.type === 'meeting_booked') &&
      e.occurredAt >= mqlAt &&
      (cycle.closedAt === null || e.occurredAt <= cycle.closedAt),
  );
  return event === undefined ? null : { at: event.occurredAt, event };
}

function statusOf(agreement: Agreement, cycle: Cycle, answer: Answer | null, due: Instant, asOf: Instant): string {
  if (answer !== null) {
    const selfBooked = answer.event.type === 'meeting_booked' && answer.event.properties?.self_booked === true;
    return selfBooked ? 'self_booked' : answer.at <= due ? 'met' : 'late';
  }
  if (isReleased(agreement, cycle, due)) return 'released';
  return due < asOf ? 'overdue' : 'pending';
}

/** The lead left by then, with a reason that the agreement lists. A later exit changes nothing: a closed week is final. */
export function isReleased(agreement: Agreement, cycle: Cycle, by: Instant): boolean {
  const { closedAt, exitReason } = cycle;
  return closedAt !== null && closedAt <= by && exitReason !== null && agreement.releaseReasons.includes(exitReason);
}

export function isHumanOutbound(event: CrmEvent): boolean {
  return event.type === 'outreach' && event.properties?.automated !== true && event.properties?.direction !== 'inbound';
}

/** Rule 7: the lead's latest event naming a team up to the MQL, else the first later one in the cycle. */
export function teamOf(lead: Lead, cycle: Cycle, mqlAt: Instant): string | null {
  const before = lead.events.filter((e) => e.team !== null && e.occurredAt <= mqlAt).at(-1);
  const after = cycle.events.find((e) => e.team !== null && e.occurredAt > mqlAt);
  return (before ?? after)?.team ?? null;
}

/** Rule 7: the last assigned, in this cycle or before, by the instant; nobody when nobody was. */
function ownerCharged(cycles: readonly Cycle[], cycle: Cycle, by: Instant | null): string | null {
  const assigned = cycles
    .filter((other) => other.cycleNo <= cycle.cycleNo)
    .flatMap((other) => other.events)
    .filter((e) => e.type === 'owner_assigned' && (by === null || e.occurredAt <= by));
  return assigned.at(-1)?.ownerId ?? null;
}

function earlier(a: Instant | null, b: Instant | null): Instant | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

/** Open microseconds, 0 when the end comes first, null without a calendar. */
function between(calendar: Calendar | null, start: Instant, end: Instant): number | null {
  return calendar === null ? null : openTime(calendar, start, end);
}
