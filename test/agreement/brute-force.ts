/**
 * Business time counted minute by minute, from the rules in words and Intl's zones; it shares no code with src/.
 * Minutes are counted from 1970-01-01: of UTC for instants, of the wall clock for local times.
 */

/** Hours by ISO weekday (1 = Monday) and by date, as `08:00-16:00`. */
export interface PlainCalendar {
  readonly zone: string;
  readonly weekly: Readonly<Record<number, readonly string[]>>;
  readonly holidays: readonly string[];
  readonly special: Readonly<Record<string, readonly string[]>>;
}

export const day = 24 * 60;

/** Since 1972 every zone used here has been whole quarters from UTC, and changed its clock on a quarter. */
const quarter = 15;

/** Open or not, for every minute of [from, to). */
export class OpenMinutes {
  private readonly open: Uint8Array;
  private readonly from: number;

  constructor(
    private readonly calendar: PlainCalendar,
    from: number,
    to: number,
  ) {
    // hours that begin on the days before still reach into the window
    this.from = floorDay(from) - 3 * day;
    const until = floorDay(to) + 4 * day;
    this.open = new Uint8Array(until - this.from);
    const instants = instantsByWallClock(calendar.zone, this.from - 2 * day, until + 2 * day);
    for (let date = floorDay(wallClock(calendar.zone, this.from)) - day; date < until + 2 * day; date += day) {
      for (const [opens, closes] of hoursOf(calendar, date)) {
        this.fill(readLocal(instants, date + opens), readLocal(instants, date + closes));
      }
    }
    this.closeHolidays(until);
  }

  isOpen(minute: number): boolean {
    return this.open[minute - this.from] === 1;
  }

  /** Open seconds between two instants given in seconds. */
  seconds(start: number, end: number): number {
    let total = 0;
    for (let minute = Math.floor(start / 60); minute * 60 < end; minute++) {
      if (this.isOpen(minute)) total += Math.min(end, minute * 60 + 60) - Math.max(start, minute * 60);
    }
    return total;
  }

  private fill(opens: number, closes: number): void {
    for (let minute = opens; minute < closes; minute++) this.open[minute - this.from] = 1;
  }

  /** Whatever opened it: a holiday without hours of its own has no open minute. */
  private closeHolidays(until: number): void {
    const { zone, holidays, special } = this.calendar;
    const closed = new Set(holidays.filter((date) => special[date] === undefined));
    if (closed.size === 0) return;
    for (let minute = this.from; minute < until; minute += quarter) {
      if (!closed.has(isoDate(wallClock(zone, minute)))) continue;
      for (let rest = 0; rest < quarter; rest++) this.open[minute + rest - this.from] = 0;
    }
  }
}

/** Pairs of minutes after the date's midnight; a close at or before the open is on the next day. */
function hoursOf(calendar: PlainCalendar, date: number): [number, number][] {
  const iso = isoDate(date);
  const weekday = new Date(date * 60_000).getUTCDay() || 7;
  const usual = calendar.holidays.includes(iso) ? [] : (calendar.weekly[weekday] ?? []);
  return (calendar.special[iso] ?? usual).map((text) => {
    const [opens = 0, closes = 0] = text
      .split('-')
      .map((time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3)));
    return [opens, closes <= opens ? closes + day : closes];
  });
}

/** For each quarter that the wall clock shows, the last instant at which it does: a repeated time is the second one. */
function instantsByWallClock(zone: string, from: number, to: number): Map<number, number> {
  const instants = new Map<number, number>();
  for (let minute = from; minute < to; minute += quarter) instants.set(wallClock(zone, minute), minute);
  return instants;
}

/** A time that the clock skips is as long after the gap's beginning as it says. */
function readLocal(instants: ReadonlyMap<number, number>, local: number): number {
  const rest = local % quarter;
  for (let back = 0; back < 2 * day; back += quarter) {
    const instant = instants.get(local - rest - back);
    if (instant !== undefined) return instant + rest + back;
  }
  return Number.NEGATIVE_INFINITY;
}

const formats = new Map<string, Intl.DateTimeFormat>();
const offsetsByZone = new Map<string, Map<number, number>>();

/** What the clock on the wall shows at an instant, in minutes. */
export function wallClock(zone: string, minute: number): number {
  let offsets = offsetsByZone.get(zone);
  if (offsets === undefined) {
    offsets = new Map();
    offsetsByZone.set(zone, offsets);
  }
  const begins = Math.floor(minute / quarter) * quarter;
  let offset = offsets.get(begins);
  if (offset === undefined) {
    offset = shown(zone, begins) - begins;
    if (offset % quarter !== 0) throw new Error(`${zone} is not whole quarters from UTC`);
    offsets.set(begins, offset);
  }
  return minute + offset;
}

function shown(zone: string, minute: number): number {
  let format = formats.get(zone);
  if (format === undefined) {
    const digits = '2-digit';
    const parts = { year: 'numeric', month: digits, day: digits, hour: digits, minute: digits } as const;
    format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, hourCycle: 'h23', ...parts });
    formats.set(zone, format);
  }
  return Date.parse(`${format.format(minute * 60_000).replace(' ', 'T')}Z`) / 60_000;
}

/** The UTC minutes in a year at which a zone's clock changes. */
export function clockChanges(zone: string, year: number): number[] {
  const changes: number[] = [];
  const end = Date.UTC(year + 1, 0, 1) / 60_000;
  for (let minute = Date.UTC(year, 0, 1) / 60_000; minute < end; minute += 60) {
    if (wallClock(zone, minute + 60) - wallClock(zone, minute) === 60) continue;
    const step = [15, 30, 45, 60].find((ahead) => wallClock(zone, minute + ahead) - wallClock(zone, minute) !== ahead);
    changes.push(minute + (step ?? 60));
  }
  return changes;
}

/** The date on the wall, YYYY-MM-DD, of a wall-clock minute. */
export function isoDate(local: number): string {
  return new Date(local * 60_000).toISOString().slice(0, 10);
}

export function floorDay(minute: number): number {
  return Math.floor(minute / day) * day;
}
