import { expect, test } from 'vitest';
import { reviseBy } from '../../src/agreement/terms.ts';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { readAgreement } from '../../src/project/agreement-file.ts';
import { agreementOf, tablesOf } from './tables-of.ts';
import { wholeAgreement } from './whole-agreement.ts';

const asOf = '2026-03-01T00:00:00Z';

test('each tier has a row for every variant that is written, with its clause', async () => {
  const { warehouse } = await tablesOf({ agreements: [wholeAgreement], asOf });
  const rows = await warehouse.rows(`
    select clause, promise, kind, tier_no, variant, concat_ws(' ', business_minutes, attempts, channels, business_days) as effort
    from sla.promises`);
  expect(rows.map((row) => Object.values(row).join(' '))).toEqual([
    'first_response first_response/demo first_response 1 normal 30.0',
    'first_response first_response/demo first_response 1 reduced 60.0',
    'first_response first_response/demo first_response 1 surge 120.0',
    'first_response first_response/standard first_response 2 normal 120.0',
    'follow_up follow_up follow_up 1 normal 5 2 10',
    'follow_up follow_up follow_up 1 reduced 3 2 15',
    'acceptance_time acceptance_time acceptance 1 normal 960.0',
    'meeting_outcome meeting_outcome meeting_outcome 1 normal 2',
  ]);
});

test('targets of a quarter and of a team stand beside the one for everybody', async () => {
  const { warehouse } = await tablesOf({ agreements: [wholeAgreement], asOf });
  const rows = await warehouse.rows(`
    select team, quarter_start, target from sla.targets where promise = 'first_response' order by target`);
  expect(rows).toEqual([
    { team: 'uk', quarter_start: null, target: 0.8 },
    { team: null, quarter_start: '2026-07-01', target: 0.85 },
    { team: null, quarter_start: null, target: 0.9 },
  ]);
});

test('a quarter is the one that starts in the calendar quarter it is called after', async () => {
  const shifted = wholeAgreement.replace('time_zone: UTC', 'time_zone: UTC\nfiscal_year_starts: february');
  const { warehouse } = await tablesOf({ agreements: [shifted], asOf });
  const rows = await warehouse.rows('select quarter_start from sla.targets where quarter_start is not null');
  expect(rows).toEqual([{ quarter_start: '2026-08-01' }]);
});

test('policies, score and criteria become rows', async () => {
  const { warehouse } = await tablesOf({ agreements: [wholeAgreement], asOf });
  expect(await warehouse.rows('select * exclude agreement from sla.policies')).toEqual([
    {
      acceptance: 'verified',
      response_clock_starts: 'assignment',
      reassignment: 'restarts',
      self_booked: 'answers',
      attempts_within_us: 600_000_000,
      logged_late_after_us: 86_400_000_000,
      logged_late_counts: false,
      account_attribute: 'company_id',
      paused_grace_us: 1_800_000_000,
      abandoned_after_business_days: 3,
    },
  ]);
  expect(await warehouse.rows('select * exclude agreement from sla.criteria')).toEqual([
    { needs_icp: true, score_at_least: 40 },
  ]);
  const bands = await warehouse.rows('select band, from_points, until_points from sla.score_bands order by band_no');
  expect(bands).toEqual([
    { band: 'under 20', from_points: null, until_points: 20 },
    { band: '20–40', from_points: 20, until_points: 40 },
    { band: '40 or more', from_points: 40, until_points: null },
  ]);
  const rules = await warehouse.rows('select distinct rule from sla.conditions order by rule');
  expect(rules.map(({ rule }) => rule)).toEqual(['excluded/1', 'first_response/demo', 'fit/1', 'icp']);
  const attributes = await warehouse.rows('from sla.attributes');
  expect(attributes.map(({ attribute }) => attribute)).toContain('company_id');
});

