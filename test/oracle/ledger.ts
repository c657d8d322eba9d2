import { closureAt, isOpenAt, steps } from './calendar.ts';
import { isPaused, pausesOf } from './pauses.ts';
import type { Response } from './responses.ts';
import { type Calendar, type Instant, minute, type Span } from './types.ts';

export interface Piece {
  readonly from: Instant;
  readonly until: Instant;
  readonly reason: string;
  readonly holiday: string | null;
  /** Microseconds that count; 0 in a piece that does not. */
  readonly business: number;
}

/**
 * Every minute from the MQL to the later of response and due time with the reason why it counted or not; neighbours of
 * one reason make one piece. What is promised and never due ends with the close (or a later start of the clock), and while
 * there is none in a piece without end. Nothing for a cycle without a calendar, or with neither of the two times and no promise.
 */
export function ledgerOf(response: Response): Piece[] {
  const { own, answer, clock, promised } = response;
  if (own.calendar === null) return [];
  const cuts = [answer?.at, clock.firstStartedAt, clock.startedAt, own.cycle.closedAt].flatMap((at) => at ?? []);
  const pauses = pausesOf(own.lead);
  const changes = [...pauses, ...cuts.map((at) => ({ from: at, until: at }))];
  const isNeverDue = promised !== null && answer === null && clock.dueAt === null;
  const standsStill = isNeverDue && own.cycle.closedAt === null;
  const never = standsStill ? afterLast(own.mqlAt, changes) : Math.max(own.cycle.closedAt ?? 0, clock.startedAt ?? 0);
  const end = isNeverDue ? never : Math.max(answer?.at ?? 0, clock.dueAt ?? 0);
  const pieces: Piece[] = [];
  for (const span of steps(own.mqlAt, end, changes)) {
    const now = classify(response, own.calendar, pauses, span);
    const last = pieces.at(-1);
    if (last?.reason === now.reason && last.holiday === now.holiday) pieces[pieces.length - 1] = join(last, now);
    else pieces.push(now);
  }
  return standsStill ? pieces.map((piece) => (piece.until === end ? { ...piece, until: Infinity } : piece)) : pieces;
}

/** An instant after which nothing changes any more. */
function afterLast(mqlAt: Instant, changes: readonly Span[]): Instant {
  const all = changes.flatMap(({ from, until }) => [from, until]).filter(Number.isFinite);
  return Math.max(mqlAt, ...all) + minute;
}

function join(left: Piece, right: Piece): Piece {
  return { ...left, until: right.until, business: left.business + right.business };
}

function classify(response: Response, calendar: Calendar, pauses: readonly Span[], { from, until }: Span): Piece {
  const without = (reason: string, holiday: string | null = null): Piece => ({
    from,
    until,
    reason,
    holiday,
    business: 0,
  });
  const around = outside(response, from);
  if (around !== null) return without(around);
  if (isPaused(pauses, from)) return without('paused');
  if (isOpenAt(calendar, from)) return { from, until, reason: 'counted', holiday: null, business: until - from };
  const { reason, holiday } = closureAt(calendar, from);
  return without(reason, holiday);
}

/** Before the clock ran, and after it had stopped. */
function outside({ own, answer, clock }: Response, at: Instant): string | null {
  if (clock.firstStartedAt === null || at < clock.firstStartedAt) return 'before_assignment';
  if (clock.startedAt !== null && at < clock.startedAt) return 'before_restart';
  if (answer !== null) return at >= answer.at ? 'after_answer' : null;
  return own.cycle.closedAt !== null && at >= own.cycle.closedAt ? 'after_close' : null;
}
