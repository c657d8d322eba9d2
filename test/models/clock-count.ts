import type { CalendarMinutes } from './calendar-minutes.ts';

/**
 * The response clock of one lead counted minute by minute, from the rules in words; it shares no code with models/.
 * All instants are minutes since 1970, UTC.
 */

export interface ClockCase {
  readonly mql: number;
  readonly responded: number | null;
  readonly closed: number | null;
  /** In order of time, at different minutes. */
  readonly assignments: readonly { readonly at: number; readonly owner: string }[];
  /** lead_paused and lead_resumed, in order of time, at different minutes. */
  readonly asks: readonly { readonly at: number; readonly isPause: boolean }[];
  readonly promised: number;
  readonly grace: number;
  readonly startsAt: 'mql' | 'assignment';
  readonly restarts: boolean;
}

export interface CountedClock {
  readonly started: number | null;
  readonly promised: number;
  /** Null: nothing falls due; undefined: not within the minutes that were counted. */
  readonly due: number | null | undefined;
  readonly response: number | null;
  readonly pieces: readonly Piece[];
}

export interface Leg {
  readonly owner: string;
  readonly minutes: number | null;
  readonly isCharged: boolean;
}

interface Piece {
  readonly from: number;
  readonly until: number | null;
  readonly reason: string;
}

/** `until`: how far minutes are counted. */
export function countClock(told: ClockCase, open: CalendarMinutes, until: number): CountedClock {
  const first = firstStart(told);
  if (first === null) {
    const pieces = told.closed === null ? [{ from: told.mql, until: null, reason: 'before_assignment' }] : [];
    const left = told.closed !== null && told.closed > told.mql;
    const closed = left ? [{ from: told.mql, until: told.closed, reason: 'before_assignment' }] : pieces;
    return { started: null, promised: told.promised, due: null, response: null, pieces: closed };
  }
  const started = lastStart(told, open, first, until);
  const due = dueAt(told, open, started, until);
  const { responded } = told;
  const response = responded === null ? null : countedBetween(told, open, started, responded);
  const pieces = due === undefined ? [] : piecesOf(told, open, { first, started, due });
  return { started, promised: promiseFrom(told, started), due, response, pieces };
}

/** Who held the lead while the clock ran, for how many of the minutes that count. */
export function countLegs(told: ClockCase, open: CalendarMinutes, { started, due }: CountedClock): Leg[] {
  if (started === null || due === undefined) return [];
  const end = told.responded ?? due ?? Number.POSITIVE_INFINITY;
  const charged = Math.min(told.responded ?? Number.POSITIVE_INFINITY, due ?? Number.POSITIVE_INFINITY);
  const changes = told.assignments.filter(({ owner }, index) => owner !== told.assignments[index - 1]?.owner);
  const last = changes.findLast(({ at }) => at <= charged);
  return changes.flatMap((leg, index) => {
    const until = changes[index + 1]?.at ?? Number.POSITIVE_INFINITY;
    if (leg.at > end || until <= started) return [];
    const stops = Math.min(until, end);
    const minutes = Number.isFinite(stops) ? countedBetween(told, open, Math.max(leg.at, started), stops) : null;
    return [{ owner: leg.owner, minutes, isCharged: told.restarts ? leg === last : leg.at <= charged }];
  });
}

/** The minutes of the owner charged, null when nobody is or nobody answered. */
export function countOwn(told: ClockCase, open: CalendarMinutes, { started, due }: CountedClock): number | null {
  const { responded } = told;
  if (started === null || responded === null) return null;
  const charged = Math.min(responded, due ?? Number.POSITIVE_INFINITY);
  const changes = told.assignments.filter(({ owner }, index) => owner !== told.assignments[index - 1]?.owner);
  const last = changes.findLast(({ at }) => at <= charged);
  return last === undefined ? null : countedBetween(told, open, Math.max(started, last.at), responded);
}

function firstStart({ startsAt, mql, assignments, responded }: ClockCase): number | null {
  if (startsAt === 'mql') return mql;
  const [assignment] = assignments;
  const ready = assignment === undefined ? null : Math.max(mql, assignment.at);
  if (responded !== null && (ready === null || responded < ready)) return responded;
  return ready;
}

function lastStart(told: ClockCase, open: CalendarMinutes, first: number, until: number): number {
  if (!told.restarts) return first;
  let start = first;
  for (const [index, { at, owner }] of told.assignments.entries()) {
    const before = told.assignments[index - 1]?.owner;
    if (before === undefined || before === owner || at <= first) continue;
    if (told.responded !== null && at >= told.responded) break;
    const due = dueAt(told, open, start, until);
    if (due !== null && due !== undefined && at > due) break;
    start = at;
  }
  return start;
}

/** The response ends a pause, and what the lead asks for after it changes nothing. */
function isPaused({ asks, responded }: ClockCase, minute: number): boolean {
  if (responded !== null && minute >= responded) return false;
  return asks.findLast(({ at }) => at <= minute)?.isPause ?? false;
}

function promiseFrom(told: ClockCase, start: number): number {
  return told.promised + (isPaused(told, start) ? told.grace : 0);
}

function counts(told: ClockCase, open: CalendarMinutes, minute: number): boolean {
  return open.isOpen(minute) && !isPaused(told, minute);
}

function countedBetween(told: ClockCase, open: CalendarMinutes, from: number, until: number): number {
  let counted = 0;
  for (let minute = from; minute < until; minute++) if (counts(told, open, minute)) counted += 1;
  return counted;
}

/** The first minute that would count more than was promised. */
function dueAt(told: ClockCase, open: CalendarMinutes, start: number, until: number): number | null | undefined {
  const promised = promiseFrom(told, start);
  const last = told.asks.at(-1);
  let counted = 0;
  for (let minute = start; minute < until; minute++) {
    if (told.responded === null && last?.isPause && minute >= last.at) return null;
    if (!counts(told, open, minute)) continue;
    if (counted === promised) return minute;
    counted += 1;
  }
  return undefined;
}

interface Found {
  readonly first: number;
  readonly started: number;
  readonly due: number | null;
}

function piecesOf(told: ClockCase, open: CalendarMinutes, found: Found): Piece[] {
  const end = endOf(told, found.due);
  // A pause without end: from there on nothing changes any more.
  const last = end ?? Math.max(found.started, told.asks.at(-1)?.at ?? found.started) + 1;
  const pieces: { from: number; until: number | null; reason: string }[] = [];
  for (let minute = told.mql; minute < last; minute++) {
    const reason = reasonOf(told, open, found, minute);
    const before = pieces.at(-1);
    if (before?.reason === reason) before.until = minute + 1;
    else pieces.push({ from: minute, until: minute + 1, reason });
  }
  const final = pieces.at(-1);
  if (end === null && final !== undefined) final.until = null;
  return pieces;
}

function endOf({ responded, closed, mql }: ClockCase, due: number | null): number | null {
  const ends = [responded, due].flatMap((at) => at ?? []);
  if (ends.length > 0) return Math.max(...ends);
  return closed === null ? null : Math.max(closed, mql);
}

function reasonOf(told: ClockCase, open: CalendarMinutes, { first, started }: Found, minute: number): string {
  const { responded, closed } = told;
  if (minute < first) return 'before_assignment';
  if (minute < started) return 'before_restart';
  if (responded !== null && minute >= responded) return 'after_answer';
  if (responded === null && closed !== null && minute >= closed) return 'after_close';
  if (isPaused(told, minute)) return 'paused';
  return open.isOpen(minute) ? 'counted' : open.whyClosed(minute);
}
