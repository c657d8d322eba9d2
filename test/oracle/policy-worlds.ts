import { nastyAgreement, nastyCalendars, teamsWith } from './nasty-agreements.ts';
import { nastyEvents, type Season } from './nasty-events.ts';
import { withExtras } from './nasty-extras.ts';
import { Random } from './random.ts';
import { instant } from './time.ts';
import {
  type Agreement,
  type Condition,
  type FollowUpPromise,
  type Policies,
  type Score,
  type Tier,
  usualPolicies,
  type Within,
  type World,
} from './types.ts';
import { autumnRules, autumnSeason, springRules, springSeason } from './worlds.ts';

/** Worlds whose agreements choose policies, and change them in the middle of a quarter. */

const demoRequest: Condition = { attribute: 'lead_type', in: ['demo_request'] };
const icp: Condition[] = [
  { attribute: 'country', in: ['DK', 'SE'] },
  { attribute: 'company_size', atLeast: 50 },
];

const response: Tier<Within>[] = [
  { id: 'demo', when: [demoRequest], normal: 30, reduced: 60, surge: 120 },
  { id: 'standard', when: [], normal: 120, reduced: 480 },
];
const shortResponse: Tier<Within>[] = [
  { id: 'small', when: [{ attribute: 'company_size', atMost: 10 }], normal: 37.5, surge: 90 },
  { id: 'known', when: [{ attribute: 'country', filled: true }], normal: 90, surge: 480 },
];
const followUp: Tier<FollowUpPromise>[] = [
  {
    id: null,
    when: [],
    normal: { attempts: 3, channels: 2, businessDays: 3 },
    reduced: { attempts: 2, channels: 1, businessDays: 5 },
  },
];
const tieredFollowUp: Tier<FollowUpPromise>[] = [
  {
    id: 'demo',
    when: [demoRequest],
    normal: { attempts: 2, channels: 2, businessDays: 1 },
    surge: { attempts: 1, channels: 1, businessDays: 2 },
  },
  { id: 'others', when: [], normal: { attempts: 2, channels: 1, businessDays: 2 } },
];
const acceptance: Tier<Within>[] = [{ id: null, when: [], normal: 960, reduced: 1440, surge: 1200 }];
const tieredAcceptance: Tier<Within>[] = [
  { id: 'demo', when: [demoRequest], normal: 120 },
  { id: 'large', when: [{ attribute: 'company_size', atLeast: 50 }], normal: 480, reduced: 960 },
];

const score: Score = {
  fit: [
    { condition: { attribute: 'country', in: ['DK'] }, points: 20 },
    { condition: { attribute: 'company_size', atLeast: 50 }, points: 20 },
    { condition: { attribute: 'lead_type', in: ['webinar'] }, points: -5 },
  ],
  intent: [
    { action: 'content_download', points: 15, decaysOverDays: 30, atMost: 30 },
    { action: 'page_view', points: 7, decaysOverDays: 14, atMost: 10 },
  ],
  bands: [20, 40, 50],
};
const otherScore: Score = {
  fit: [{ condition: { attribute: 'country', in: ['SE', 'DK'] }, points: 10 }],
  intent: [{ action: 'webinar', points: 12.5, decaysOverDays: 0.5, atMost: null }],
  bands: [10],
};

const people = new Map([
  ['rep-0', { calendar: 'office', hours: week(['09:00-11:00', '13:00-15:00'], 2), absent: [] }],
  [
    'rep-1',
    {
      calendar: 'office',
      hours: null,
      absent: [
        { from: '2026-03-12', to: '2026-03-13' },
        { from: '2026-04-01', to: '2026-04-08' },
      ],
    },
  ],
  [
    'rep-2',
    {
      calendar: 'london',
      hours: null,
      absent: [
        { from: '2026-04-09', to: '2026-04-09' },
        { from: '2026-10-26', to: '2026-10-27' },
      ],
    },
  ],
]);

/** Monday to some day, one to many. */
function week(hours: readonly string[], days: number): string[][] {
  return Array.from({ length: 7 }, (_, index) => (index < days ? [...hours] : []));
}

const rules = {
  spring: {
    ...springRules,
    holidays: [...springRules.holidays, '2026-04-04', '2026-04-05'],
    reduced: [{ from: '2026-03-27', to: '2026-04-02' }],
  },
  autumn: {
    ...autumnRules,
    reduced: [
      { from: '2026-09-05', to: '2026-09-06' },
      { from: '2026-10-24', to: '2026-10-25' },
    ],
  },
};

interface Choice extends Partial<Omit<Agreement, 'policies'>> {
  readonly effectiveFrom: string;
  readonly policies: Partial<Policies>;
}

interface Setting {
  readonly season: Season;
  readonly asOf: string;
  readonly rules: Parameters<typeof nastyCalendars>[0];
  readonly before: Choice;
  readonly after: Choice;
}

function world({ season, asOf, rules: dates, before, after }: Setting, seed: number, leads: number): World {
  const random = new Random(seed);
  const agreement = (choice: Choice, opening: string): Agreement =>
    nastyAgreement({
      id: `from-${choice.effectiveFrom}`,
      calendars: nastyCalendars(dates, opening),
      ...choice,
      policies: { ...usualPolicies, ...choice.policies },
    });
  const events = withExtras(random, season, instant(asOf), nastyEvents(random, season, leads));
  return { asOf: instant(asOf), agreements: [agreement(before, '08:00'), agreement(after, '07:15')], events };
}

