import { isoDate, OpenMinutes, type PlainCalendar, wallClock } from '../agreement/brute-force.ts';

/** Which minutes of [from, to) are open, and why the others are not; from the rules in words. */
export class CalendarMinutes {
  private readonly open: OpenMinutes;
  private readonly lunch = new Set<number>();

  constructor(
    private readonly calendar: PlainCalendar,
    from: number,
    to: number,
  ) {
    this.open = new OpenMinutes(calendar, from, to);
    const openings: number[] = [];
    for (let minute = from; minute < to; minute++) {
      if (this.isOpen(minute) && !this.isOpen(minute - 1)) openings.push(minute);
    }
    for (const [index, opening] of openings.entries()) {
      const next = openings[index + 1];
      if (next === undefined || this.dateOf(opening) !== this.dateOf(next)) continue;
      for (let minute = opening; minute < next; minute++) if (!this.isOpen(minute)) this.lunch.add(minute);
    }
  }

  isOpen(minute: number): boolean {
    return this.open.isOpen(minute);
  }

  /** Of a minute that is not open. */
  whyClosed(minute: number): 'holiday' | 'lunch' | 'closed' {
    const { holidays, special } = this.calendar;
    const date = this.dateOf(minute);
    if (holidays.includes(date) && special[date] === undefined) return 'holiday';
    return this.lunch.has(minute) ? 'lunch' : 'closed';
  }

  private dateOf(minute: number): string {
    return isoDate(wallClock(this.calendar.zone, minute));
  }
}
