import { type Instant, minute } from './types.ts';

const formatters = new Map<string, Intl.DateTimeFormat>();
const dates = new Map<number, string>();
const offsets = new Map<string, Map<number, number>>();

/** `2026-03-29T01:00:00.000001Z` (any offset, up to six decimals) → microseconds. */
export function instant(text: string): Instant {
  const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?(Z|[+-]\d\d:?\d\d)$/.exec(text);
  if (match === null) throw new Error(`not an instant: ${text}`);
  const [, date, time, second = '00', fraction = '', zone] = match;
  return Date.parse(`${date}T${time}:${second}${zone}`) * 1000 + Number(fraction.padEnd(6, '0'));
}

/** Microseconds → `2026-03-29T01:00:00Z`, with six decimals only when there are any. */
export function iso(at: Instant): string {
  const micros = ((at % 1_000_000) + 1_000_000) % 1_000_000;
  const seconds = new Date((at - micros) / 1000).toISOString().slice(0, 19);
  return micros === 0 ? `${seconds}Z` : `${seconds}.${String(micros).padStart(6, '0').replace(/0+$/, '')}Z`;
}

/** How far the zone's wall clock is ahead of UTC, in minutes. Zones change on quarter hours only. */
function offsetMinutes(timeZone: string, utcMinute: number): number {
  const quarter = Math.floor(utcMinute / 15);
  const known = offsets.get(timeZone) ?? new Map<number, number>();
  offsets.set(timeZone, known);
  const found = known.get(quarter);
  if (found !== undefined) return found;
  const formatter = formatters.get(timeZone) ?? wallClock(timeZone);
  formatters.set(timeZone, formatter);
  const part = Object.fromEntries(formatter.formatToParts(quarter * 15 * 60_000).map((p) => [p.type, Number(p.value)]));
  const { year = 0, month = 0, day = 0, hour = 0, minute: minutes = 0 } = part;
  const offset = Date.UTC(year, month - 1, day, hour, minutes) / 60_000 - quarter * 15;
  known.set(quarter, offset);
  return offset;
}

function wallClock(timeZone: string): Intl.DateTimeFormat {
  const digits = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const;
  return new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', ...digits });
}

/** What the clock on the wall shows during a UTC minute: the local date as days since 1970, and the minute of the day. */
export function local(timeZone: string, utcMinute: number): { day: number; minuteOfDay: number } {
  const wall = utcMinute + offsetMinutes(timeZone, utcMinute);
  const day = Math.floor(wall / 1440);
  return { day, minuteOfDay: wall - day * 1440 };
}

export function localDay(timeZone: string, at: Instant): number {
  return local(timeZone, Math.floor(at / minute)).day;
}

export function dateOf(day: number): string {
  const known = dates.get(day) ?? new Date(day * 86_400_000).toISOString().slice(0, 10);
  dates.set(day, known);
  return known;
}

export function dayOf(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / 86_400_000;
}

/** Monday is 0. 1970-01-01 was a Thursday. */
export function weekday(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}

/** The first instant of a local date, found by walking forward from well before it. */
export function startOfDay(timeZone: string, day: number): Instant {
  let utcMinute = (day - 2) * 1440;
  while (local(timeZone, utcMinute).day < day) utcMinute += 1;
  return utcMinute * minute;
}
