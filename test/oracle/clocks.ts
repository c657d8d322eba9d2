import type { Answer } from './answers.ts';
import { dueAt } from './calendar.ts';
import type { MqlCase } from './cases.ts';
import { isPaused, pausesOf, pausesUntil } from './pauses.ts';
import { type CrmEvent, type Cycle, type Instant, minute, type Span } from './types.ts';

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
  const first = own.agreement === null ? null : startOf(own, answer);
  const pauses = pausesUntil(pausesOf(own.lead), stopOf(own, answer));
  const from = (start: Instant | null): Clock => ({
    firstStartedAt: first,
    startedAt: start,
    ...termsFrom(own, start, withinMinutes, pauses),
  });
  let clock = from(first);
  if (own.policies.reassignment !== 'restarts' || withinMinutes === null) return clock;
  for (const holding of reassignments(own)) {
    if (restarts(holding.from, clock, stopOf(own, answer))) clock = from(holding.from);
  }
  return clock;
}

/**
 * The MQL; or the later of it and the first assignment, unless somebody held the lead already. A response before that
 * starts the clock that it stops.
 */
function startOf({ cycles, cycle, mqlAt, policies }: MqlCase, answer: Answer | null): Instant | null {
  if (policies.responseClockStarts === 'mql') return mqlAt;
  if (holdingsOf(cycles, cycle).some(({ from }) => from <= mqlAt)) return mqlAt;
  const assigned = cycle.events.find(isAssignment);
  const start = assigned === undefined ? null : Math.max(mqlAt, assigned.occurredAt);
  if (answer === null) return start;
  return start === null ? answer.at : Math.min(start, answer.at);
}

function termsFrom(
  { calendar, policies }: MqlCase,
  start: Instant | null,
  withinMinutes: number | null,
  pauses: readonly Span[],
): Pick<Clock, 'dueAt' | 'promisedMinutes'> {
  if (withinMinutes === null || calendar === null) return { dueAt: null, promisedMinutes: null };
  if (start === null) return { dueAt: null, promisedMinutes: withinMinutes };
  const promisedMinutes = withinMinutes + (isPaused(pauses, start) ? policies.pausedGraceMinutes : 0);
  return { dueAt: dueAt(calendar, start, promisedMinutes * minute, pauses), promisedMinutes };
}

/** The response, or else the close; an MQL may be recorded after its close. */
export function stopOf({ cycle, mqlAt }: MqlCase, answer: Answer | null): Instant | null {
  if (answer !== null) return answer.at;
  return cycle.closedAt === null ? null : Math.max(cycle.closedAt, mqlAt);
}

/** While the clock runs: after it started, before it stops, and not after it was due. */
function restarts(at: Instant, clock: Clock, stoppedAt: Instant | null): boolean {
  if (clock.startedAt === null || at <= clock.startedAt) return false;
  return (stoppedAt === null || at < stoppedAt) && (clock.dueAt === null || at <= clock.dueAt);
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
