import { describe, expect, it } from 'vitest';
import { closureAt, dueAt, openTime } from './calendar.ts';
import { nastyAgreement } from './nasty-agreements.ts';
import { pausesOf } from './pauses.ts';
import { ownCalendarOf } from './people.ts';
import { scoreAt } from './scores.ts';
import { instant, iso } from './time.ts';
import { type Calendar, type CrmEvent, type Lead, minute, type Span } from './types.ts';

// What the agreement's policies add to the oracle, checked against sums done by hand.

const office: Calendar = {
  name: 'office',
  timeZone: 'Europe/Copenhagen',
  hours: [...Array<string[]>(4).fill(['08:00-11:30', '12:00-16:00']), ['08:00-15:30'], [], []],
  holidays: new Map([['2026-04-02', 'Maundy Thursday']]),
  specialHours: new Map([['2026-04-08', ['09:00-10:00', '14:00-15:00']]]),
  reduced: [],
};

function at(text: string): number {
  return instant(`2026-${text}:00+02:00`);
}

function span(from: string, until: string | null): Span {
  return { from: at(from), until: until === null ? Infinity : at(until) };
}

function lead(...events: Partial<CrmEvent>[]): Lead {
  const blank = { eventId: 'e', leadId: 'a', stage: null, ownerId: null, team: null, channel: null, properties: null };
  const whole = events.map((event) => ({ ...blank, occurredAt: 0, recordedAt: 0, type: 'activity', ...event }));
  return { leadId: 'a', events: whole };
}

describe('a clock that pauses', () => {
  const due = (start: string, minutes: number, ...pauses: Span[]): string | null => {
    const found = dueAt(office, at(start), minutes * minute, pauses);
    return found === null ? null : iso(found);
  };

  it('does not count what is paused', () => {
    // Tuesday 10:00-10:30 and 11:00-11:30 make the hour, used up as lunch begins: due when it ends.
    expect(due('03-31T10:00', 60, span('03-31T10:30', '03-31T11:00'))).toBe('2026-03-31T10:00:00Z');
    expect(openTime(office, at('03-31T10:00'), at('03-31T13:00'), [span('03-31T11:00', '03-31T12:30')])).toBe(
      90 * minute,
    );
  });

  it('is due when the pause ends that began as time was up', () => {
    expect(due('03-31T08:00', 60, span('03-31T09:00', '03-31T10:15'))).toBe('2026-03-31T08:15:00Z');
    expect(due('03-31T08:00', 59, span('03-31T09:00', '03-31T10:15'))).toBe('2026-03-31T06:59:00Z');
  });

  it('is never due when a pause without end comes first', () => {
    expect(due('03-31T08:00', 60, span('03-31T09:00', null))).toBe(null);
    expect(due('03-31T08:00', 59, span('03-31T09:00', null))).toBe('2026-03-31T06:59:00Z');
  });

  it('takes the first of two pauses at once, and its first end', () => {
    const events = [
      { type: 'lead_resumed', occurredAt: 1 },
      { type: 'lead_paused', occurredAt: 2 },
      { type: 'lead_paused', occurredAt: 3 },
      { type: 'lead_resumed', occurredAt: 5 },
      { type: 'lead_resumed', occurredAt: 6 },
      { type: 'lead_paused', occurredAt: 8 },
    ];
    expect(pausesOf(lead(...events))).toEqual([
      { from: 2, until: 5 },
      { from: 8, until: Infinity },
    ]);
  });
});

describe('why a calendar is closed', () => {
  const why = (text: string): string => closureAt(office, at(text)).reason;

  it('tells lunch from evening, and both from a holiday', () => {
    expect(why('03-31T11:45')).toBe('lunch');
    expect(why('03-31T07:45')).toBe('closed');
    expect(why('03-31T16:00')).toBe('closed');
    expect(closureAt(office, at('04-02T11:45'))).toEqual({ reason: 'holiday', holiday: 'Maundy Thursday' });
  });

  it('knows lunch by the hours of the date', () => {
    expect(why('04-08T11:45')).toBe('lunch');
    expect(why('04-10T11:45')).toBe('closed');
  });
});

it('gives a person own hours, the holidays of the team, and nothing while absent', () => {
  const agreement = nastyAgreement({
    id: 'x',
    effectiveFrom: '2026-01-01',
    calendars: new Map([['office', office]]),
    people: new Map([
      [
        'rep-1',
        {
          calendar: 'office',
          hours: [['08:00-12:00'], ['08:00-12:00'], ['08:00-12:00'], ['08:00-12:00'], [], [], []],
          absent: [{ from: '2026-04-07', to: '2026-04-07' }],
        },
      ],
    ]),
  });
  const own = ownCalendarOf(agreement, 'rep-1');
  const worked = (from: string, until: string): number =>
    own === null ? Number.NaN : openTime(own, at(from), at(until)) / minute / 60;
  // Monday to Wednesday 4 hours each, Thursday a holiday, Friday never.
  expect(worked('03-30T00:00', '04-04T00:00')).toBe(12);
  // Monday 4, Tuesday absent, Wednesday the two hours that the team has, Thursday 4.
  expect(worked('04-06T00:00', '04-10T00:00')).toBe(10);
});

it('adds points for who the lead is to points for what it did, as far as these have not decayed', () => {
  const agreement = nastyAgreement({
    id: 'x',
    effectiveFrom: '2026-01-01',
    calendars: new Map(),
    score: {
      fit: [{ condition: { attribute: 'country', in: ['DK'] }, points: 20 }],
      intent: [{ action: 'page_view', points: 4, decaysOverDays: 8, atMost: 10 }],
      bands: [],
    },
  });
  const seen = { properties: { action: 'page_view' } };
  const visitor = lead(
    { type: 'lead_created', properties: { country: 'DK' } },
    { ...seen, occurredAt: at('03-02T12:00') },
    { ...seen, occurredAt: at('03-04T12:00') },
    { ...seen, occurredAt: at('03-10T12:00') },
    { ...seen, occurredAt: at('03-10T12:00') },
  );
  // 20 for the country, 4 × (1 − 2/8) for the older visit and 4 for the new one.
  expect(scoreAt(agreement, visitor, at('03-04T12:00'))).toBe(27);
  // The first is 8 days old and worth nothing, the second 4 × (1 − 6/8) = 1, the two of today 8.
  expect(scoreAt(agreement, visitor, at('03-10T12:00'))).toBe(29);
  // At noon the day before: 4 × 1/8 + 4 × 3/8 = 2.
  expect(scoreAt(agreement, visitor, at('03-09T12:00'))).toBe(22);
});
