import { grainOfLabel } from './ledger.ts';
import type { Grain } from './metric.ts';

/** A period by its name: `2026-Q3`. */
export interface NamedPeriod {
  readonly grain: Grain;
  /** YYYY-MM-DD */
  readonly start: string;
}

/**
 * The period that a name tells; undefined of what names none. A quarter is called after the calendar quarter in which it
 * starts: in a fiscal year from February on, 2026-Q1 starts on 1 February.
 */
export function periodOf(label: string, fiscalYearStartMonth: number): NamedPeriod | undefined {
  const grain = grainOfLabel(label);
  const year = Number(label.slice(0, 4));
  if (grain === undefined || year < 1970 || year > 2099) return undefined;
  const part = Number(label.slice(5).replace(/\D/, ''));
  switch (grain) {
    case 'week':
      return { grain, start: mondayOf(year, part) };
    case 'month':
      return { grain, start: firstOf(year, part) };
    case 'quarter':
      return { grain, start: firstOf(year, part * 3 - 2 + ((fiscalYearStartMonth - 1) % 3)) };
  }
}

function firstOf(year: number, month: number): string {
  return `${year}-${String(month).padStart(2, '0')}-01`;
}

/** ISO: the first week is the one with 4 January in it. */
function mondayOf(year: number, week: number): string {
  const fourth = new Date(Date.UTC(year, 0, 4));
  const weekday = (fourth.getUTCDay() + 6) % 7;
  return new Date(Date.UTC(year, 0, 4 - weekday + (week - 1) * 7)).toISOString().slice(0, 10);
}

/** Days of a quarter, the last not included. */
export interface QuarterDays {
  /** YYYY-MM-DD */
  readonly from: string;
  readonly to: string;
}

/** The last quarter that is over at an instant, in a zone. */
export function lastCompleteQuarter(
  instant: string,
  { timeZone, fiscalYearStartMonth }: { readonly timeZone: string; readonly fiscalYearStartMonth: number },
): QuarterDays {
  // Swedes write dates as ISO does.
  const date = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(new Date(instant));
  const [year = 0, month = 1] = date.split('-').map(Number);
  const monthsIn = (month - fiscalYearStartMonth + 12) % 3;
  const start = (quarters: number): string =>
    new Date(Date.UTC(year, month - 1 - monthsIn + quarters * 3, 1)).toISOString().slice(0, 10);
  return { from: start(-1), to: start(0) };
}
