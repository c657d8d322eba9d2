import { mkdtempSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inLanguage, translate } from '../../reports/components/catalogue.ts';
import { formats } from '../../reports/components/format.ts';
import { tellReason } from '../../reports/components/reasons.ts';
import { tellPromises } from '../../reports/components/sentence.ts';
import { usualSiteSettings } from '../../src/project/site-settings.ts';
import { openBeside } from '../../src/site/export.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';

const folder = mkdtempSync(join(tmpdir(), 'handover-this-week-'));
const published = join(folder, 'published.duckdb');

// Monday 23 November 2026, 06:00 in Copenhagen (UTC+1); data since week 43, which begins on 19 October.
beforeAll(async () => {
  const warehouse = await Warehouse.open(published);
  await warehouse.run(`
    create table build_info as
    select 'small' as project, timestamptz '2026-11-23 05:00:00Z' as as_of, 'Europe/Copenhagen' as time_zone;

    create table metric_values as
    select
        'mql_volume' as metric, 1 as version, 'week' as grain, day::date as period_start, day::date + 7 as period_end,
        'all' as dimension, day < date '2026-11-23' as is_complete, true as is_in_force
    from range(date '2026-10-19', date '2026-11-30', interval 7 day) as days (day);
    create table metric_definitions as
    select
        'no_show_rate' as metric, 1 as version, 'sales' as owner, true as is_headline, true as is_current,
        'percent' as unit, 20 as minimum_sample, 'down' as direction, 'No-show rate' as label_en, 'No-show-rate' as label_da;

    create table lead_cycles (
        lead_id text, mql_at timestamptz, accepted_at timestamptz, closed_at timestamptz, outcome text, exit_reason text,
        is_excluded boolean
    );
    insert into lead_cycles values
        -- Week 47: 00:30 on Monday is still Sunday in UTC.
        ('a', '2026-11-13 09:00:00Z', null, '2026-11-15 23:30:00Z', 'disqualified', 'spam', false),
        ('c', '2026-11-13 09:00:00Z', null, '2026-11-18 09:00:00Z', 'recycled', null, false),
        ('g', '2026-11-13 09:00:00Z', null, '2026-11-22 22:59:00Z', 'lost', ' ', false),
        -- Accepted first, so what became of it later is no rejection.
        ('d', '2026-11-13 09:00:00Z', '2026-11-17 09:00:00Z', '2026-11-18 09:00:00Z', 'lost', 'price', false),
        -- No MQL; not counted by the agreement; not decided.
        ('e', null, null, '2026-11-18 09:00:00Z', 'lost', 'spam', false),
        ('f', '2026-11-13 09:00:00Z', null, '2026-11-18 09:00:00Z', 'lost', 'spam', true),
        ('u', '2026-11-13 09:00:00Z', null, null, null, null, false),
        -- The four weeks before: Sunday 23:30, and the first of their days. The day before that is out.
        ('b', '2026-11-13 09:00:00Z', null, '2026-11-15 22:30:00Z', 'lost', 'spam', false),
        ('h', '2026-10-12 09:00:00Z', null, '2026-10-18 22:00:00Z', 'disqualified', 'too_small', null),
        ('i', '2026-10-12 09:00:00Z', null, '2026-10-18 21:59:00Z', 'disqualified', 'too_small', false);

    create table meetings (
        meeting_id text, slot_no bigint, lead_id text, scheduled_for timestamptz, outcome text, team text, owner_id text,
        report_due_at timestamptz, report_status text
    );
    insert into meetings values
        ('m1', 1, 'a', '2026-11-20 09:00:00Z', 'unknown', 'Kø & "Salg"', 'o1', '2026-11-23 15:00:00Z', 'pending'),
        ('m2', 1, 'b', '2026-11-15 23:00:00Z', 'unknown', null, null, '2026-11-18 15:00:00Z', 'overdue'),
        ('m3', 1, 'c', '2026-11-20 09:00:00Z', 'held', 'uk', 'o1', null, null),
        ('m4', 1, 'd', '2026-11-24 09:00:00Z', 'upcoming', 'uk', 'o1', null, null),
        ('m5', 1, 'd', null, 'unknown', 'uk', 'o1', null, null);

    create table crm_events as select 'a' as lead_id, 'a' as original_lead_id, 'crm' as crm;

    create table open_leads (
        lead_id text, team text, owner_id text, stage text, kind text, status text, due_at timestamptz, score double,
        rank bigint, next_action_en text, next_action_da text
    );
    insert into open_leads values
        ('late', 'uk', 'o1', 'mql', 'first_response', 'overdue', '2026-11-20 09:00:00Z', 90, 1, 'Answer', 'Svar'),
        ('noon', 'uk', null, 'mql', 'first_response', 'pending', '2026-11-23 11:00:00Z', 80, 2, 'Answer', 'Svar'),
        ('missed today', 'uk', 'o1', 'mql', 'first_response', 'overdue', '2026-11-23 04:59:00Z', 70, 3, 'Answer', 'Svar'),
        ('midnight', null, 'o1', 'mql', 'acceptance', 'pending', '2026-11-23 22:59:00Z', null, 5, 'Decide', 'Beslut'),
        ('tomorrow', 'uk', 'o1', 'mql', 'acceptance', 'pending', '2026-11-23 23:00:00Z', 75, 4, 'Decide', 'Beslut'),
        ('never due', 'uk', 'o1', 'mql', 'acceptance', 'pending', null, 60, 6, 'Decide', 'Beslut');

    create table contract_results as
    select unnest(['published(2026-W46)', 'published(2026-W46)', 'published(2026-W47)', 'range(0, 1)']) as rule;
    create table restatements as
    select * from (values
        ('2026-W46', 'mql_volume', timestamptz '2026-11-16 10:51:00Z'), ('2026-W46', 'no_show_rate', timestamptz '2026-11-16 10:51:00Z')
    ) as moved (period, metric, as_of_published);

    create table decisions (
        review text, grain text, held_on date, decision_no int, title_en text, title_da text, why_en text, why_da text,
        decided_by text, responsible text, due_on date, done_on date, metric text, target_from double, target_to double
    );
    insert into decisions values
        ('2026-W46', 'week', '2026-11-16', 1, 'Late', 'For sent', null, null, 'Both', 'Sales', '2026-11-22', null, null, null, null),
        ('2026-W47', 'week', '2026-11-23', 1, 'Today', 'I dag', null, null, 'Both', 'Sales', '2026-11-23', null, 'no_show_rate', 0.2, 0.15),
        ('2026-W47', 'week', '2026-11-23', 2, 'Done', 'Gjort', null, null, 'Both', 'Sales', '2026-11-20', '2026-11-21', null, null, null);

    create table agreement_documents as
    select * from (values
        ('one', date '2026-01-01', date '2026-12-01', 'en'), ('one', date '2026-01-01', date '2026-12-01', 'da'),
        ('two', date '2026-12-01', null, 'en'), ('two', date '2026-12-01', null, 'da')
    ) as documents (agreement, effective_from, effective_until, language);
    create table agreement_special_days (
        agreement text, calendar text, teams text, is_default boolean, first_date date, last_date date, kind text,
        name_en text, name_da text, hours text
    );
    insert into agreement_special_days values
        ('one', 'office', 'dk, "Kø"', true, '2026-11-22', '2026-11-22', 'closed', 'Yesterday', 'I går', null),
        ('one', 'office', 'dk, "Kø"', true, '2026-11-20', '2026-11-24', 'reduced', 'Fair', 'Messe', null),
        ('one', 'office', 'dk, "Kø"', true, '2026-11-25', '2026-11-25', 'closed', 'Feast', 'Fest', null),
        ('one', 'london', 'uk', false, '2026-11-25', '2026-11-25', 'closed', 'Feast', 'Fest', null),
        ('one', 'nobodys', null, false, '2026-11-26', '2026-11-26', 'closed', 'Feast', 'Fest', null),
        ('two', 'office', 'dk', true, '2026-12-06', '2026-12-06', 'special_hours', null, null, '08:00–12:00'),
        ('two', 'office', 'dk', true, '2026-12-07', '2026-12-07', 'closed', 'Too late', 'For sent', null);
  `);
  warehouse.close();
});

