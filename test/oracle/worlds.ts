import { nastyAgreement, nastyCalendars, teams } from './nasty-agreements.ts';
import { nastyEvents, type Season } from './nasty-events.ts';
import { Random } from './random.ts';
import { instant } from './time.ts';
import type { Condition, FollowUpPromise, Tier, Within, World } from './types.ts';

/** Worlds whose agreements choose no policy: the numbers of the rules as they stand. */

const demo: Tier<Within> = { id: 'demo', when: [{ attribute: 'lead_type', in: ['demo_request'] }], normal: 30 };
const large: Tier<Within> = {
  id: 'large',
  when: [
    { attribute: 'company_size', atLeast: 250 },
    { attribute: 'country', in: ['DK', 'SE'] },
  ],
  normal: 90,
};
const small: Tier<Within> = { id: 'small', when: [{ attribute: 'company_size', atMost: 10 }], normal: 37.5 };
const everyone: Tier<Within> = { id: 'standard', when: [], normal: 480 };
const icp: Condition[] = [
  { attribute: 'country', in: ['DK', 'SE'] },
  { attribute: 'company_size', atLeast: 50 },
];

function attempts(count: number, channels: number, businessDays: number): Tier<FollowUpPromise>[] {
  return [{ id: null, when: [], normal: { attempts: count, channels, businessDays } }];
}

export const springSeason: Season = {
  from: instant('2026-03-03T00:00:00Z'),
  to: instant('2026-04-25T00:00:00Z'),
  moments: [
    '2026-03-29T01:00:00Z',
    '2026-03-31T22:00:00Z',
    '2026-04-03T08:00:00Z',
    '2026-04-05T03:00:00Z',
    '2026-03-09T23:00:00Z',
  ].map(instant),
  teams,
};

export const springRules = {
  holidays: ['2026-03-29', '2026-04-02', '2026-04-03', '2026-04-06'],
  special: { '2026-04-03': ['10:00-12:00'], '2026-04-08': ['12:00-13:00'] },
};

/** Easter and both spring clock changes of the calendars; an agreement that leaves some leads without a promise. */
export function spring(seed: number, leads: number): World {
  const late = { holidays: ['2026-04-03', '2026-04-05'], special: { '2026-04-05': ['22:00-02:00'] } };
  return {
    asOf: instant('2026-04-20T11:17:23.000001Z'),
    agreements: [
      nastyAgreement({
        id: '2026-1',
        effectiveFrom: '2026-03-10',
        calendars: nastyCalendars(springRules, '08:00'),
        firstResponse: [demo, large, small],
        followUp: attempts(2, 2, 2),
        icp,
      }),
      nastyAgreement({
        id: '2026-2',
        effectiveFrom: '2026-04-01',
        calendars: nastyCalendars(late, '07:15'),
        firstResponse: [large, demo, everyone],
        followUp: attempts(3, 1, 3),
      }),
    ],
    events: nastyEvents(new Random(seed), springSeason, leads),
  };
}

export const autumnSeason: Season = {
  from: instant('2026-08-28T00:00:00Z'),
  to: instant('2026-11-10T00:00:00Z'),
  moments: [
    '2026-09-06T04:00:00Z',
    '2026-10-03T15:30:00Z',
    '2026-10-24T22:00:00Z',
    '2026-10-25T01:00:00Z',
    '2026-11-01T06:00:00Z',
  ].map(instant),
  teams,
};

export const autumnRules = {
  holidays: ['2026-09-06', '2026-10-25', '2026-10-31'],
  special: { '2026-10-25': ['12:00-13:00'], '2026-10-04': ['23:00-07:00'] },
};

/** The clock changes of autumn, south and north, and an agreement without a promise to follow up. */
export function autumn(seed: number, leads: number): World {
  return {
    asOf: instant('2026-11-06T09:00:00Z'),
    agreements: [
      nastyAgreement({
        id: 'summer',
        effectiveFrom: '2026-07-01',
        calendars: nastyCalendars({ holidays: [], special: {} }, '08:00'),
        firstResponse: [everyone],
        icp,
      }),
      nastyAgreement({
        id: 'autumn',
        effectiveFrom: '2026-10-25',
        calendars: nastyCalendars(autumnRules, '08:00'),
        firstResponse: [demo, small, everyone],
        followUp: attempts(1, 1, 1),
        icp,
      }),
    ],
    events: nastyEvents(new Random(seed), autumnSeason, leads),
  };
}
