import fc from 'fast-check';
import { clockChanges, day, isoDate, type PlainCalendar } from './brute-force.ts';

/**
 * Zones that go wrong in different ways: London's midnight is UTC's in winter; São Paulo skipped and repeated midnight
 * until 2019, the Azores and Havana repeat the hour after it; Kolkata and Lord Howe are half an hour off; Apia skipped
 * the whole of 2011-12-30.
 */
export const zones = [
  'UTC',
  'Europe/Copenhagen',
  'Europe/London',
  'America/New_York',
  'America/Sao_Paulo',
  'America/Havana',
  'Atlantic/Azores',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
  'Pacific/Apia',
];

/** A calendar, and pairs of instants (in seconds) near a clock change, a holiday or nothing in particular. */
export interface Situation {
  readonly calendar: PlainCalendar;
  /** The UTC minute that everything is near. */
  readonly around: number;
  readonly pairs: readonly { readonly start: number; readonly end: number }[];
}

const quarter = fc.nat({ max: 95 }).map((quarters) => quarters * 15);
const minute = fc.oneof(quarter, fc.nat({ max: day - 1 }));

const office = fc.constantFrom(['08:00-16:00'], ['08:00-12:00', '12:30-16:00'], ['09:00-13:00', '14:00-17:30']);
const night = fc.constantFrom(['22:00-06:00'], ['23:30-02:30'], ['00:30-03:15'], ['02:15-02:45'], ['20:00-24:00']);
const always = fc.constantFrom(['00:00-24:00'], ['06:00-06:00'], ['00:00-00:00']);
/** One or two intervals a day that do not overlap; the last may run past midnight. */
const anything = fc.uniqueArray(minute, { minLength: 2, maxLength: 4 }).map((ends) => {
  const [first = 0, second = 0, third, fourth] = [...ends].sort((left, right) => left - right);
  if (third === undefined) return [`${time(first)}-${time(second)}`];
  if (fourth === undefined) return [`${time(second)}-${time(third)}`, `${time(third)}-${time(first)}`];
  return [`${time(first)}-${time(second)}`, `${time(third)}-${time(fourth)}`];
});
const hours = fc.oneof(office, night, always, anything);

const week = fc
  .oneof(
    hours.map((same) => [1, 2, 3, 4, 5].map((weekday) => [weekday, same] as const)),
    hours.map((same) => [1, 2, 3, 4, 5, 6, 7].map((weekday) => [weekday, same] as const)),
    fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 7 }), hours), { minLength: 1, selector: ([weekday]) => weekday }),
  )
  .map((days) => Object.fromEntries(days));

/** In a year, so that a whole array of situations shares one span. */
export function situations(year: number): fc.Arbitrary<Situation> {
  return fc
    .constantFrom(...zones)
    .chain((zone) => {
      const changes = clockChanges(zone, year);
      const anyDay = fc.integer({ min: 0, max: 360 }).map((days) => Date.UTC(year, 0, 1) / 60_000 + days * day);
      const around = changes.length === 0 ? anyDay : fc.oneof(fc.constantFrom(...changes), anyDay);
      return fc.record({ zone: fc.constant(zone), around });
    })
    .chain(({ zone, around }) => {
      const date = fc.integer({ min: -4, max: 5 }).map((days) => isoDate(around + days * day));
      const instant = fc.oneof(
        fc.integer({ min: -8 * day * 60, max: 8 * day * 60 }),
        fc.integer({ min: -7200, max: 7200 }),
        fc.integer({ min: -3 * 96, max: 3 * 96 }).map((quarters) => quarters * 900),
      );
      const calendar = fc.record({
        zone: fc.constant(zone),
        weekly: week,
        holidays: fc.uniqueArray(date, { maxLength: 3 }),
        special: fc.dictionary(date, hours, { maxKeys: 2 }),
      });
      const pair = fc.tuple(instant, instant).map((ends) => {
        const [start = 0, end = 0] = ends.map((seconds) => around * 60 + seconds).sort((left, right) => left - right);
        return { start, end };
      });
      return fc.record({
        calendar,
        around: fc.constant(around),
        pairs: fc.array(pair, { minLength: 4, maxLength: 8 }),
      });
    });
}

function time(minutes: number): string {
  return [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':');
}