afterAll(async () => {
  for (const warehouse of opened.values()) (await warehouse).close();
  await rm(folder, { recursive: true });
});

const opened = new Map<string, Promise<Warehouse>>();

/** Rows of one of the site's tables, with what is asked of it: how much of leads is told, and an as_of of its own. */
async function rowsOf(table: string, { leadDetail = 'full' as 'full' | 'none', asOf = '' } = {}) {
  const key = `${leadDetail} ${asOf}`;
  const open = opened.get(key) ?? openWith({ leadDetail, asOf });
  opened.set(key, open);
  const sql = await readFile(`reports/sources/site/${table}.sql`, 'utf8');
  return (await open).rows<Record<string, unknown>>(sql);
}

async function openWith({ leadDetail, asOf }: { leadDetail: 'full' | 'none'; asOf: string }): Promise<Warehouse> {
  const recordUrls = new Map([['*', 'https://crm.example/{lead_id}']]);
  const settings = { ...usualSiteSettings, leadDetail, recordUrls };
  const warehouse = await openBeside({ published, reports: 'reports', settings });
  if (asOf !== '') {
    await warehouse.run(`
      create table build_info as
      select 'small' as project, timestamptz '${asOf}' as as_of, 'Europe/Copenhagen' as time_zone`);
  }
  return warehouse;
}

