import { calendarOf, meetsIcp, type Promised, promisedTo } from './agreements.ts';
import { type Answer, answerOf } from './answers.ts';
import { openTime } from './calendar.ts';
import type { Case, MqlCase } from './cases.ts';
import { type Clock, clockOf, type Holding, holdingsOf, isAssignment } from './clocks.ts';
import { pausesOf } from './pauses.ts';
import { ownCalendarOf } from './people.ts';
import type { Agreement, Calendar, Cycle, Instant, Span, Within } from './types.ts';

export interface Response {
  readonly own: MqlCase;
  readonly promised: Promised<Within> | null;
  readonly clock: Clock;
  readonly answer: Answer | null;
  readonly ownerId: string | null;
  readonly assignedAt: Instant | null;
  readonly responseBusiness: number | null;
  readonly ownBusiness: number | null;
  readonly responseElapsed: number | null;
  readonly routingBusiness: number | null;
  readonly repBusiness: number | null;
  readonly status: string | null;
  readonly icpMatch: boolean | null;
}

/** Rules 6, 7 and 8 for one cycle, by the policies of its agreement. */
export function responseOf(own: MqlCase, cases: readonly Case[], isSurge: boolean, asOf: Instant): Response {
  const { lead, cycles, cycle, mqlAt, agreement, calendar, isReduced } = own;
  const promised =
    agreement === null || own.isExcluded
      ? null
      : promisedTo('first_response', agreement.firstResponse, { lead, at: mqlAt, isReduced, isSurge });
  const answer = answerOf(own, cases);
  const clock = clockOf(own, answer, promised?.effort ?? null);
  const assignedAt = cycle.events.find(isAssignment)?.occurredAt ?? null;
  const charged = ownerCharged(cycles, cycle, earlier(answer?.at ?? null, clock.dueAt));
  const pauses = pausesOf(lead);
  const start = clock.startedAt;
  return {
    own,
    promised,
    clock,
    answer,
    ownerId: charged?.ownerId ?? null,
    assignedAt,
    responseBusiness: answer === null || start === null ? null : between(calendar, start, answer.at, pauses),
    ownBusiness:
      answer === null || start === null || charged === null || agreement === null
        ? null
        : openTime(
            ownCalendarOf(agreement, charged.ownerId) ?? calendarOf(agreement, own.team),
            Math.max(start, charged.from),
            answer.at,
            pauses,
          ),
    responseElapsed: answer === null ? null : answer.at - mqlAt,
    routingBusiness: assignedAt === null ? null : between(calendar, mqlAt, assignedAt),
    repBusiness:
      assignedAt === null || answer === null ? null : between(calendar, Math.max(mqlAt, assignedAt), answer.at, pauses),
    status: promised === null || agreement === null ? null : statusOf(own, agreement, answer, clock.dueAt, asOf),
    icpMatch: agreement === null ? null : meetsIcp(agreement, lead, mqlAt),
  };
}

/** What is never due is never late and never overdue. */
function statusOf(
  { cycle, policies }: MqlCase,
  agreement: Agreement,
  answer: Answer | null,
  dueAt: Instant | null,
  asOf: Instant,
): string {
  const due = dueAt ?? Infinity;
  if (answer !== null) {
    if (answer.isSelfBooked && policies.selfBooked === 'beside') return 'self_booked';
    return answer.at <= due ? 'met' : 'late';
  }
  if (isReleased(agreement, cycle, due)) return 'released';
  return due < asOf ? 'overdue' : 'pending';
}

/** The lead left by then, with a reason that the agreement lists. A later exit changes nothing: a closed week is final. */
export function isReleased(agreement: Agreement, cycle: Cycle, by: Instant): boolean {
  const { closedAt, exitReason } = cycle;
  return closedAt !== null && closedAt <= by && exitReason !== null && agreement.releaseReasons.includes(exitReason);
}

/** Rule 7: the last assigned, in this cycle or before, by the instant, and since when; nobody when nobody was. */
function ownerCharged(cycles: readonly Cycle[], cycle: Cycle, by: Instant | null): Holding | null {
  return (
    holdingsOf(cycles, cycle)
      .filter(({ from }) => by === null || from <= by)
      .at(-1) ?? null
  );
}

export function earlier(a: Instant | null, b: Instant | null): Instant | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

/** Open microseconds, 0 when the end comes first, null without a calendar. */
function between(calendar: Calendar | null, start: Instant, end: Instant, pauses: readonly Span[] = []): number | null {
  return calendar === null ? null : openTime(calendar, start, end, pauses);
}