test('a part-timer has the hours written, the holidays of the team and no day of absence', async () => {
  const { warehouse } = await tablesOf({ agreements: [wholeAgreement], asOf });
  const rows = await warehouse.rows(`
    select strftime(timezone('UTC', make_timestamptz(opens_us)), '%a %d %b %H:%M') as opens, (closes_us - opens_us) // 3600000000 as hours
    from sla.calendar_intervals
    inner join sla.owner_calendars using (calendar_key)
    where owner_id = 'rep_1' and opens_us >= epoch_us(timestamptz '2026-05-11 00:00:00Z')
    order by opens_us
    limit 4`);
  // The special hours of Tuesday hold, those of Wednesday are no day of work; 26 May and all of June are away.
  expect(rows).toEqual([
    { opens: 'Tue 12 May 08:00', hours: 4 },
    { opens: 'Tue 19 May 08:00', hours: 2 },
    { opens: 'Tue 07 Jul 08:00', hours: 4 },
    { opens: 'Tue 14 Jul 08:00', hours: 4 },
  ]);
});

test('an agreement that was to be revised says so, until its successor is written', async () => {
  const late = { asOf: '2026-05-01T00:00:00Z' };
  const { warnings } = await tablesOf({ agreements: [wholeAgreement], ...late });
  expect(warnings).toMatchObject([
    { code: 'revision-overdue', severity: 'warning', message: 'agreement "whole" was to be revised by 2026-05-01' },
  ]);
  const next = wholeAgreement.replace('id: whole', 'id: next').replace('2026-02-01', '2026-05-02');
  expect((await tablesOf({ agreements: [wholeAgreement, next], ...late })).warnings).toEqual([]);
  expect((await tablesOf({ agreements: [wholeAgreement], asOf: '2026-04-30T23:59:59Z' })).warnings).toEqual([]);
});

test.each([
  ['2026-08-31', 6, '2027-02-28'],
  ['2026-01-31', 1, '2026-02-28'],
  ['2026-11-30', 3, '2027-02-28'],
  ['2026-12-15', 12, '2027-12-15'],
])('from %s on, %i months are over on %s', (from, months, by) => {
  const text = wholeAgreement.replace('2026-02-01', from).replace('every_months: 3', `every_months: ${months}`);
  expect(reviseBy(agreementOf(text))).toBe(by);
});

