import { dateOf, local, localDay, weekday } from './time.ts';
import { type Calendar, type Instant, minute } from './types.ts';

const hoursKnown = new WeakMap<Calendar, Map<number, readonly Hours[]>>();
const openMinutes = new WeakMap<Calendar, Map<number, Uint8Array>>();
const longestSearch = 800 * 1440;

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

/** Open microseconds between two instants, counted minute by minute; 0 when the end comes first. */
export function openTime(calendar: Calendar, start: Instant, end: Instant): number {
  let open = 0;
  for (let m = Math.floor(start / minute); m * minute < end; m += 1) {
    if (isOpen(calendar, m)) open += Math.min(end, (m + 1) * minute) - Math.max(start, m * minute);
  }
  return open;
}

/** Rule 6: the latest instant at which no more than `promised` microseconds of open time have elapsed since `start`. */
export function dueAt(calendar: Calendar, start: Instant, promised: number): Instant {
  const first = Math.floor(start / minute);
  let elapsed = 0;
  for (let m = first; m < first + longestSearch; m += 1) {
    if (!isOpen(calendar, m)) continue;
    const from = Math.max(start, m * minute);
    const available = (m + 1) * minute - from;
    if (elapsed + available > promised) return from + (promised - elapsed);
    elapsed += available;
  }
  throw new Error(`calendar ${calendar.name} never has ${promised} µs of open time after ${start}`);
}

/** When a local date's open time ends, at local midnight at the latest; null when the date has none. */
function lastClosing(calendar: Calendar, day: number): Instant | null {
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
