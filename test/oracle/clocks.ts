import type { Answer } from './answers.ts';
import { dueAt } from './calendar.ts';
import type { MqlCase } from './cases.ts';
import { isPaused, pausesOf } from './pauses.ts';
import { type CrmEvent, type Cycle, type Instant, minute } from './types.ts';

/** The clock of the first response. */
export interface Clock {
  /** When it started first; null while it waits for an assignment. */
  readonly firstStartedAt: Instant | null;
  /** When it started last: a reassignment may start it anew. */
  readonly startedAt: Instant | null;
  /** Null without a promise, and when it is never due. */
  readonly dueAt: Instant | null;
  /** What is promised from `startedAt`, with the grace for a lead that was paused then; null without a promise. */
  readonly promisedMinutes: number | null;
}

export function clockOf(own: MqlCase, answer: Answer | null, withinMinutes: number | null): Clock {
  const firstStartedAt = own.agreement === null ? null : startOf(own, answer);
  let clock = clockFrom(own, firstStartedAt, firstStartedAt, withinMinutes);
  if (own.policies.reassignment !== 'restarts' || withinMinutes === null) return clock;
  for (const { from } of reassignments(own)) {
    if (restarts(from, clock, answer)) clock = clockFrom(own, firstStartedAt, from, withinMinutes);
  }
  return clock;
}

/** The MQL, or the later of it and the first assignment; a response before that starts the clock that it stops. */
function startOf({ cycle, mqlAt, policies }: MqlCase, answer: Answer | null): Instant | null {
  if (policies.responseClockStarts === 'mql') return mqlAt;
  const assigned = cycle.events.find(isAssignment);
  const start = assigned === undefined ? null : Math.max(mqlAt, assigned.occurredAt);
  if (answer === null) return start;
  return start === null ? answer.at : Math.min(start, answer.at);
}

function clockFrom(own: MqlCase, first: Instant | null, start: Instant | null, withinMinutes: number | null): Clock {
  const { lead, calendar, policies } = own;
  const pauses = pausesOf(lead);
  const none = { firstStartedAt: first, startedAt: start, dueAt: null };
  if (withinMinutes === null || calendar === null) return { ...none, promisedMinutes: null };
  if (start === null) return { ...none, promisedMinutes: withinMinutes };
  const grace = isPaused(pauses, start) ? policies.pausedGraceMinutes : 0;
  const promisedMinutes = withinMinutes + grace;
  return { ...none, dueAt: dueAt(calendar, start, promisedMinutes * minute, pauses), promisedMinutes };
}

/** While the clock runs: after it started, before it is answered, and not after it was due. */
function restarts(at: Instant, clock: Clock, answer: Answer | null): boolean {
  if (clock.startedAt === null || at <= clock.startedAt) return false;
  return (answer === null || at < answer.at) && (clock.dueAt === null || at <= clock.dueAt);
}

/** One that names nobody assigns nobody. */
export function isAssignment(event: CrmEvent): boolean {
  return event.type === 'owner_assigned' && event.ownerId !== null && event.ownerId !== '';
}

/** Who held the lead, and since when. */
export interface Holding {
  readonly ownerId: string;
  readonly from: Instant;
  readonly cycleNo: number;
}

/** In this cycle and before it; an assignment to whoever holds the lead already changes nothing. */
export function holdingsOf(cycles: readonly Cycle[], cycle: Cycle): Holding[] {
  const assigned = cycles
    .filter((other) => other.cycleNo <= cycle.cycleNo)
    .flatMap(({ events, cycleNo }) => events.filter(isAssignment).map((event) => ({ event, cycleNo })))
    .map(({ event, cycleNo }) => ({ ownerId: event.ownerId ?? '', from: event.occurredAt, cycleNo }));
  return assigned.filter(({ ownerId }, index) => assigned[index - 1]?.ownerId !== ownerId);
}

/** Holdings that began in the cycle with somebody before them; the first that the lead ever had takes it from nobody. */
function reassignments({ cycles, cycle }: MqlCase): Holding[] {
  return holdingsOf(cycles, cycle).filter(({ cycleNo }, index) => index > 0 && cycleNo === cycle.cycleNo);
}
