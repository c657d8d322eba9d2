import { agreementAt, calendarOf } from './agreements.ts';
import { endOfBusinessDays } from './calendar.ts';
import { isHumanOutbound, isReleased, teamOf } from './responses.ts';
import { reachedAt, stageAt } from './stages.ts';
import type { Agreement, CrmEvent, Cycle, FollowUpPromise, Instant, Lead } from './types.ts';

export interface FollowUp {
  readonly leadId: string;
  readonly cycleNo: number;
  readonly attempts: number;
  readonly channels: number;
  readonly firstAttemptAt: Instant | null;
  readonly lastAttemptAt: Instant | null;
  readonly endsAt: Instant | null;
  readonly status: string | null;
}

/** Rule 10 for one cycle; null when it never recorded an MQL. Attempts count from the MQL to the end of the span. */
export function followUpOf(lead: Lead, cycle: Cycle, agreements: readonly Agreement[], asOf: Instant): FollowUp | null {
  const mqlAt = stageAt(cycle, 'mql');
  if (mqlAt === null) return null;
  const agreement = agreementAt(agreements, mqlAt);
  const promise = agreement?.followUp ?? null;
  const endsAt =
    agreement === null || promise === null
      ? null
      : endOfBusinessDays(calendarOf(agreement, teamOf(lead, cycle, mqlAt)), mqlAt, promise.businessDays);
  const attempts = cycle.events.filter(
    (e) => isHumanOutbound(e) && e.occurredAt >= mqlAt && (endsAt === null || e.occurredAt <= endsAt),
  );
  return {
    leadId: cycle.leadId,
    cycleNo: cycle.cycleNo,
    attempts: attempts.length,
    channels: channelsOf(attempts),
    firstAttemptAt: attempts.at(0)?.occurredAt ?? null,
    lastAttemptAt: attempts.at(-1)?.occurredAt ?? null,
    endsAt,
    status:
      agreement === null || promise === null || endsAt === null
        ? null
        : statusOf({ agreement, promise, cycle, mqlAt, endsAt, attempts, asOf }),
  };
}

function channelsOf(attempts: readonly CrmEvent[]): number {
  return new Set(attempts.flatMap((e) => e.channel ?? [])).size;
}

interface Span {
  readonly agreement: Agreement;
  readonly promise: FollowUpPromise;
  readonly cycle: Cycle;
  readonly mqlAt: Instant;
  readonly endsAt: Instant;
  readonly attempts: readonly CrmEvent[];
  readonly asOf: Instant;
}

/** The span that ends first makes it short: nothing after `endsAt` can still meet the promise. */
function statusOf({ agreement, promise, cycle, mqlAt, endsAt, attempts, asOf }: Span): string {
  const enough = attempts.length >= promise.attempts && channelsOf(attempts) >= promise.channels;
  const replied = cycle.events.some((e) => isReply(e) && e.occurredAt > mqlAt && e.occurredAt <= endsAt);
  const booked = cycle.events.some((e) => e.type === 'meeting_booked' && e.occurredAt <= endsAt);
  const salAt = reachedAt(cycle, 'sal');
  const accepted =
    salAt !== null && salAt <= endsAt && cycle.events.some((e) => isHumanOutbound(e) && e.occurredAt < salAt);
  if (enough || replied || booked || accepted) return 'met';
  if (isReleased(agreement, cycle, endsAt)) return 'released';
  return endsAt <= asOf ? 'short' : 'in_progress';
}

function isReply(event: CrmEvent): boolean {
  return event.type === 'reply_received' || (event.type === 'outreach' && event.properties?.direction === 'inbound');
}
