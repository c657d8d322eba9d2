import { describe, expect, it } from 'vitest';
import { dueAt, endOfBusinessDays, openTime } from './calendar.ts';
import { dayOf, instant, iso, startOfDay } from './time.ts';
import { type Calendar, minute } from './types.ts';

// The oracle is checked against sums done by hand before anything is checked against the oracle.

const named = (...dates: string[]): Map<string, string> => new Map(dates.map((date) => [date, `Holiday of ${date}`]));

const office: Calendar = {
  name: 'office',
  timeZone: 'Europe/Copenhagen',
  hours: [...Array<string[]>(4).fill(['08:00-11:30', '12:00-16:00']), ['08:00-15:30'], [], []],
  holidays: named('2026-04-02', '2026-04-03', '2026-04-06'),
  specialHours: new Map([['2026-04-03', ['10:00-12:00']]]),
  reduced: [],
};

const nights: Calendar = {
  name: 'nights',
  timeZone: 'Europe/Copenhagen',
  hours: Array<string[]>(7).fill(['22:00-06:00']),
  holidays: named('2026-04-02', '2026-04-10'),
  specialHours: new Map([['2026-04-10', ['12:00-13:00']]]),
  reduced: [],
};

function hours(calendar: Calendar, start: string, end: string): number {
  return openTime(calendar, instant(start), instant(end)) / minute / 60;
}

describe('open time', () => {
  it('leaves out the lunch break', () => {
    expect(hours(office, '2026-03-02T10:00:00+01:00', '2026-03-02T13:00:00+01:00')).toBe(2.5);
  });

  it('counts to the microsecond', () => {
    const open = openTime(office, instant('2026-03-02T07:59:59+01:00'), instant('2026-03-02T08:00:00.000001+01:00'));
    expect(open).toBe(1);
  });

  it('goes from Friday 15:00 to Monday 09:00 in an hour and a half', () => {
    expect(hours(office, '2026-03-06T15:00:00+01:00', '2026-03-09T09:00:00+01:00')).toBe(1.5);
  });

  it('gives a night over the spring change seven hours, and over the autumn change nine', () => {
    expect(hours(nights, '2026-03-28T20:00:00+01:00', '2026-03-29T12:00:00+02:00')).toBe(7);
    expect(hours(nights, '2026-10-24T20:00:00+02:00', '2026-10-25T12:00:00+01:00')).toBe(9);
  });

  it('lets a holiday cut the tail of the night before, and its own night', () => {
    // Wednesday 22:00-24:00, nothing on Thursday the 2nd, then Friday from 22:00.
    expect(hours(nights, '2026-04-01T12:00:00+02:00', '2026-04-03T12:00:00+02:00')).toBe(2);
  });

  it('lets special hours win over a holiday without cutting the tail of the night before', () => {
    // Thursday 22:00 to Friday 06:00 is eight hours, and Friday 12:00-13:00 one more.
    expect(hours(nights, '2026-04-09T12:00:00+02:00', '2026-04-10T23:00:00+02:00')).toBe(9);
    expect(hours(office, '2026-04-03T00:00:00+02:00', '2026-04-04T00:00:00+02:00')).toBe(2);
  });
});

describe('due', () => {
  const due = (calendar: Calendar, start: string, minutes: number): string =>
    iso(dueAt(calendar, instant(start), minutes * minute));

  it('is Monday at opening when the time is used up at closing on Friday', () => {
    expect(due(office, '2026-03-06T14:30:00+01:00', 60)).toBe('2026-03-09T07:00:00Z');
  });

  it('is inside the open hours otherwise', () => {
    expect(due(office, '2026-03-06T14:30:01+01:00', 60)).toBe('2026-03-09T07:00:01Z');
    expect(due(office, '2026-03-02T11:00:00+01:00', 45)).toBe('2026-03-02T11:15:00Z');
  });
});

describe('business days', () => {
  const end = (calendar: Calendar, start: string, days: number): string =>
    iso(endOfBusinessDays(calendar, instant(start), days));

  it('end at the closing of the n-th open date after the start', () => {
    // From Tuesday the 31st: Wednesday, (Thursday closed), Friday with special hours, (weekend, Monday closed), Tuesday.
    expect(end(office, '2026-03-31T23:00:00+02:00', 1)).toBe('2026-04-01T14:00:00Z');
    expect(end(office, '2026-03-31T23:00:00+02:00', 2)).toBe('2026-04-03T10:00:00Z');
    expect(end(office, '2026-03-31T23:00:00+02:00', 3)).toBe('2026-04-07T14:00:00Z');
  });

  it('end at local midnight when a shift runs past it', () => {
    expect(end(nights, '2026-03-02T12:00:00+01:00', 1)).toBe('2026-03-03T23:00:00Z');
  });
});

describe('local dates', () => {
  it('begin an hour late where the clock skips midnight', () => {
    expect(iso(startOfDay('America/Santiago', dayOf('2026-09-06')))).toBe('2026-09-06T04:00:00Z');
    expect(iso(startOfDay('Europe/Copenhagen', dayOf('2026-07-01')))).toBe('2026-06-30T22:00:00Z');
  });
});