const mistakes: [what: string, from: string, to: string, code: string, message: string][] = [
  [
    'a target of 120 % in a quarter',
    '2026-q3: 85 %',
    '2026-q3: 120 %',
    'target-out-of-range',
    '"first_response": target 1.2 is out of range',
  ],
  ['a quarter that is none', '2026-q3', '2026-q5', 'invalid-value', 'not a quarter such as 2026-q3'],
  [
    'a target for an unknown team',
    'teams: { uk: 80 % }',
    'teams: { ukk: 80 % }',
    'unknown-team',
    '"first_response": a target for the unknown team "ukk"',
  ],
  [
    'a reduced promise that lacks a key',
    'reduced: { attempts: 3, channels: 2, ',
    'reduced: { attempts: 3, ',
    'missing-key',
    '"follow_up", "reduced": missing key "channels"',
  ],
  [
    'a reduced promise of another kind',
    'reduced: { within_minutes: 60 }',
    'reduced: { attempts: 2 }',
    'invalid-promise',
    '"first_response": "attempts" belongs to follow-up, "within_minutes" to a first response',
  ],
  [
    'a reduced promise without reduced dates',
    '- { from: 2026-07-06, to: 2026-07-24, title: { en: Industrial holiday, da: Industriferie } }',
    '[]',
    'unreachable-tier',
    '"first_response": no calendar has reduced dates',
  ],
  [
    'a surge promise without a capacity',
    '{ calendar: office, capacity_per_day: 12 }',
    'office',
    'unreachable-tier',
    '"first_response": no team has a capacity',
  ],
  [
    'a reduced range that ends before it begins',
    'to: 2026-07-24',
    'to: 2026-07-01',
    'invalid-range',
    '"Industrial holiday" ends on 2026-07-01, before it begins',
  ],
  [
    'overlapping reduced ranges',
    'reduced:\n',
    'reduced:\n      - { from: 2026-07-20, to: 2026-08-01, title: { en: School, da: Skole } }\n',
    'overlapping-ranges',
    '"Industrial holiday" overlaps "School"',
  ],
  [
    'an absence that is no date',
    '2026-05-26, ',
    '2026-05-32, ',
    'invalid-value',
    'not a date, or two with a slash between',
  ],
  ['absences that overlap', '2026-05-26, ', '2026-06-26, ', 'overlapping-ranges', 'absences of "rep_1" overlap'],
  [
    'a person of an unknown calendar',
    'rep_1: { calendar: office',
    'rep_1: { calendar: ofice',
    'unknown-calendar',
    'unknown calendar "ofice"',
  ],
  [
    'a team of an unknown calendar',
    'dk: { calendar: office',
    'dk: { calendar: ofice',
    'unknown-calendar',
    'unknown calendar "ofice"',
  ],
  ['an unknown stage', '  sal: {', '  sall: {', 'unknown-stage', 'unknown stage "sall"'],
  [
    'criteria of another stage',
    'sal: { req',
    'sal: { criteria: { icp: true }, req',
    'invalid-criteria',
    'criteria are computed for mql, not for "sal"',
  ],
  [
    'an ideal customer without a profile',
    'icp: [{ attribute: country, in: [DK] }]',
    'icp: []',
    'invalid-criteria',
    'the criteria ask for an ideal customer, and "icp" says nothing of it',
  ],
  [
    'a stage target of 300 %',
    'target: 0.75',
    'target: 300 %',
    'target-out-of-range',
    '"sal": target 3 is out of range',
  ],
  ['bands that go down', '[20, 40]', '[40, 20]', 'invalid-bands', 'bands must go up'],
  [
    'an action twice',
    'action: page_view',
    'action: content_download',
    'duplicate-action',
    'action "content_download" twice',
  ],
  [
    'a playbook of no clause',
    'clauses: [first_response]',
    'clauses: [first_respons]',
    'unknown-clause',
    'playbook "first_call": no promise "first_respons"',
  ],
  [
    'tiers of a meeting outcome',
    'report_within_days: 2',
    'report_within_days: 2, reduced: { report_within_days: 4 }',
    'invalid-promise',
    '"meeting_outcome": the outcome of every meeting is promised alike',
  ],
  [
    'a promise named as another rule',
    'id: acceptance_time',
    'id: icp',
    'reserved-name',
    'a promise cannot be called "icp"',
  ],
  [
    'two kinds of promise in one',
    'accept_within_hours: 16',
    'accept_within_hours: 16, within_minutes: 30',
    'invalid-promise',
    '"acceptance_time" is no promise alone',
  ],
  [
    'more channels than count',
    'follow_up_channels: [phone, email]',
    'follow_up_channels: [phone]',
    'impossible-promise',
    '"follow_up": 2 channels promised, but only 1 count',
  ],
  [
    'a policy that does not exist',
    'reassignment: restarts',
    'reassignment: restart',
    'invalid-value',
    'policies.reassignment',
  ],
  [
    'fields where they were once',
    'review:',
    'required_fields: { mql: [country] }\nreview:',
    'unknown-key',
    'unknown key "required_fields"',
  ],
];

test.each(mistakes)('%s is named', (_, from, to, code, message) => {
  const wrong = wholeAgreement.replace(from, to);
  expect(wrong).not.toBe(wholeAgreement);
  const problems: Diagnostic[] = [];
  readAgreement({ path: 'metrics/agreements/whole.yml', text: wrong }, problems);
  expect(problems[0]).toMatchObject({ code, severity: 'error', message: expect.stringContaining(message) });
  expect(problems[0]?.line).toBeGreaterThan(1);
});

test('points that no lead can reach are named', () => {
  const limited = wholeAgreement.replace('decays_over_days: 14', 'decays_over_days: 14, at_most: 5');
  expect(agreementOf(limited).stages[0]?.criteria).toEqual({ icp: true, scoreAtLeast: 40 });
  const problems: Diagnostic[] = [];
  readAgreement({ path: 'a.yml', text: limited.replace('score_at_least: 40', 'score_at_least: 56') }, problems);
  expect(problems).toMatchObject([
    {
      code: 'invalid-criteria',
      message: 'no lead can have 56 points',
      expected: 'at most 55, what all rules are worth together',
    },
  ]);
});
