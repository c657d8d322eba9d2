/** A stretch of opening hours, in minutes after 00:00 of the local date it begins on. */
export interface OpenInterval {
  /** 0 to 1439. */
  readonly opens: number;
  /** After `opens`, by a day at most: above 1440 the interval runs past midnight. */
  readonly closes: number;
}

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const minutesOfDay = 24 * 60;
const pattern = /^(\d{2}):(\d{2})\s*[-–]\s*(\d{2}):(\d{2})$/;

/**
 * Reads `08:00-16:00`; a close at or before the open runs past midnight, so `22:00-06:00` is eight hours and
 * `00:00-00:00` (like `00:00-24:00`) is the whole day. Undefined when it is not two times of day.
 */
export function parseInterval(text: string): OpenInterval | undefined {
  const match = pattern.exec(text.trim());
  if (match === null) return undefined;
  const opens = toMinutes(match[1], match[2]);
  const closes = toMinutes(match[3], match[4]);
  if (opens === undefined || closes === undefined || opens === minutesOfDay) return undefined;
  return { opens, closes: closes <= opens ? closes + minutesOfDay : closes };
}

/** The index of the first interval that begins before another of the same day has ended; undefined when none does. */
export function findOverlap(intervals: readonly OpenInterval[]): number | undefined {
  const index = intervals.findIndex((interval, position) =>
    intervals.slice(0, position).some((earlier) => interval.opens < earlier.closes && earlier.opens < interval.closes),
  );
  return index < 0 ? undefined : index;
}

/** A real day written YYYY-MM-DD, of the years that the date tables cover. */
export function isLocalDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text < '1970-01-01' || text > '2099-12-31') return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

function toMinutes(hours = '', minutes = ''): number | undefined {
  const total = Number(hours) * 60 + Number(minutes);
  return Number(minutes) < 60 && total <= minutesOfDay ? total : undefined;
}
