import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkAgreements } from '../../src/agreement/check.ts';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { readAgreement } from '../../src/project/agreement-file.ts';
import { agreementOf } from './tables-of.ts';

const lines = [
  'id: 2026-h1',
  'effective_from: 2026-02-01',
  'time_zone: Europe/Copenhagen',
  'owners: { marketing: { title: Head of Marketing }, sales: { title: Sales Director } }',
  'calendars:',
  '  office:',
  '    hours: { mon: ["08:00-12:00", "12:30-16:00"], fri: ["22:00-06:00"] }',
  '    closed: { 2026-12-24: Christmas Eve }',
  '    special_hours: { 2026-12-23: ["08:00-12:00"] }',
  'default_calendar: office',
  'teams: { uk: office }',
  'promises:',
  '  marketing:',
  '    - { id: volume, metric: mql_volume, target: 90, per: month }',
  '  sales:',
  '    - id: first_response',
  '      metric: response_within_sla_rate',
  '      target: 90 %',
  '      tiers:',
  '        - { id: demo, when: { lead_type: [demo_request], company_size: { at_least: 50 } }, within_minutes: 30 }',
  '        - { id: standard, within_minutes: 120 }',
  '    - { id: follow_up, metric: follow_up_rate, target: 0.8, attempts: 5, channels: 2, business_days: 10 }',
  'icp: [{ attribute: country, in: [DK, NO] }]',
  'stages: { mql: { required_fields: [country] } }',
  'approvals: [{ by: sales, on: 2026-01-10, terms: "0a1b2c3d" }]',
];
const text = lines.join('\n');

test('an agreement is read into precise types', () => {
  const agreement = agreementOf(text);
  expect(agreement).toMatchObject({
    id: '2026-h1',
    effectiveFrom: '2026-02-01',
    timeZone: 'Europe/Copenhagen',
    fiscalYearStartMonth: 1,
    owners: { marketing: { title: 'Head of Marketing' }, sales: { title: 'Sales Director' } },
    defaultCalendar: 'office',
    teams: [{ team: 'uk', calendar: 'office' }],
    icp: [{ attribute: 'country', operator: 'in', values: ['DK', 'NO'] }],
    stages: [{ stage: 'mql', requiredFields: ['country'] }],
    releaseReasons: ['duplicate', 'spam', 'competitor', 'applicant', 'opted_out'],
    approvals: [{ by: 'sales', on: '2026-01-10', terms: '0a1b2c3d' }],
  });
  expect(agreement.calendars).toMatchObject([
    {
      name: 'office',
      timeZone: 'Europe/Copenhagen',
      hours: [
        {
          weekday: 1,
          intervals: [
            { opens: 480, closes: 720 },
            { opens: 750, closes: 960 },
          ],
        },
        { weekday: 5, intervals: [{ opens: 1320, closes: 1800 }] },
      ],
      closed: [{ date: '2026-12-24', name: { en: 'Christmas Eve', da: 'Christmas Eve' } }],
      specialHours: [{ date: '2026-12-23', intervals: [{ opens: 480, closes: 720 }] }],
    },
  ]);
  expect(agreement.promises).toMatchObject([
    { kind: 'metric', side: 'marketing', id: 'volume', target: 90, grain: 'month' },
    {
      kind: 'first_response',
      side: 'sales',
      target: 0.9,
      tiers: [
        {
          id: 'demo',
          when: [
            { attribute: 'lead_type', operator: 'in', values: ['demo_request'] },
            { attribute: 'company_size', operator: 'at_least', number: 50 },
          ],
          businessMinutes: 30,
        },
        { id: 'standard', when: [], businessMinutes: 120 },
      ],
    },
    { kind: 'follow_up', tiers: [{ attempts: 5, channels: 2, businessDays: 10 }] },
  ]);
  expect(agreement.promises[2]).not.toHaveProperty('tiers.0.id');
});

test.each(['2026-h1', '2026-h2'])('the agreement %s that ships is in order', (id) => {
  const path = `metrics/agreements/${id}.yml`;
  const shipped = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  expect(agreementOf(shipped, path).id).toBe(id);
});

