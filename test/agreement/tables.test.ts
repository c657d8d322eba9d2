import { expect, test } from 'vitest';
import { agreementTables, writeAgreementTables } from '../../src/agreement/tables.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';
import { configOf, tablesOf } from './tables-of.ts';

const spring = `
id: spring
effective_from: 2026-02-01
time_zone: Europe/Copenhagen
owners: { marketing: { title: Head of Marketing }, sales: { title: Sales Director } }
calendars:
  office: { hours: { mon: ["08:00-16:00"] } }
  london: { time_zone: Europe/London, hours: { mon: ["09:00-17:00"] } }
default_calendar: office
teams: { uk: london }
promises:
  marketing:
    - { id: volume, metric: mql_volume, target: 90, per: month }
  sales:
    - id: first_response
      metric: response_within_sla_rate
      target: 72.5 %
      tiers:
        - id: demo
          title: { en: demo requests, da: demoforespørgsler }
          when: { lead_type: [demo_request, trial], company_size: { at_least: 50, at_most: 500 } }
          within_minutes: 30
        - { id: standard, within_minutes: 90 }
    - { id: follow_up, metric: follow_up_rate, target: 0.8, attempts: 5, channels: 1, business_days: 10 }
icp: [{ attribute: country, in: [DK, NO] }, { attribute: industry, filled: true }]
stages: { mql: { required_fields: [country, phone] } }
release_reasons: [spam]
`;
const summer = spring.replace('id: spring', 'id: summer').replace('2026-02-01', '2026-07-01');
const asOf = '2026-08-01T00:00:00Z';

test('an agreement is in force from local midnight until the next one is', async () => {
  const { warehouse } = await tablesOf({ agreements: [spring, summer], asOf });
  const rows = await warehouse.rows(`
    select agreement, effective_at, superseded_at, default_calendar_key, marketing_owner, sales_owner
    from sla.agreements
    order by effective_at
  `);
  const owners = { marketing_owner: 'Head of Marketing', sales_owner: 'Sales Director' };
  const [from, until] = ['2026-01-31T23:00:00Z', '2026-06-30T22:00:00Z'];
  expect(rows).toEqual([
    { agreement: 'spring', effective_at: from, superseded_at: until, default_calendar_key: 1, ...owners },
    { agreement: 'summer', effective_at: until, superseded_at: null, default_calendar_key: 3, ...owners },
  ]);
  expect(await warehouse.rows('select agreement, team, calendar_key from sla.team_calendars')).toEqual([
    { agreement: 'spring', team: 'uk', calendar_key: 2 },
    { agreement: 'summer', team: 'uk', calendar_key: 4 },
  ]);
});

test('promises, rules and targets become rows', async () => {
  const { warehouse } = await tablesOf({ agreements: [spring], asOf });
  const follow = { attempts: null, channels: null, business_days: null };
  const response = { clause: 'first_response', kind: 'first_response', variant: 'normal', ...follow };
  expect(await warehouse.rows('select * exclude agreement from sla.promises')).toEqual([
    { promise: 'first_response/demo', tier_no: 1, rule: 'first_response/demo', business_minutes: 30, ...response },
    { promise: 'first_response/standard', tier_no: 2, rule: null, business_minutes: 90, ...response },
    {
      promise: 'follow_up',
      clause: 'follow_up',
      kind: 'follow_up',
      tier_no: 1,
      variant: 'normal',
      rule: null,
      business_minutes: null,
      attempts: 5,
      channels: 1,
      business_days: 10,
    },
  ]);
  const conditions = await warehouse.rows(`
    select concat_ws(' ', rule, condition_no, attribute, operator, value, number) as condition
    from sla.conditions
  `);
  expect(conditions.map(({ condition }) => condition)).toEqual([
    'first_response/demo 1 lead_type in demo_request',
    'first_response/demo 1 lead_type in trial',
    'first_response/demo 2 company_size at_least 50.0',
    'first_response/demo 3 company_size at_most 500.0',
    'icp 1 country in DK',
    'icp 1 country in NO',
    'icp 2 industry filled',
  ]);
  const attributes = await warehouse.rows('from sla.attributes');
  expect(attributes.map(({ attribute }) => attribute)).toEqual([
    'campaign',
    'company_size',
    'country',
    'industry',
    'lead_type',
    'phone',
    'source',
  ]);
  expect(await warehouse.rows('select side, promise, metric, grain, target from sla.targets')).toEqual([
    { side: 'marketing', promise: 'volume', metric: 'mql_volume', grain: 'month', target: 90 },
    { side: 'sales', promise: 'first_response', metric: 'response_within_sla_rate', grain: null, target: 0.725 },
    { side: 'sales', promise: 'follow_up', metric: 'follow_up_rate', grain: null, target: 0.8 },
  ]);
  expect(await warehouse.rows('from sla.required_fields')).toEqual([
    { agreement: 'spring', stage: 'mql', field: 'country' },
    { agreement: 'spring', stage: 'mql', field: 'phone' },
  ]);
  expect(await warehouse.rows('from sla.release_reasons')).toEqual([{ agreement: 'spring', reason: 'spam' }]);
});

