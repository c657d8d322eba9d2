import fc from 'fast-check';
import { expect, test } from 'vitest';
import { situations } from '../agreement/arbitrary-calendars.ts';
import { day } from '../agreement/brute-force.ts';
import { agreementText, tablesOf } from '../agreement/tables-of.ts';
import { CalendarMinutes } from './calendar-minutes.ts';
import { type ClockCase, type CountedClock, countClock, countLegs, countOwn } from './clock-count.ts';
import { type KeyedCase, makeClocks, rowsByLead } from './clock-world.ts';

/** Minutes are counted so far from the middle of a situation. */
const reach = 15 * day;
const runs = { numRuns: 10, seed: 20_261_126, endOnFailure: true };
const year = 2026;

/** Minutes from the middle of a situation: anywhere about it, or close together. */
const minute = fc.oneof(fc.integer({ min: -3 * day, max: 4 * day }), fc.integer({ min: 0, max: 600 }));
const inOrder = (at: { at: number }, other: { at: number }) => at.at - other.at;
const told: fc.Arbitrary<ClockCase> = fc
  .record({
    mql: fc.oneof(fc.integer({ min: -3 * day, max: 2 * day }), fc.integer({ min: 0, max: 120 })),
    wait: fc.option(fc.oneof(fc.integer({ min: 0, max: 3 * day }), fc.integer({ min: 0, max: 300 }))),
    closed: fc.option(minute, { freq: 1 }),
    assignments: fc.uniqueArray(fc.record({ at: minute, owner: fc.constantFrom('anna', 'bo') }), {
      maxLength: 4,
      selector: ({ at }) => at,
    }),
    asks: fc.uniqueArray(fc.record({ at: minute, isPause: fc.boolean() }), { maxLength: 6, selector: ({ at }) => at }),
    promised: fc.constantFrom(0, 30, 120, 480),
    grace: fc.constantFrom(0, 30),
    startsAt: fc.constantFrom('mql', 'assignment'),
    restarts: fc.boolean(),
  })
  .map(({ wait, ...rest }) => ({
    ...rest,
    responded: wait === null ? null : rest.mql + wait,
    // An answer after the close is none.
    closed: wait === null ? rest.closed : null,
    assignments: [...rest.assignments].sort(inOrder),
    asks: [...rest.asks].sort(inOrder),
  }));

const cases = fc.array(
  situations(year).chain((situation) =>
    fc.record({ situation: fc.constant(situation), all: fc.array(told, { minLength: 10, maxLength: 14 }) }),
  ),
  { minLength: 3, maxLength: 5 },
);

test('clocks, owners and ledger agree with a count minute by minute', { timeout: 180_000 }, () =>
  fc.assert(
    fc.asyncProperty(cases, async (worlds) => {
      const calendars = worlds.map(({ situation }) => situation.calendar);
      const text = agreementText(calendars, { effectiveFrom: `${year}-01-01` });
      const { warehouse } = await tablesOf({ agreements: [text], asOf: `${year}-12-31T00:00:00Z` });
      const leads = worlds.flatMap(({ situation: { calendar, around }, all }, index) => {
        const open = new CalendarMinutes(calendar, around - reach, around + reach);
        return all.map((each) => {
          const lead: KeyedCase = { ...moved(each, around), key: index + 1 };
          return { lead, open, counted: countClock(lead, open, around + reach - 2 * day) };
        });
      });
      try {
        await makeClocks(
          warehouse,
          leads.map(({ lead }) => lead),
        );
        const query = (select: string) => rowsByLead(warehouse, select, leads.length);
        const [clocks, pieces, legs, own] = [
          await query(clocksQuery),
          await query(piecesQuery),
          await query(legsQuery),
          await query('select lead_id, own_us / 60000000 as minutes from int_owner_clocks'),
        ];
        for (const [index, { lead, open, counted }] of leads.entries()) {
          // calendars that are seldom open run past the minutes that were counted
          if (counted.due === undefined) continue;
          const found = {
            clock: clocks[index],
            pieces: pieces[index],
            legs: legs[index],
            own: own[index]?.[0]?.minutes,
          };
          expect({ lead, ...found }).toEqual({
            lead,
            clock: [clockRow(counted)],
            pieces: counted.pieces,
            legs: countLegs(lead, open, counted),
            own: countOwn(lead, open, counted) ?? undefined,
          });
        }
      } finally {
        warehouse.close();
      }
    }),
    runs,
  ),
);

const clocksQuery = `
  select
    lead_id,
    epoch_us(started_at) // 60000000 as started,
    epoch_us(due_at) // 60000000 as due,
    promised_us / 60000000 as promised,
    response_us / 60000000 as response
  from int_response_clocks`;

const piecesQuery = `
  select
    lead_id,
    epoch_us(starts_at) // 60000000 as "from",
    epoch_us(ends_at) // 60000000 as "until",
    reason
  from clock_ledger
  order by piece_no`;

const legsQuery = `
  select lead_id, owner_id as owner, business_minutes as minutes, is_charged as "isCharged"
  from lead_owner_times
  order by leg_no`;

function clockRow({ started, due, promised, response }: CountedClock): object {
  return { started, due, promised, response };
}

/** Instants from the middle of a situation as minutes since 1970. */
function moved(each: ClockCase, around: number): ClockCase {
  const move = (at: number | null) => (at === null ? null : around + at);
  return {
    ...each,
    mql: around + each.mql,
    responded: move(each.responded),
    closed: move(each.closed),
    assignments: each.assignments.map(({ at, owner }) => ({ at: around + at, owner })),
    asks: each.asks.map(({ at, isPause }) => ({ at: around + at, isPause })),
  };
}