test('rejected MQLs are counted by reason in the local week in which they were turned down', async () => {
  const rows = await rowsOf('rejections');
  const week = { week: '2026-W47', all_rejected: 3, decided: 4, all_before: 2 };
  const third = 1 / 3;
  expect(rows.filter((row) => row.week === '2026-W47')).toEqual([
    { ...week, reason: 'spam', rejected: 1, share: third, before: 1, share_before: 0.5, position: 1 },
    { ...week, reason: '(none)', rejected: 1, share: third, before: 0, share_before: 0, position: 2 },
    { ...week, reason: '(recycled)', rejected: 1, share: third, before: 0, share_before: 0, position: 3 },
    { ...week, reason: 'too_small', rejected: 0, share: 0, before: 1, share_before: 0.5, position: 4 },
  ]);
});

test('a week compares with the four before only where the data reach that far back; one without any has a row', async () => {
  const rows = await rowsOf('rejections');
  const none = { before: null, share_before: null, all_before: null, position: 1 };
  expect(rows.filter((row) => row.week === '2026-W46')).toEqual([
    { week: '2026-W46', reason: 'spam', rejected: 1, share: 1, all_rejected: 1, decided: 1, ...none },
  ]);
  expect(rows.filter((row) => row.week === '2026-W44')).toMatchObject([
    { rejected: 0, all_rejected: 0, decided: 0, ...none },
  ]);
  expect(new Set(rows.map(({ week }) => week)).size).toBe(6);
});

test('past meetings without an outcome come latest first, with how long they have waited', async () => {
  const week = { week: '2026-W47', meetings: 2, meetings_in_week: 2 };
  expect(await rowsOf('meetings_unreported')).toEqual([
    {
      record_url: 'https://crm.example/a',
      ...{ lead_id: 'a', scheduled_for: '2026-11-20T10:00', team: 'Kø & "Salg"', owner_id: 'o1', days_ago: 3 },
      ...{ report_due_on: '2026-11-23', is_overdue: false, position: 1, week_position: 1, ...week },
    },
    {
      // No event tells which CRM it is of.
      record_url: null,
      ...{ lead_id: 'b', scheduled_for: '2026-11-16T00:00', team: '(none)', owner_id: null, days_ago: 7 },
      ...{ report_due_on: '2026-11-18', is_overdue: true, position: 2, week_position: 2, ...week },
    },
  ]);
});

test('a side of whose promises none can be judged yet is not told to have kept none', () => {
  const promises = (side: string, ...statuses: string[]) => statuses.map((status) => ({ side, status }));
  const told = (...rows: ReturnType<typeof promises>[]) => {
    const { kept, undecided } = tellPromises(rows.flat(), 'en');
    return [kept, undecided].filter((part) => part !== '').join(' ');
  };
  const marketing = promises('marketing', 'kept', 'open', 'missed');
  expect(told(marketing, promises('sales', 'missed', 'missed'))).toBe(
    'Marketing kept 1 of 3 promises, sales 0 of 2. 1 cannot be judged yet.',
  );
  expect(told(marketing, promises('sales', 'open', 'no_data'))).toBe(
    'Marketing kept 1 of 3 promises. 2 cannot be judged yet. 1 could not be judged.',
  );
  expect(told(promises('marketing', 'open'), promises('sales', 'missed'))).toBe(
    'Sales kept 0 of 1 promise. 1 cannot be judged yet.',
  );
  expect(told(promises('marketing', 'open'), promises('sales', 'no_data'))).toBe(
    'None of the promises can be judged yet.',
  );
  expect(told(promises('marketing', 'no_data'), promises('sales', 'no_data'))).toBe(
    'None of the promises could be judged.',
  );
  expect(told()).toBe('No promise was in force.');
});

test('percentages in sentences that come with the data are written as all others are', () => {
  const row = { told_en: 'Now 65 %, at least 7.5 %', told_da: 'Nu 65 %, mindst 7,5\u00a0%' };
  expect(inLanguage('en')(row, 'told')).toBe('Now 65%, at least 7.5%');
  expect(inLanguage('da')(row, 'told')).toBe('Nu 65\u00a0%, mindst 7,5\u00a0%');
});