/** The clock waits for an assignment and starts anew with each owner; then it runs from the MQL, and each owner is charged. */
export const assigned = world.bind(null, {
  season: springSeason,
  asOf: '2026-04-20T11:17:23.000001Z',
  rules: rules.spring,
  before: {
    effectiveFrom: '2026-03-10',
    firstResponse: response,
    followUp,
    acceptance,
    reportWithinDays: 1,
    teams: teamsWith({ dk: 2, uk: 1, night: 2, chile: 1 }),
    people,
    policies: {
      responseClockStarts: 'assignment',
      reassignment: 'restarts',
      selfBooked: 'does_not_answer',
      loggedLate: { afterHours: 24, counts: false },
      responseChannels: ['phone', 'email'],
      pausedGraceMinutes: 30,
    },
  },
  after: {
    effectiveFrom: '2026-04-03',
    firstResponse: shortResponse.map(({ surge: _, ...tier }) => tier),
    followUp: [],
    people,
    policies: { reassignment: 'charges_each', selfBooked: 'answers', acceptance: 'verified', pausedGraceMinutes: 10 },
  },
});

/** Whoever answers one lead of an account answers all; nothing else is promised to lists that were bought. */
export const accounts = world.bind(null, {
  season: springSeason,
  asOf: '2026-04-21T06:00:00Z',
  rules: rules.spring,
  before: {
    effectiveFrom: '2026-03-01',
    firstResponse: response.map(({ surge: _, ...tier }) => tier),
    followUp: [],
    acceptance: tieredAcceptance,
    reportWithinDays: 2,
    icp,
    policies: {
      accountAttribute: 'company_id',
      excluded: [{ attribute: 'source', in: ['list_import'] }],
      followUpChannels: ['phone', 'sms'],
      reassignment: 'restarts',
    },
  },
  after: {
    effectiveFrom: '2026-04-01',
    firstResponse: shortResponse,
    followUp: tieredFollowUp,
    acceptance: tieredAcceptance,
    teams: teamsWith({ dk: 2, uk: 1, night: 3, island: 2 }),
    icp,
    policies: {
      accountAttribute: 'company_id',
      responseClockStarts: 'assignment',
      selfBooked: 'does_not_answer',
      loggedLate: { afterHours: 24, counts: false },
      responseChannels: ['phone', 'email', 'sms'],
      excluded: [
        { attribute: 'source', in: ['list_import'] },
        { attribute: 'company_size', atMost: 5 },
      ],
      attemptsWithinMinutes: 10,
      abandonedAfterBusinessDays: 2,
    },
  },
});

/** More leads than a team can take, on days when the clocks of the teams change, and fewer people at work. */
export const surging = world.bind(null, {
  season: { ...autumnSeason, teams: ['dk', 'uk', 'chile', 'night', 'clock', 'clock', 'clock'] },
  asOf: '2026-11-06T09:00:00Z',
  rules: rules.autumn,
  before: {
    effectiveFrom: '2026-08-20',
    firstResponse: response,
    followUp,
    acceptance,
    reportWithinDays: 3,
    teams: teamsWith({ dk: 1, uk: 1, chile: 2, island: 1, clock: 1 }),
    policies: {
      acceptance: 'verified',
      attemptsWithinMinutes: 5,
      loggedLate: { afterHours: 4, counts: true },
      excluded: [{ attribute: 'source', in: ['list_import'] }],
      reassignment: 'restarts',
      pausedGraceMinutes: 60,
      abandonedAfterBusinessDays: 1,
    },
  },
  after: {
    effectiveFrom: '2026-10-25',
    firstResponse: shortResponse,
    followUp: tieredFollowUp,
    acceptance,
    reportWithinDays: 1,
    teams: teamsWith({ dk: 2, uk: 1, night: 1, chile: 3, island: 2, clock: 1 }),
    people,
    policies: {
      acceptance: 'verified',
      reassignment: 'charges_each',
      responseClockStarts: 'assignment',
      followUpChannels: ['phone', 'email'],
      attemptsWithinMinutes: 10,
      loggedLate: { afterHours: 24, counts: false },
    },
  },
});

/** Points and entry criteria, other ones from the middle of the quarter on, and a third agreement that has none. */
export const scored = (seed: number, leads: number): World => {
  const two = world(
    {
      season: autumnSeason,
      asOf: '2026-11-05T15:00:00Z',
      rules: rules.autumn,
      before: {
        effectiveFrom: '2026-09-01',
        firstResponse: response.map(({ surge: _, ...tier }) => tier),
        reportWithinDays: 2,
        icp,
        score,
        criteria: { icp: true, scoreAtLeast: 40 },
        requiredFields: { mql: ['country', 'company_size'], sal: ['lead_type'] },
        people,
        policies: {
          responseClockStarts: 'assignment',
          selfBooked: 'answers',
          loggedLate: { afterHours: 24, counts: true },
        },
      },
      after: {
        effectiveFrom: '2026-10-04',
        firstResponse: response.map(({ surge: _, ...tier }) => tier),
        followUp,
        acceptance: tieredAcceptance,
        score: otherScore,
        criteria: { icp: false, scoreAtLeast: 12.5 },
        people,
        target: { usual: 0.9, quarters: { '2026-q4': 0.85 }, teams: { uk: 0.8 } },
        policies: { reassignment: 'restarts', responseChannels: ['phone'], accountAttribute: 'country' },
      },
    },
    seed,
    leads,
  );
  const last = nastyAgreement({
    id: 'from-2026-11-01',
    effectiveFrom: '2026-11-01',
    calendars: nastyCalendars(rules.autumn, '08:00'),
    firstResponse: [{ id: null, when: [], normal: 90 }],
    followUp,
    reportWithinDays: 1,
    score,
  });
  return { ...two, agreements: [...two.agreements, last] };
};
