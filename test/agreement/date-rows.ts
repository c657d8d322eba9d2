import { day, isoDate } from './brute-force.ts';

/** A row of sla.dates or sla.calendar_days, its changes in minutes. */
export interface DateRow {
  readonly [column: string]: string | number | null;
  readonly utc_day: number;
  readonly local_date: string;
  readonly change: number | null;
  readonly second_change: number | null;
}

/** The local date of a minute of the row's UTC day, as models compute it. */
export function dateOf(row: DateRow, minute: number): string {
  const changes = [row.change, row.second_change].filter((change) => change !== null && minute >= change).length;
  return isoDate(Date.parse(`${row.local_date}T00:00:00Z`) / 60_000 + changes * day);
}

/** The minutes at which clocks can change in a UTC day. */
export function everyQuarter(utcDay: number): number[] {
  return Array.from({ length: 96 }, (_, index) => utcDay * day + index * 15);
}