test('a share that is not its target is not rounded to it', () => {
  const { figure } = formats('en');
  const told = (numerator: number, denominator: number, target: number | null = 0.9) =>
    figure({ unit: 'percent', value: numerator / denominator, target });
  expect(told(899, 1000)).toBe('89.9%');
  expect(told(8996, 10_000)).toBe('89.96%');
  expect(told(89_999, 100_000)).toBe('89.999%');
  expect(told(9001, 10_000)).toBe('90.01%');
  expect(told(27, 30)).toBe('90.0%');
  expect(told(8996, 10_000, null)).toBe('90.0%');
});

test('reasons are told in the language of the reader, those that only the company knows as they are', () => {
  expect(tellReason('no_need', translate('da'))).toBe('Intet behov');
  expect(tellReason('moved_to_æbeltoft', translate('da'))).toBe('Moved to æbeltoft');
});

test('what is due on the local date of as_of is told apart from what is overdue, each by score', async () => {
  const rows = await rowsOf('open_leads');
  expect(
    rows.map(({ lead_id, is_overdue, position, leads, due_at }) => [lead_id, is_overdue, position, leads, due_at]),
  ).toEqual([
    ['noon', false, 1, 2, '2026-11-23T12:00'],
    ['midnight', false, 2, 2, '2026-11-23T23:59'],
    ['late', true, 1, 2, '2026-11-20T10:00'],
    ['missed today', true, 2, 2, '2026-11-23T05:59'],
  ]);
});

test('no lead is named where the project does not want it', async () => {
  for (const table of ['open_leads', 'meetings_unreported']) {
    const rows = await rowsOf(table, { leadDetail: 'none' });
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every(({ lead_id }) => lead_id === null)).toBe(true);
  }
});

test('a period is known to be published by its check, and from when by what has moved', async () => {
  expect(await rowsOf('publications')).toEqual([
    { period: '2026-W46', as_of_published: '2026-11-16T11:51', moved: 2 },
    { period: '2026-W47', as_of_published: null, moved: 0 },
  ]);
});

test('a decision is overdue from the day after its date, unless it is done', async () => {
  const rows = await rowsOf('decisions');
  expect(rows.map(({ title_en, is_overdue, due_on, done_on }) => [title_en, is_overdue, due_on, done_on])).toEqual([
    ['Late', true, '2026-11-22', null],
    ['Today', false, '2026-11-23', null],
    ['Done', false, '2026-11-20', '2026-11-21'],
  ]);
  expect(rows[1]).toMatchObject({ metric: 'no_show_rate', target_from: 0.2, target_to: 0.15 });
});

test('the calendar tells what is special in fourteen days, once for all who have it', async () => {
  const rows = await rowsOf('calendar');
  expect(
    rows.map((row) => [row.kind, row.first_day, row.last_day, row.name_da, row.hours, row.teams, row.is_default]),
  ).toEqual([
    ['reduced', '2026-11-23', '2026-11-24', 'Messe', null, 'dk, "Kø"', true],
    ['closed', '2026-11-25', '2026-11-25', 'Fest', null, 'dk, "Kø", uk', true],
    ['agreement', '2026-12-01', '2026-12-01', 'two', null, null, false],
    ['special_hours', '2026-12-06', '2026-12-06', null, '08:00–12:00', 'dk', true],
  ]);
});

test('a year without holidays is said to be one, where others have some', async () => {
  const rows = await rowsOf('calendar', { asOf: '2026-12-23 05:00:00Z' });
  expect(rows.map((row) => [row.kind, row.first_day, row.last_day, row.name_en, row.teams])).toEqual([
    ['missing', '2027-01-01', '2027-01-05', '2027', 'dk'],
  ]);
});

test('a project that has just begun has nothing to tell, and no table is missing', async () => {
  const empty = join(folder, 'empty.duckdb');
  const warehouse = await Warehouse.open(empty);
  await warehouse.run(`
    create table build_info as
    select 'new' as project, timestamptz '2026-11-23 05:00:00Z' as as_of, 'Europe/Copenhagen' as time_zone;
    create table metric_values (
        metric text, grain text, period_start date, period_end date, dimension text, is_complete boolean, is_in_force boolean
    );
    create table metric_definitions (
        metric text, owner text, is_headline boolean, is_current boolean, unit text, direction text, minimum_sample integer,
        label_en text, label_da text
    );
    create table contract_results (rule text);
  `);
  warehouse.close();
  const site = await openBeside({ published: empty, reports: 'reports' });
  const tables = [
    'calendar',
    'decisions',
    'improvements',
    'meetings_unreported',
    'open_leads',
    'publications',
    'rejections',
  ];
  for (const table of tables) {
    expect(await site.rows(await readFile(`reports/sources/site/${table}.sql`, 'utf8'))).toEqual([]);
  }
  site.close();
});
