import { openTime } from './calendar.ts';
import { type Holding, holdingsOf, stopOf } from './clocks.ts';
import { pausesOf, pausesUntil } from './pauses.ts';
import type { Response } from './responses.ts';
import type { Instant } from './types.ts';

export interface OwnerTime extends Holding {
  /** When somebody else took over; Infinity when nobody did. */
  readonly until: Instant;
  /** Microseconds of the clock; null while there is no end to it. */
  readonly business: number | null;
  readonly isCharged: boolean;
}

/**
 * Who held the lead while its clock ran: from its start up to the earlier of response and due time those are that may be
 * charged, up to the later of them those whose time counted.
 */
export function ownerTimesOf({ own, clock, answer, ownerId }: Response): OwnerTime[] {
  const { cycles, cycle, calendar, lead, policies } = own;
  const start = clock.startedAt;
  if (start === null || calendar === null) return [];
  const end = answer?.at ?? clock.dueAt;
  const chargedBy = Math.min(answer?.at ?? Infinity, clock.dueAt ?? Infinity);
  const holdings = holdingsOf(cycles, cycle);
  const held = holdings
    .map((holding, index) => ({ ...holding, until: holdings[index + 1]?.from ?? Infinity }))
    .filter(({ from, until }) => from < until && until > start && from <= (end ?? Infinity));
  const last = held.filter(({ from }) => from <= chargedBy).at(-1);
  const pauses = pausesUntil(pausesOf(lead), stopOf(own, answer));
  const counted = (from: Instant, until: Instant): number | null =>
    until === Infinity ? null : openTime(calendar, Math.max(start, from), until, pauses);
  return held.map((holding) => ({
    ...holding,
    business: counted(holding.from, Math.min(end ?? Infinity, holding.until)),
    isCharged:
      policies.reassignment === 'charges_each' ? holding.from <= chargedBy : ownerId !== null && holding === last,
  }));
}
