import { expect, it } from 'vitest';
import { lastCompleteQuarter } from '../../src/project/period-start.ts';

// Quarters from January: Q3 2026 is over from 1 October 00:00 in Copenhagen, 30 September 22:00 UTC. From February on a
// quarter begins in February, May, August and November.
it.each([
  ['2026-11-23T04:58:12Z', 'Europe/Copenhagen', 1, '2026-07-01', '2026-10-01'],
  ['2026-09-30T21:59:59Z', 'Europe/Copenhagen', 1, '2026-04-01', '2026-07-01'],
  ['2026-09-30T22:00:00Z', 'Europe/Copenhagen', 1, '2026-07-01', '2026-10-01'],
  ['2026-09-30T22:00:00Z', 'America/New_York', 1, '2026-04-01', '2026-07-01'],
  ['2026-01-15T12:00:00Z', 'UTC', 1, '2025-10-01', '2026-01-01'],
  ['2026-01-15T12:00:00Z', 'UTC', 2, '2025-08-01', '2025-11-01'],
  ['2026-02-01T00:00:00Z', 'UTC', 2, '2025-11-01', '2026-02-01'],
  ['2026-06-30T12:00:00Z', 'UTC', 12, '2026-03-01', '2026-06-01'],
])('at %s in %s, of fiscal years from month %i on, it is %s to before %s', (instant, timeZone, month, from, to) => {
  expect(lastCompleteQuarter(instant, { timeZone, fiscalYearStartMonth: month })).toEqual({ from, to });
});