/** Replaces a piece of the agreement; the place reported must be where `at` then stands. */
const mistakes: { what: string; from: string; to: string; at: string; code: string; message: string; fix?: string }[] =
  [
    {
      what: 'an unknown zone',
      from: 'Europe/Copenhagen',
      to: 'Europe/Copenhagn',
      at: 'Europe/Copenhagn',
      code: 'unknown-time-zone',
      message: 'unknown time zone "Europe/Copenhagn"',
      fix: 'Did you mean "Europe/Copenhagen"?',
    },
    {
      what: 'an abbreviation for a zone',
      from: 'Europe/Copenhagen',
      to: 'CET',
      at: 'CET',
      code: 'unknown-time-zone',
      message: 'unknown time zone "CET"',
    },
    {
      what: 'overlapping hours',
      from: '"12:30-16:00"',
      to: '"11:30-16:00"',
      at: '"11:30-16:00"',
      code: 'overlapping-hours',
      message: 'overlapping hours in hours.mon',
    },
    {
      what: 'hours that a night shift of the same day overlaps',
      from: '["22:00-06:00"]',
      to: '["22:00-06:00", "23:00-23:30"]',
      at: '"23:00-23:30"',
      code: 'overlapping-hours',
      message: 'overlapping hours in hours.fri',
    },
    {
      what: 'a weekday without hours',
      from: 'fri: ["22:00-06:00"]',
      to: 'fri: []',
      at: '[]',
      code: 'invalid-value',
      message: 'calendars.office.hours.fri: no hours: leave the day out when it is closed',
    },
    {
      what: 'a time that is none',
      from: '08:00-12:00"]',
      to: '08:00-25:00"]',
      at: '"08:00-25:00"',
      code: 'invalid-value',
      message: 'calendars.office.special_hours.2026-12-23.0: "08:00-25:00" is not hours such as "08:00-16:00"',
    },
    {
      what: 'a day that no month has',
      from: 'effective_from: 2026-02-01',
      to: 'effective_from: 2026-02-30',
      at: '2026-02-30',
      code: 'invalid-value',
      message: 'effective_from: not a date such as 2026-07-01 (of the years 1970 to 2099)',
    },
    {
      what: 'a closed day that no month has',
      from: '2026-12-24:',
      to: '2026-13-24:',
      at: '2026-13-24',
      code: 'invalid-date',
      message: '"2026-13-24" is not a date',
    },
    {
      what: 'a team with an unknown calendar',
      from: 'uk: office',
      to: 'uk: ofice',
      at: 'ofice',
      code: 'unknown-calendar',
      message: 'unknown calendar "ofice"',
      fix: 'Did you mean "office"?',
    },
    {
      what: 'an unknown default calendar',
      from: 'default_calendar: office',
      to: 'default_calendar: london',
      at: 'london',
      code: 'unknown-calendar',
      message: 'unknown calendar "london"',
    },
    {
      what: 'the same tier twice',
      from: 'id: standard',
      to: 'id: demo',
      at: 'demo, within_minutes: 120',
      code: 'duplicate-tier',
      message: 'tier "demo" twice',
    },
    {
      what: 'a target of 120 %',
      from: '90 %',
      to: '120 %',
      at: '120 %',
      code: 'target-out-of-range',
      message: '"first_response": target 1.2 is out of range',
    },
    {
      what: 'a percentage without its sign',
      from: 'target: 0.8',
      to: 'target: 80',
      at: '80, attempts',
      code: 'target-out-of-range',
      message: '"follow_up": target 80 is out of range',
      fix: 'Did you mean 80 %?',
    },
    {
      what: 'a tier below one that takes every lead',
      from: 'lead_type: [demo_request], company_size: { at_least: 50 }',
      to: '',
      at: '{ id: standard',
      code: 'unreachable-tier',
      message: '"first_response": tier "standard" can never match: "demo" above it takes every lead',
    },
    {
      what: 'a tier below a wider one',
      from: '{ id: standard, within',
      to: '{ id: big, when: { lead_type: demo_request, company_size: { at_least: 80 } }, within',
      at: '{ id: big',
      code: 'unreachable-tier',
      message: '"first_response": tier "big" can never match: "demo" above it takes all its leads',
    },
    {
      what: 'a condition that nobody can meet',
      from: '{ at_least: 50 }',
      to: '{ at_least: 50, at_most: 40 }',
      at: '{ at_least: 50, at_most',
      code: 'impossible-condition',
      message: '"company_size" cannot be at least 50 and at most 40',
    },
    {
      what: 'a list that the test beside it rules out',
      from: '{ at_least: 50 }',
      to: '{ in: [50, 60], at_most: 10 }',
      at: '{ in: [50, 60]',
      code: 'impossible-condition',
      message: '"company_size" cannot be any of 50, 60 and pass the tests beside it',
    },
    {
      what: 'more channels than attempts',
      from: 'attempts: 5, channels: 2',
      to: 'attempts: 3, channels: 4',
      at: '4, business_days',
      code: 'impossible-promise',
      message: '"follow_up": 3 attempts cannot be made over 4 channels',
    },
    {
      what: 'a set of holidays twice',
      from: '    closed:',
      to: '    holidays: [dk, dk]\n    closed:',
      at: 'dk]',
      code: 'duplicate-holiday-set',
      message: 'holiday set "dk" twice',
    },
    {
      what: 'a target that is missing',
      from: 'target: 0.8, ',
      to: '',
      at: '{ id: follow_up',
      code: 'missing-key',
      message: 'missing key "promises.sales.follow_up.target"',
    },
    {
      what: 'targets without the one that holds otherwise',
      from: 'target: 90 %',
      to: 'target: { teams: { uk: 80 % } }',
      at: '{ teams',
      code: 'missing-key',
      message: 'missing key "promises.sales.first_response.target.default"',
    },
    {
      what: 'a decimal comma',
      from: '90 %',
      to: '90,5 %',
      at: '90,5 %',
      code: 'invalid-value',
      message: 'promises.sales.first_response.target: "90,5 %" is not a number or a percentage such as 90 %',
      fix: 'Write 90.5 %.',
    },
    {
      what: 'a decimal comma between braces',
      from: 'target: 90 %',
      to: 'target: { default: 90 %, teams: { uk: 85,5 % } }',
      at: '5 % }',
      code: 'missing-key',
      message: '"5 %" is a key without a value',
      fix: 'Write 85.5 %.',
    },
    {
      what: 'a second promise of a kind',
      from: '    - { id: follow_up',
      to: '    - { id: again, metric: won, target: 0.8, within_minutes: 60 }\n    - { id: follow_up',
      at: '{ id: again',
      code: 'duplicate-promise',
      message: '"again": a second first_response promise',
    },
    {
      what: 'a condition that says nothing',
      from: '{ at_least: 50 }',
      to: '{}',
      at: '{} }, within',
      code: 'invalid-value',
      message:
        'promises.sales.first_response.tiers.demo.when.company_size: tests nothing: say in, at_least, at_most or filled',
    },
    {
      what: 'an unknown stage',
      from: 'mql: { req',
      to: 'mqll: { req',
      at: 'mqll',
      code: 'unknown-stage',
      message: 'unknown stage "mqll"',
      fix: 'Did you mean "mql"?',
    },
    {
      what: 'a misspelt key',
      from: 'business_days: 10',
      to: 'busines_days: 10',
      at: 'busines_days',
      code: 'unknown-key',
      message: 'unknown key "promises.sales.follow_up.busines_days"',
      fix: 'Did you mean "business_days"?',
    },
    {
      what: 'a follow-up without its span',
      from: ', business_days: 10',
      to: '',
      at: '{ id: follow_up',
      code: 'missing-key',
      message: '"follow_up": missing key "business_days"',
    },
    {
      what: 'minutes promised by marketing',
      from: 'per: month',
      to: 'within_minutes: 30',
      at: 'volume, metric',
      code: 'invalid-promise',
      message: '"volume" is promised by marketing',
    },
    {
      what: 'two promises of the same name',
      from: 'id: follow_up',
      to: 'id: volume',
      at: 'volume, metric: follow_up_rate',
      code: 'duplicate-promise',
      message: 'a second promise "volume"',
    },
    {
      what: 'a first response without its time',
      from: 'id: standard, within_minutes: 120',
      to: 'id: standard',
      at: '{ id: standard',
      code: 'missing-key',
      message: '"first_response": missing key "within_minutes"',
    },
    {
      what: 'the metric of another promise',
      from: 'metric: follow_up_rate',
      to: 'metric: acceptance_within_sla_rate',
      at: 'acceptance_within_sla_rate',
      code: 'invalid-promise',
      message: '"follow_up": acceptance_within_sla_rate does not measure follow-up',
    },
    {
      what: 'two targets for one metric',
      from: 'metric: mql_volume, target: 90',
      to: 'metric: follow_up_rate, target: 0.9',
      at: 'follow_up_rate, target: 0.8',
      code: 'duplicate-target',
      message: 'a second target for "follow_up_rate"',
    },
    {
      what: 'a second approval of the same terms',
      from: '"0a1b2c3d" }]',
      to: '"0a1b2c3d" }, { by: sales, on: 2026-01-11, terms: "0a1b2c3d" }]',
      at: '{ by: sales, on: 2026-01-11',
      code: 'duplicate-approval',
      message: 'sales approved the terms 0a1b2c3d twice',
      fix: 'Remove one of them.',
    },
    {
      what: 'terms that are no hash of any',
      from: '"0a1b2c3d"',
      to: 'yes',
      at: 'yes',
      code: 'invalid-value',
      message: 'approvals.0.terms: terms are eight digits of 0 to 9 and a to f, as "handover diff" prints them',
    },
    {
      what: 'an approval on a day that is none',
      from: '2026-01-10',
      to: '2026-02-30',
      at: '2026-02-30',
      code: 'invalid-value',
      message: 'approvals.0.on: not a date such as 2026-07-01 (of the years 1970 to 2099)',
    },
  ];