test('readers get each promise as a sentence in both languages', async () => {
  const { warehouse } = await tablesOf({ agreements: [spring, summer], asOf });
  const rows = await warehouse.rows(`
    select effective_from, effective_until, side, promise, target, grain, owner, wording_en, wording_da
    from main.agreement_promises
    where agreement = 'spring'
  `);
  const days = { effective_from: '2026-02-01', effective_until: '2026-07-01' };
  const sales = { ...days, side: 'sales', grain: null, owner: 'Sales Director' };
  expect(rows).toEqual([
    {
      ...days,
      side: 'marketing',
      promise: 'volume',
      target: 90,
      grain: 'month',
      owner: 'Head of Marketing',
      wording_en: 'mql_volume: at least 90 a month',
      wording_da: 'mql_volume: mindst 90 om måneden',
    },
    {
      ...sales,
      promise: 'first_response',
      target: 0.725,
      wording_en:
        'response_within_sla_rate: at least 72.5 % (demo requests within 30 business minutes; standard within 1.5 business hours)',
      wording_da:
        'response_within_sla_rate: mindst 72,5 % (demoforespørgsler inden for 30 arbejdsminutter; standard inden for 1,5 arbejdstimer)',
    },
    {
      ...sales,
      promise: 'follow_up',
      target: 0.8,
      wording_en: 'follow_up_rate: at least 80 % (5 attempts over 1 channel within 10 business days)',
      wording_da: 'follow_up_rate: mindst 80 % (5 forsøg via 1 kanal inden for 10 arbejdsdage)',
    },
  ]);
});

test('calendars reach from 400 days before the first event to two years after as_of', async () => {
  const { warehouse } = await tablesOf({ agreements: [spring], asOf, firstEvent: '2025-12-31T12:00:00Z' });
  const spans = await warehouse.rows(`
    select
        calendar_key,
        date '1970-01-01' + min(utc_day) as first_day,
        date '1970-01-01' + max(utc_day) as last_day,
        count(*) = max(utc_day) - min(utc_day) + 1 as is_whole
    from sla.calendar_days
    group by all
    order by all
  `);
  const span = { first_day: '2024-01-01', last_day: '2028-12-31', is_whole: true };
  expect(spans).toEqual([
    { calendar_key: 1, ...span },
    { calendar_key: 2, ...span },
  ]);
});

test('without an agreement all tables are there: empty, but for the stages and the dates of the project’s zone', async () => {
  const warehouse = await Warehouse.open(':memory:');
  await warehouse.run('create schema raw; create table raw.events (occurred_at timestamptz)');
  const config = configOf('name: test\ntime_zone: America/New_York');
  expect(
    await writeAgreementTables(warehouse, { agreements: [], breachLog: [], metrics: [], config }, { asOf }),
  ).toEqual([]);
  const filled: string[] = [];
  for (const table of [...agreementTables, 'main.agreement_promises']) {
    const [row] = await warehouse.rows(`select count(*) > 0 as filled from ${table}`);
    if (row?.filled === true) filled.push(table);
  }
  expect(filled).toEqual(['sla.attributes', 'sla.dates', 'sla.local_dates', 'sla.periods', 'sla.stages']);
  expect(
    await warehouse.rows(`select starts_at from sla.periods where grain = 'week' and period_start = '2026-03-09'`),
  ).toEqual([{ starts_at: '2026-03-09T04:00:00Z' }]);
  expect(await warehouse.rows('select stage, rung from sla.stages where is_exit or rung > 6')).toEqual([
    { stage: 'proposal', rung: 7 },
    { stage: 'won', rung: 8 },
    { stage: 'lost', rung: null },
    { stage: 'disqualified', rung: null },
  ]);
});

test('more hours in a UTC day than a row holds are an error, never lost', async () => {
  const hours = '["08:00-09:00", "10:00-11:00", "12:00-13:00", "14:00-15:00", "16:00-17:00"]';
  const broken = spring.replace('hours: { mon: ["08:00-16:00"] }', `hours: { mon: ${hours} }`);
  await expect(tablesOf({ agreements: [broken], asOf })).rejects.toMatchObject({
    diagnostics: [
      {
        code: 'too-many-hours',
        severity: 'error',
        line: 7,
        message: expect.stringContaining('"office" opens 5 times'),
      },
    ],
  });
});

test('a calendar that never opens is a warning', async () => {
  const shut = spring.replace('hours: { mon: ["08:00-16:00"] }', 'special_hours: { 1999-01-04: ["08:00-09:00"] }');
  const { warnings } = await tablesOf({ agreements: [shut], asOf });
  expect(warnings).toMatchObject([{ code: 'never-open', severity: 'warning', line: 7 }]);
});
