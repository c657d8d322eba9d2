import { isPaused } from './pauses.ts';
import { dateOf, local, localDay, weekday } from './time.ts';
import { type Calendar, type Instant, minute, type Span } from './types.ts';

const hoursKnown = new WeakMap<Calendar, Map<number, readonly Hours[]>>();
const closings = new WeakMap<Calendar, Map<number, Instant | null>>();
const openMinutes = new WeakMap<Calendar, Map<number, Uint8Array>>();
const longestSearch = 800 * 1440 * minute;

/** Minute of the day at which it opens, and at which it closes; a close at or before the open is on the next date. */
type Hours = readonly [number, number];

function hoursFor(calendar: Calendar, day: number): readonly Hours[] {
  const known = hoursKnown.get(calendar) ?? new Map<number, readonly Hours[]>();
  hoursKnown.set(calendar, known);
  const found = known.get(day) ?? hoursByRule(calendar, day);
  known.set(day, found);
  return found;
}

/** Rule 9: special hours win over a holiday, a holiday over the weekday. */
function hoursByRule(calendar: Calendar, day: number): readonly Hours[] {
  const date = dateOf(day);
  const special = calendar.specialHours.get(date);
  const texts = special ?? (calendar.holidays.has(date) ? [] : (calendar.hours[weekday(day)] ?? []));
  return texts.map((text) => {
    const [opens = '', closes = ''] = text.split('-');
    return [minuteOfDay(opens), minuteOfDay(closes)];
  });
}

function minuteOfDay(text: string): number {
  const [hours, minutes] = text.split(':').map(Number);
  if (hours === undefined || minutes === undefined) throw new Error(`not a time of day: ${text}`);
  return hours * 60 + minutes;
}

function isClosedHoliday(calendar: Calendar, day: number): boolean {
  const date = dateOf(day);
  return calendar.holidays.has(date) && !calendar.specialHours.has(date);
}

/** Looks at the clock on the wall: hours that began today, or the tail of a shift that began yesterday. */
function isOpenOnTheWall(calendar: Calendar, utcMinute: number): boolean {
  const now = local(calendar.timeZone, utcMinute);
  const today = hoursFor(calendar, now.day).some(([opens, closes]) =>
    closes > opens ? now.minuteOfDay >= opens && now.minuteOfDay < closes : now.minuteOfDay >= opens,
  );
  if (today) return true;
  if (isClosedHoliday(calendar, now.day)) return false;
  return hoursFor(calendar, now.day - 1).some(([opens, closes]) => closes <= opens && now.minuteOfDay < closes);
}

/** Whether the minute that starts at `utcMinute` is open. Hours begin and end on whole minutes. */
function isOpen(calendar: Calendar, utcMinute: number): boolean {
  const days = openMinutes.get(calendar) ?? new Map<number, Uint8Array>();
  openMinutes.set(calendar, days);
  const utcDay = Math.floor(utcMinute / 1440);
  const known =
    days.get(utcDay) ??
    Uint8Array.from({ length: 1440 }, (_, m) => Number(isOpenOnTheWall(calendar, utcDay * 1440 + m)));
  days.set(utcDay, known);
  return known[utcMinute - utcDay * 1440] === 1;
}

export function isOpenAt(calendar: Calendar, at: Instant): boolean {
  return isOpen(calendar, Math.floor(at / minute));
}

/** Where whole minutes begin, and where pauses begin and end, in order, from `start` up to `end`. */
export function* steps(start: Instant, end: Instant, pauses: readonly Span[]): Generator<Span> {
  const cuts = pauses.flatMap(({ from, until }) => [from, until]);
  for (let from = start; from < end; ) {
    const nextMinute = (Math.floor(from / minute) + 1) * minute;
    const until = Math.min(end, nextMinute, ...cuts.filter((cut) => cut > from));
    yield { from, until };
    from = until;
  }
}

/** Open microseconds between two instants that are in no pause, counted minute by minute; 0 when the end comes first. */
export function openTime(calendar: Calendar, start: Instant, end: Instant, pauses: readonly Span[] = []): number {
  let open = 0;
  for (const { from, until } of steps(start, end, pauses)) {
    if (isOpenAt(calendar, from) && !isPaused(pauses, from)) open += until - from;
  }
  return open;
}

/**
 * Rule 6: the latest instant at which no more than `promised` microseconds of open time, outside of pauses, have elapsed
 * since `start`; null when that is never, since a pause has no end.
 */
export function dueAt(calendar: Calendar, start: Instant, promised: number): Instant;
export function dueAt(calendar: Calendar, start: Instant, promised: number, pauses: readonly Span[]): Instant | null;
export function dueAt(
  calendar: Calendar,
  start: Instant,
  promised: number,
  pauses: readonly Span[] = [],
): Instant | null {
  let elapsed = 0;
  for (const { from, until } of steps(start, start + longestSearch, pauses)) {
    if (pauses.some((pause) => pause.from <= from && pause.until === Infinity)) return null;
    if (!isOpenAt(calendar, from) || isPaused(pauses, from)) continue;
    const available = until - from;
    if (elapsed + available > promised) return from + (promised - elapsed);
    elapsed += available;
  }
  throw new Error(`calendar ${calendar.name} never has ${promised} µs of open time after ${start}`);
}

function lastClosing(calendar: Calendar, day: number): Instant | null {
  const known = closings.get(calendar) ?? new Map<number, Instant | null>();
  closings.set(calendar, known);
  const found = known.get(day);
  const closing = found === undefined ? findLastClosing(calendar, day) : found;
  known.set(day, closing);
  return closing;
}

/** When a local date's open time ends, at local midnight at the latest; null when the date has none. */
function findLastClosing(calendar: Calendar, day: number): Instant | null {
  let last: number | null = null;
  for (let m = (day - 1) * 1440; m < (day + 2) * 1440; m += 1) {
    if (local(calendar.timeZone, m).day === day && isOpen(calendar, m)) last = m;
  }
  return last === null ? null : (last + 1) * minute;
}

/** Rule 10: the last closing of the n-th open local date after that of `start`. */
export function endOfBusinessDays(calendar: Calendar, start: Instant, days: number): Instant {
  let left = days;
  let day = localDay(calendar.timeZone, start);
  for (let steps = 0; steps < 800; steps += 1) {
    day += 1;
    const closing = lastClosing(calendar, day);
    if (closing !== null) left -= 1;
    if (closing !== null && left === 0) return closing;
  }
  throw new Error(`calendar ${calendar.name} has no ${days} open dates after ${start}`);
}

/** Why a calendar is closed: the holiday's name; lunch between two openings of one date; else it is just closed. */
export type Closure = { readonly reason: 'closed' | 'lunch' | 'holiday'; readonly holiday: string | null };

export function closureAt(calendar: Calendar, at: Instant): Closure {
  const now = local(calendar.timeZone, Math.floor(at / minute));
  if (isClosedHoliday(calendar, now.day)) {
    return { reason: 'holiday', holiday: calendar.holidays.get(dateOf(now.day)) ?? null };
  }
  const openings = hoursFor(calendar, now.day);
  const closedBefore = openings.some(([opens, closes]) => closes > opens && closes <= now.minuteOfDay);
  const opensLater = openings.some(([opens]) => opens > now.minuteOfDay);
  return { reason: closedBefore && opensLater ? 'lunch' : 'closed', holiday: null };
}