test.each(mistakes)('$what is named with its place', ({ from, to, at, code, message, fix }) => {
  const wrong = text.replace(from, to);
  expect(wrong).not.toBe(text);
  const problems: Diagnostic[] = [];
  readAgreement({ path: 'metrics/agreements/2026-h1.yml', text: wrong }, problems);
  const offset = wrong.lastIndexOf(at);
  const before = wrong.slice(0, offset).split('\n');
  const place = { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  expect(problems).toMatchObject([
    { severity: 'error', code, message, file: 'metrics/agreements/2026-h1.yml', ...place, ...(fix && { fix }) },
  ]);
});

test.each([
  ['first_response', 'response_within_sla_rate', ['within_minutes']],
  ['follow_up', 'follow_up_rate', ['attempts', 'channels', 'business_days']],
  ['acceptance', 'acceptance_within_sla_rate', ['accept_within_hours']],
  ['outcome', 'meeting_outcome_reported_rate', ['report_within_days']],
])('a promise %s that does not say how much is no target alone', (id, metric, keys) => {
  const wrong = [...lines.slice(0, 15), `    - { id: ${id}, metric: ${metric}, target: 90 % }`].join('\n');
  const problems: Diagnostic[] = [];
  readAgreement({ path: 'a.yml', text: wrong }, problems);
  expect(problems).toMatchObject(
    keys.map((key) => ({
      code: 'missing-key',
      line: 16,
      message: `"${id}": missing key "${key}"`,
      expected: `how much is promised: ${metric} measures it`,
    })),
  );
});

test('agreements must differ in day and name, and share the zone and the fiscal year', () => {
  const first = agreementOf(text, 'metrics/agreements/a.yml');
  const second = agreementOf(
    `${text.replace('Europe/Copenhagen', 'Europe/London')}\nfiscal_year_starts: april`,
    'metrics/agreements/b.yml',
  );
  expect(checkAgreements([first, second], [])).toMatchObject([
    { code: 'duplicate-agreement', file: 'metrics/agreements/b.yml', line: 1, column: 5 },
    {
      code: 'same-effective-day',
      message: 'two agreements take effect on 2026-02-01; the other is metrics/agreements/a.yml',
      line: 2,
      column: 17,
    },
    { code: 'different-time-zone', line: 3 },
    { code: 'different-fiscal-year', line: 26 },
  ]);
});

test('a promise on a metric that does not exist is an error', () => {
  const metrics = ['mql_volume', 'response_within_sla_rate', 'follow_up_rates'];
  expect(checkAgreements([agreementOf(text)], metrics)).toMatchObject([
    {
      code: 'unknown-metric',
      message: 'unknown metric "follow_up_rate"',
      line: 22,
      fix: 'Did you mean "follow_up_rates"?',
    },
  ]);
});
