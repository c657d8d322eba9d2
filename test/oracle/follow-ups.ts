import { type Promised, promisedTo } from './agreements.ts';
import { endOfBusinessDays } from './calendar.ts';
import type { MqlCase } from './cases.ts';
import { counts, isHumanOutbound, isReply } from './contacts.ts';
import { isReleased } from './responses.ts';
import { entryOf, reachedAt } from './stages.ts';
import { type Agreement, type CrmEvent, type FollowUpPromise, type Instant, minute, type Policies } from './types.ts';

export interface FollowUp {
  readonly own: MqlCase;
  readonly promised: Promised<FollowUpPromise> | null;
  readonly attempts: readonly CrmEvent[];
  readonly channels: number;
  readonly endsAt: Instant | null;
  readonly status: string | null;
  /** From the MQL to the first attempt, or from one attempt to the next; null without attempts. */
  readonly longestGap: number | null;
  readonly isAbandoned: boolean;
}

/** Rule 10 for one cycle. Attempts count from the MQL to the end of the span. */
export function followUpOf(own: MqlCase, isSurge: boolean, asOf: Instant): FollowUp {
  const { lead, agreement, calendar, mqlAt, isReduced } = own;
  const promised =
    agreement === null || own.isExcluded
      ? null
      : promisedTo('follow_up', agreement.followUp, { lead, at: mqlAt, isReduced, isSurge });
  const endsAt =
    promised === null || calendar === null ? null : endOfBusinessDays(calendar, mqlAt, promised.effort.businessDays);
  const attempts = attemptsOf(own).filter((e) => endsAt === null || e.occurredAt <= endsAt);
  return {
    own,
    promised,
    attempts,
    channels: channelsOf(attempts),
    endsAt,
    status:
      agreement === null || promised === null || endsAt === null
        ? null
        : statusOf({ agreement, promise: promised.effort, own, endsAt, attempts, asOf }),
    longestGap: longestGap(mqlAt, attempts),
    isAbandoned: isAbandoned(own, asOf),
  };
}

function channelsOf(attempts: readonly CrmEvent[]): number {
  return new Set(attempts.flatMap((e) => e.channel ?? [])).size;
}

/** From the MQL on. Of a burst on one channel only the first counts: each is held against the one just before it. */
function attemptsOf({ cycle, mqlAt, policies }: MqlCase): CrmEvent[] {
  const made = cycle.events.filter((e) => counts(e, policies, policies.followUpChannels) && e.occurredAt >= mqlAt);
  return made.filter((event, index) => !isSameBurst(event, made.slice(0, index), policies));
}

function isSameBurst(event: CrmEvent, earlier: readonly CrmEvent[], { attemptsWithinMinutes }: Policies): boolean {
  const before = earlier.filter((e) => e.channel === event.channel).at(-1);
  if (before === undefined || attemptsWithinMinutes === null) return false;
  return event.occurredAt - before.occurredAt <= attemptsWithinMinutes * minute;
}

function longestGap(mqlAt: Instant, attempts: readonly CrmEvent[]): number | null {
  const gaps = attempts.map((event, index) => event.occurredAt - (attempts[index - 1]?.occurredAt ?? mqlAt));
  return gaps.length === 0 ? null : Math.max(...gaps);
}

interface Given {
  readonly agreement: Agreement;
  readonly promise: FollowUpPromise;
  readonly own: MqlCase;
  readonly endsAt: Instant;
  readonly attempts: readonly CrmEvent[];
  readonly asOf: Instant;
}

/**
 * The span that ends first makes it short: nothing after `endsAt` can still meet the promise. At that very instant it may
 * still be met, as with a response that is due now (rule 6).
 */
function statusOf({ agreement, promise, own, endsAt, attempts, asOf }: Given): string {
  const { cycle, mqlAt } = own;
  const enough = attempts.length >= promise.attempts && channelsOf(attempts) >= promise.channels;
  const replied = cycle.events.some((e) => isReply(e) && e.occurredAt > mqlAt && e.occurredAt <= endsAt);
  const booked = cycle.events.some((e) => e.type === 'meeting_booked' && e.occurredAt <= endsAt);
  const salAt = reachedAt(cycle, 'sal');
  const accepted =
    salAt !== null && salAt <= endsAt && cycle.events.some((e) => isHumanOutbound(e) && e.occurredAt < salAt);
  if (enough || replied || booked || accepted) return 'met';
  if (isReleased(agreement, cycle, endsAt)) return 'released';
  return endsAt < asOf ? 'short' : 'in_progress';
}

/** The lead answered last, and nobody did anything for the agreed business days. */
function isAbandoned({ cycle, mqlAt, calendar, policies }: MqlCase, asOf: Instant): boolean {
  const reply = cycle.events
    .filter((e) => isReply(e) && e.occurredAt > mqlAt && (cycle.closedAt === null || e.occurredAt < cycle.closedAt))
    .at(-1);
  if (reply === undefined || calendar === null) return false;
  const end = endOfBusinessDays(calendar, reply.occurredAt, policies.abandonedAfterBusinessDays);
  const inTime = (at: Instant): boolean => at > reply.occurredAt && at <= end;
  const wentOn = cycle.events.some((e) => (isHumanOutbound(e) || entryOf(e) !== null) && inTime(e.occurredAt));
  return end <= asOf && !wentOn && !(cycle.closedAt !== null && inTime(cycle.closedAt));
}
