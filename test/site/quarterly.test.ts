import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportSite } from '../../src/site/export.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';

const folder = mkdtempSync(join(tmpdir(), 'handover-quarterly-'));
const published = join(folder, 'published.duckdb');

// A fiscal year from February; it is Monday 10 August 2026, 06:00 in Copenhagen. Every expectation below is worked by hand.
beforeAll(async () => {
  const warehouse = await Warehouse.open(published);
  await warehouse.run(`
    create table build_info as
    select 'small' as project, timestamptz '2026-08-10 04:00:00Z' as as_of, 'Europe/Copenhagen' as time_zone;
    create table metric_values as
    select 'mql_volume' as metric, 1 as version, 'quarter' as grain, period_start, period_end, 'all' as dimension,
      period_end <= date '2026-08-10' as is_complete, true as is_in_force, null::text as target_source, null::text as status
    from (values
      (date '2026-02-01', date '2026-05-01'), (date '2026-05-01', date '2026-08-01'), (date '2026-08-01', date '2026-11-01')
    ) as quarters (period_start, period_end);
    create table metric_definitions as
    select metric, version, version = last_version as is_current, 'sales' as owner, true as is_headline, 'percent' as unit,
      'E ' || metric as label_en, 'D ' || metric as label_da, 20 as minimum_sample, 30.0 as window_days,
      if(version = 2, date '2026-06-08', null) as effective_from,
      '[{"version": 1, "why": "First", "approvedBy": []}, {"version": 2, "why": "Better", "approvedBy": ["CMO", "CRO"]}]' as changes
    from (values
      ('mql_to_meeting_rate', 1, 1), ('no_show_rate', 1, 1), ('win_rate', 1, 2), ('win_rate', 2, 2),
      ('response_within_sla_rate', 1, 1)
    ) as metrics (metric, version, last_version);
    create table agreement_promises as
    select '2026-h1' as agreement, date '2026-06-01' as effective_from, null::date as effective_until, 'sales' as side,
      'first_response' as promise, 'response_within_sla_rate' as metric, 0.9::double as target;

    create table cohort_conversions (
      grain text, cohort_start date, from_stage text, to_stage text, window_days bigint, is_mature boolean
    );
    insert into cohort_conversions values
      ('quarter', date '2026-02-01', 'mql', 'meeting', 7, true), ('quarter', date '2026-02-01', 'mql', 'won', 90, true),
      ('quarter', date '2026-02-01', 'mql', 'won', 180, false), ('quarter', date '2026-02-01', 'mql', 'won', null, null),
      ('quarter', date '2026-05-01', 'mql', 'meeting', 7, true), ('quarter', date '2026-05-01', 'mql', 'won', 90, false),
      ('month', date '2026-07-01', 'mql', 'meeting', 7, false);

    create table lead_cycles (
      lead_id text, cycle_no bigint, source text, team text, opened_at timestamptz, mql_at timestamptz, mql_reached_at timestamptz,
      accepted_at timestamptz, sql_reached_at timestamptz, meeting_reached_at timestamptz, won_at timestamptz,
      closed_at timestamptz, outcome text, exit_reason text, is_excluded boolean, score_at_mql double, score_band text
    );
  `);
  warehouse.close();
});

afterAll(() => rm(folder, { recursive: true }));

/** Runs SQL on the published file, which is open to nobody in between. */
async function given(sql: string): Promise<void> {
  const warehouse = await Warehouse.open(published);
  await warehouse.run(sql);
  warehouse.close();
}

let exports = 0;

/** The rows of one of the site's tables. */
async function rowsOf(table: string): Promise<Record<string, unknown>[]> {
  const reports = join(folder, `${table}-${exports++}`);
  const data = join(reports, 'data');
  mkdirSync(join(reports, 'sources', 'site'), { recursive: true });
  mkdirSync(data);
  writeFileSync(join(reports, 'sources', 'setup.sql'), readFileSync('reports/sources/setup.sql', 'utf8'));
  writeFileSync(
    join(reports, 'sources', 'site', `${table}.sql`),
    readFileSync(`reports/sources/site/${table}.sql`, 'utf8'),
  );
  await exportSite({ published, reports, folder: data });
  const manifest = JSON.parse(readFileSync(join(data, 'manifest.json'), 'utf8'));
  const file = manifest.renderedFiles.site[0].replace('static/data/', '');
  const rows = tableFromIPC(readFileSync(join(data, file))).toArray();
  return rows.map((row) => row.toJSON() as Record<string, unknown>);
}

/** The values of some columns, a row at a time. */
const columns = (rows: Record<string, unknown>[], ...names: string[]): unknown[][] =>
  rows.map((row) => names.map((name) => row[name]));

test('a quarter is ripe when each step has had its shortest window, and the newest such quarter is named', async () => {
  // 90 × 24 h after 1 August end at 23:00 on 29 October, since an hour was won on the 25th: the 30th is the first whole day.
  expect(
    columns(await rowsOf('ripe_quarters'), 'label', 'steps', 'immature_steps', 'is_ripe', 'ripe_on', 'newest_ripe'),
  ).toEqual([
    ['2026-Q1', 2, 0, true, '2026-07-30', '2026-Q1'],
    ['2026-Q2', 2, 1, false, '2026-10-30', '2026-Q1'],
  ]);
});

test('reasons stand beside the quarter before, by the local day of the close', async () => {
  await given(`
    insert into lead_cycles (lead_id, cycle_no, mql_at, mql_reached_at, accepted_at, closed_at, outcome, exit_reason, is_excluded)
    select id, 1, mql_at, mql_at, accepted_at, closed_at, outcome, reason, is_excluded
    from (values
      ('a1', timestamptz '2026-03-01', null, timestamptz '2026-03-05', 'disqualified', 'spam', false),
      ('b1', timestamptz '2026-05-01', null, timestamptz '2026-05-05', 'disqualified', 'spam', false),
      ('b2', timestamptz '2026-05-01', null, timestamptz '2026-07-31 21:59:00Z', 'lost', 'price', false),
      ('c1', timestamptz '2026-05-01', null, timestamptz '2026-07-31 22:00:00Z', 'lost', 'price', false),
      ('b3', timestamptz '2026-05-01', null, timestamptz '2026-05-09', 'recycled', ' ', false),
      ('b4', timestamptz '2026-05-01', timestamptz '2026-05-02', timestamptz '2026-05-09', 'lost', null, false),
      ('b5', timestamptz '2026-05-01', timestamptz '2026-05-02', timestamptz '2026-05-09', 'disqualified', 'no_need', false),
      ('b6', timestamptz '2026-05-01', timestamptz '2026-05-02', timestamptz '2026-05-09', 'recycled', 'no_need', false),
      ('b7', null, null, timestamptz '2026-05-09', 'disqualified', 'no_need', false),
      ('b8', timestamptz '2026-05-01', null, timestamptz '2026-05-09', 'disqualified', 'spam', true),
      -- Never an MQL, so it was not lost after sales had accepted it. Sent back needs no reason; closed does.
      ('b9', null, null, timestamptz '2026-05-09', 'lost', 'price', false),
      ('c2', timestamptz '2026-08-01', null, timestamptz '2026-08-02', 'recycled', null, false),
      ('c3', timestamptz '2026-08-01', null, timestamptz '2026-08-02', 'disqualified', ' ', false)
    ) as cycles (id, mql_at, accepted_at, closed_at, outcome, reason, is_excluded)
  `);
  const rows = await rowsOf('reasons');
  const second = rows.filter((row) => row.review === '2026-Q2');
  expect(
    columns(second, 'kind', 'reason', 'cycles', 'total', 'cycles_before', 'total_before', 'is_often_missing'),
  ).toEqual([
    ['disqualified', 'no_need', 1, 1, 0, 0, false],
    ['lost', '(none)', 1, 1, 0, 0, true],
    ['rejected', 'spam', 1, 3, 1, 1, false],
    ['rejected', '(recycled)', 1, 3, 0, 1, false],
    ['rejected', 'price', 1, 3, 0, 1, false],
  ]);
  const third = rows.filter((row) => row.review === '2026-Q3' && row.kind === 'rejected');
  expect(columns(third, 'reason', 'cycles', 'total', 'cycles_before', 'is_often_missing')).toEqual([
    ['(recycled)', 1, 3, 1, true],
    ['price', 1, 3, 1, true],
    ['spam', 0, 3, 1, true],
    ['(none)', 1, 3, 0, true],
  ]);
  await given('delete from lead_cycles');
});

test('of many reasons the rare ones are added up, and nothing is lost', async () => {
  await given(`
    insert into lead_cycles (lead_id, cycle_no, mql_at, closed_at, outcome, exit_reason)
    select reason || '-' || n, 1, timestamptz '2026-05-01', timestamptz '2026-05-09', 'lost', 'r' || reason
    from range(1, 13) as reasons (reason), range(20) as numbers (n)
    where n < reason
  `);
  const rows = (await rowsOf('reasons')).filter((row) => row.review === '2026-Q2');
  expect(rows).toHaveLength(11);
  // 1 + 2 of 1 + 2 + … + 12.
  expect(rows.at(-1)).toMatchObject({ reason: '(other)', reasons: 2, cycles: 3, total: 78 });
  await given('delete from lead_cycles');
});

test('no-shows are a share of the meetings held or missed; those without an outcome stand beside', async () => {
  await given(`
    create table lead_responses as
    select team, team || person as owner_id, timestamptz '2026-08-03 08:00:00Z' as mql_at
    from unnest(['uk', 'dk']) as teams (team), range(3) as people (person);
    create or replace table meetings as
    select * from (values
      ('m1', timestamptz '2026-05-04 10:00:00Z', 'held', 'uk', 'event'), ('m2', timestamptz '2026-05-05 10:00:00Z', 'no_show', 'uk', null),
      ('m3', timestamptz '2026-05-06 10:00:00Z', 'unknown', 'dk', 'event'), ('m4', timestamptz '2026-05-06 10:00:00Z', 'cancelled', 'dk', 'event'),
      ('m5', timestamptz '2026-03-06 10:00:00Z', 'held', 'dk', 'event')
    ) as meetings (meeting_id, scheduled_for, outcome, team, source)
  `);
  const rows = (await rowsOf('no_shows')).filter((row) => row.review === '2026-Q2');
  expect(
    columns(rows, 'dimension', 'name', 'no_show', 'counted', 'rate', 'unknown', 'counted_before', 'rate_before'),
  ).toEqual([
    ['all', 'all', 1, 2, 0.5, 1, 1, 0],
    ['team', 'uk', 1, 2, 0.5, 0, 0, null],
    ['team', 'dk', 0, 0, null, 1, 1, 0],
    ['source', '(none)', 1, 1, 1, 0, 0, null],
    ['source', 'event', 0, 1, 0, 1, 1, 0],
  ]);
  await given('drop table meetings; drop table lead_responses');
});

test('a lift is told apart from chance only when its interval leaves 1 out and both sides are many enough', async () => {
  await given(`
    create or replace table criteria_reviews as
    select '2026-h1' as agreement, criterion, quarter::varchar as period, quarter, split_part(criterion, '/', 1) as kind,
      split_part(criterion, '/', 2)::integer as criterion_no, words as description_en, words as description_da,
      cycles_with, cycles_without, 20 as meetings_with, 10 as meetings_without, 0.5::double as meeting_rate_with,
      0.25::double as meeting_rate_without, lift as meeting_lift, lower_95 as meeting_lift_lower_95, upper_95 as meeting_lift_upper_95,
      0 as won_with, 2 as won_without, 0::double as won_rate_with, 0.05::double as won_rate_without, 0::double as won_lift,
      null::double as won_lift_lower_95, null::double as won_lift_upper_95
    from (values
      ('icp/1', date '2026-02-01', 'one', 40, 40, 2.0, 1.07, 3.7), ('fit/1', date '2026-02-01', 'one', 40, 40, 2.0, 1.07, 3.7),
      ('fit/2', date '2026-02-01', 'two', 40, 40, 0.5, 0.27, 0.93), ('fit/3', date '2026-02-01', 'three', 40, 40, 1.2, 0.9, 1.6),
      ('intent/1', date '2026-02-01', 'four', 61, 19, 2.0, 1.07, 3.7), ('intent/2', date '2026-02-01', 'five', 80, 0, null, null, null),
      ('icp/1', null, 'one', 40, 40, 2.0, 1.07, 3.7)
    ) as reviews (criterion, quarter, words, cycles_with, cycles_without, lift, lower_95, upper_95)
  `);
  const rows = await rowsOf('criteria');
  const meeting = rows.filter((row) => row.result === 'meeting');
  expect(columns(meeting, 'review', 'criterion', 'kinds', 'verdict', 'is_mature')).toEqual([
    ['2026-Q1', 'icp/1', 'icp,fit', 'higher', true],
    ['2026-Q1', 'fit/2', 'fit', 'lower', true],
    ['2026-Q1', 'fit/3', 'fit', 'chance', true],
    ['2026-Q1', 'intent/1', 'intent', 'too_few', true],
    ['2026-Q1', 'intent/2', 'intent', 'all_alike', true],
  ]);
  const won = rows.filter((row) => row.result === 'won');
  expect(won.map((row) => row.verdict)).toEqual(['no_interval', 'no_interval', 'no_interval', 'too_few', 'all_alike']);
  await given('drop table criteria_reviews');
});

test('score bands are counted from the MQLs of the quarter, lowest first', async () => {
  await given(`
    insert into lead_cycles (lead_id, cycle_no, mql_at, meeting_reached_at, won_at, score_at_mql, score_band, is_excluded)
    values
      ('a', 1, '2026-05-01 08:00:00Z', '2026-05-02', '2026-06-01', 70, '60 or more', false),
      ('b', 1, '2026-05-01 08:00:00Z', '2026-05-02', null, 61, '60 or more', false),
      ('c', 1, '2026-05-01 08:00:00Z', null, null, 9, 'under 60', false),
      ('d', 1, '2026-05-01 08:00:00Z', null, null, 9, 'under 60', true),
      ('e', 1, '2026-05-01 08:00:00Z', null, null, null, null, false),
      ('f', 1, '2026-04-30 21:59:00Z', null, null, 99, '60 or more', false)
  `);
  const rows = (await rowsOf('score_bands')).filter((row) => row.review === '2026-Q2');
  expect(
    columns(
      rows,
      'band_en',
      'band_da',
      'mqls',
      'meetings',
      'meeting_rate',
      'won',
      'meeting_is_mature',
      'won_is_mature',
    ),
  ).toEqual([
    ['under 60', 'under 60', 1, 0, 0, 0, true, false],
    ['60 or more', '60 og derover', 2, 2, 1, 1, true, false],
  ]);
  await given('delete from lead_cycles');
});

test('bookings by response time count MQLs that have had the whole window', async () => {
  await given(`
    create or replace table lead_responses as
    select id as lead_id, 1::bigint as cycle_no, mql_at, if(minutes is null, null, mql_at) as responded_at,
      minutes as response_business_minutes, is_counted
    from (values
      ('l1', timestamptz '2026-06-01 08:00:00Z', 15.0, true), ('l2', timestamptz '2026-06-01 08:00:00Z', 15.5, true),
      ('l3', timestamptz '2026-06-01 08:00:00Z', 300.0, true), ('l4', timestamptz '2026-07-20 08:00:00Z', 1.0, true),
      ('l5', timestamptz '2026-06-01 08:00:00Z', null, true), ('l6', timestamptz '2026-06-01 08:00:00Z', 1.0, false)
    ) as responses (id, mql_at, minutes, is_counted);
    create or replace table stage_conversions as
    select id as lead_id, 1::bigint as cycle_no, 'mql' as from_stage, 'meeting' as to_stage, converted_at
    from (values
      ('l1', timestamptz '2026-06-02 08:00:00Z'), ('l2', timestamptz '2026-07-01 08:00:00Z'), ('l3', timestamptz '2026-07-01 08:00:01Z'),
      ('l4', timestamptz '2026-07-21 08:00:00Z'), ('l5', null)
    ) as conversions (id, converted_at);
    create or replace table meetings as
    select id as lead_id, 1::bigint as cycle_no, outcome
    from (values ('l1', 'no_show'), ('l1', 'held'), ('l4', 'held'), ('l2', 'unknown')) as meetings (id, outcome)
  `);
  const rows = await rowsOf('response_effect');
  expect(
    columns(rows, 'review', 'band', 'mqls', 'mature', 'booked', 'booking_rate', 'held', 'met_or_missed', 'is_too_few'),
  ).toEqual([
    ['2026-Q2', '15', 2, 1, 1, 1, 2, 3, true],
    ['2026-Q2', '30', 1, 1, 1, 1, 0, 0, true],
    ['2026-Q2', 'more', 1, 1, 0, 0, 0, 0, true],
    ['2026-Q2', 'never', 1, 1, 0, 0, 0, 0, true],
  ]);
  await given('drop table lead_responses; drop table stage_conversions; drop table meetings');
});

test('a period that had begun before the first lead of all is told from when on there are data', async () => {
  await given(`insert into lead_cycles (lead_id, cycle_no, opened_at) values ('a', 1, '2026-06-01 22:30:00Z')`);
  expect(columns(await rowsOf('periods'), 'label', 'data_from')).toEqual([
    ['2026-Q3', null],
    ['2026-Q2', '2026-06-02'],
    ['2026-Q1', null],
  ]);
  await given('delete from lead_cycles');
});

test('capacity stands against the business days of each team, from the day its agreement holds', async () => {
  // Copenhagen opens on 29 May, 1 and 2 June, 3 August, and 10 August after as_of; London on a night that has two local dates.
  await given(`
    create schema sla;
    create table sla.agreements as
    select '2026-h1' as agreement, timestamptz '2026-05-31 22:00:00Z' as effective_at, null::timestamptz as superseded_at,
      'Europe/Copenhagen' as time_zone, 1 as default_calendar_key;
    create table sla.calendars as
    select * from (values (1, 'Europe/Copenhagen'), (2, 'Europe/London')) as calendars (calendar_key, time_zone);
    create table sla.team_calendars as
    select * from (values ('2026-h1', 'Ærø "nord"', 1, 8), ('2026-h1', 'uk', 2, null))
      as teams (agreement, team, calendar_key, capacity_per_day);
    create table sla.calendar_days as
    select calendar_key, local_date, epoch_us(opens) as opens_1, epoch_us(closes) as closes_1, null::bigint as opens_2,
      null::bigint as closes_2, null::bigint as opens_3, null::bigint as closes_3, null::bigint as opens_4, null::bigint as closes_4
    from (values
      (1, date '2026-05-29', timestamptz '2026-05-29 06:00:00Z', timestamptz '2026-05-29 14:00:00Z'),
      (1, date '2026-06-01', timestamptz '2026-06-01 06:00:00Z', timestamptz '2026-06-01 14:00:00Z'),
      (1, date '2026-06-02', timestamptz '2026-06-02 06:00:00Z', timestamptz '2026-06-02 14:00:00Z'),
      (1, date '2026-06-03', null, null),
      (1, date '2026-08-03', timestamptz '2026-08-03 06:00:00Z', timestamptz '2026-08-03 14:00:00Z'),
      (1, date '2026-08-10', timestamptz '2026-08-10 06:00:00Z', timestamptz '2026-08-10 14:00:00Z'),
      (2, date '2026-06-05', timestamptz '2026-06-05 22:00:00Z', timestamptz '2026-06-06 00:00:00Z'),
      (2, date '2026-06-06', timestamptz '2026-06-06 00:00:00Z', timestamptz '2026-06-06 02:00:00Z')
    ) as days (calendar_key, local_date, opens, closes);
    insert into lead_cycles (lead_id, cycle_no, team, mql_at, is_excluded)
    values
      ('a', 1, 'Ærø "nord"', '2026-05-20 08:00:00Z', false), ('b', 1, 'Ærø "nord"', '2026-06-01 08:00:00Z', false),
      ('c', 1, 'Ærø "nord"', '2026-06-07 08:00:00Z', false), ('d', 1, 'Ærø "nord"', '2026-06-09 08:00:00Z', true),
      ('e', 1, 'Ærø "nord"', '2026-06-10 08:00:00Z', false), ('f', 1, null, '2026-06-10 08:00:00Z', false);
    update lead_cycles set opened_at = mql_at
  `);
  const rows = await rowsOf('capacity');
  expect(
    columns(rows, 'review', 'team', 'mqls', 'open_days', 'mqls_per_day', 'capacity_per_day', 'is_partly_agreed'),
  ).toEqual([
    // From the first lead on, 20 May; the agreement began on 1 June. A team without MQLs or a capacity has no row.
    ['2026-Q2', 'Ærø "nord"', 4, 3, 4 / 3, null, true],
    ['2026-Q2', '(none)', 1, 3, 1 / 3, null, false],
    ['2026-Q3', 'Ærø "nord"', 0, 1, 0, 8, false],
  ]);
  // Of the four one came before the agreement.
  expect(columns(rows, 'agreed_mqls', 'capacity', 'load_share', 'days_over')).toEqual([
    [3, 16, 3 / 16, 0],
    [null, null, null, null],
    [0, 8, 0, 0],
  ]);
  await given('drop schema sla cascade; delete from lead_cycles');
});

test('capacities of teams that share a row add up where all of them have one', async () => {
  await given(`
    create schema sla;
    create table sla.agreements as
    select '2026-h1' as agreement, timestamptz '2026-05-31 22:00:00Z' as effective_at, null::timestamptz as superseded_at,
      'Europe/Copenhagen' as time_zone, 1 as default_calendar_key;
    create table sla.calendars as select 1 as calendar_key, 'Europe/Copenhagen' as time_zone;
    create table sla.team_calendars as
    select * from (values ('2026-h1', 'a', 1, 4), ('2026-h1', 'b', 1, 2)) as teams (agreement, team, calendar_key, capacity_per_day);
    create table sla.calendar_days as
    select 1 as calendar_key, day::date as local_date, epoch_us(day + interval 6 hour) as opens_1, epoch_us(day + interval 14 hour) as closes_1,
      null::bigint as opens_2, null::bigint as closes_2, null::bigint as opens_3, null::bigint as closes_3, null::bigint as opens_4,
      null::bigint as closes_4
    from (select unnest([timestamptz '2026-06-01 00:00:00Z', timestamptz '2026-06-02 00:00:00Z']) as day);
    insert into lead_cycles (lead_id, cycle_no, team, opened_at, mql_at)
    select lead_id, 1, team, timestamptz '2026-06-01 08:00:00Z', timestamptz '2026-06-01 08:00:00Z'
    from (values ('1', 'a'), ('2', 'a'), ('3', 'a'), ('4', 'b')) as leads (lead_id, team)
  `);
  const wanted = [
    'team',
    'mqls',
    'open_days',
    'mqls_per_day',
    'capacity_per_day',
    'capacity',
    'load_share',
    'days_over',
  ];
  expect(columns(await rowsOf('capacity'), ...wanted)).toEqual([['a, b', 4, 2, 2, 6, 12, 4 / 12, null]]);
  await given(`update sla.team_calendars set capacity_per_day = null where team = 'b'`);
  expect(columns(await rowsOf('capacity'), ...wanted)).toEqual([['a, b', 4, 2, 2, null, null, null, null]]);
  await given('drop schema sla cascade; delete from lead_cycles');
});

test('versions and agreements are listed in the quarter in which they took effect', async () => {
  expect(
    columns(
      await rowsOf('definition_changes'),
      'review',
      'kind',
      'metric',
      'version',
      'agreement',
      'why',
      'approved_by',
      'effective_from',
    ),
  ).toEqual([
    ['2026-Q2', 'agreement', null, null, '2026-h1', null, null, '2026-06-01'],
    ['2026-Q2', 'metric', 'win_rate', 2, null, 'Better', 'CMO, CRO', '2026-06-08'],
  ]);
});

test('amounts are added by currency, and leads without one are counted beside', async () => {
  await given(`
    insert into lead_cycles (lead_id, cycle_no, source, sql_reached_at, closed_at, outcome)
    values
      ('a', 1, 'event', '2026-05-02', '2026-05-20', 'won'), ('b', 1, 'event', '2026-05-02', '2026-05-20', 'won'),
      ('c', 1, null, '2026-05-02', '2026-05-20', 'won'), ('d', 1, 'event', '2026-05-02', null, null),
      ('e', 1, 'event', '2026-05-02', null, null), ('f', 1, 'event', null, null, null), ('g', 1, 'event', '2026-05-02', '2026-05-20', 'lost')
  `);
  expect(await rowsOf('amounts')).toEqual([]);
  await given(`
    create or replace table deal_amounts as
    select id as lead_id, 1::bigint as cycle_no, source, outcome, closed_at is null as is_open, amount, currency, closed_at
    from (values
      ('a', 'event', 'won', 100.0, 'DKK', timestamptz '2026-05-20'), ('a', 'event', 'won', 7.5, 'EUR', timestamptz '2026-05-20'),
      ('b', 'event', 'won', 50.0, 'DKK', timestamptz '2026-05-20'), ('d', 'event', null, 30.0, null, null),
      ('g', 'event', 'lost', 900.0, 'DKK', timestamptz '2026-05-20')
    ) as amounts (id, source, outcome, amount, currency, closed_at)
  `);
  expect(
    columns(await rowsOf('amounts'), 'review', 'kind', 'source', 'has_amount', 'currency', 'leads', 'amount'),
  ).toEqual([
    ['2026-Q2', 'won', 'event', true, 'DKK', 2, 150],
    ['2026-Q2', 'won', 'event', true, 'EUR', 1, 7.5],
    ['2026-Q2', 'won', '(none)', false, null, 1, null],
    ['2026-Q3', 'open', 'event', true, null, 1, 30],
    ['2026-Q3', 'open', 'event', false, null, 1, null],
  ]);
  await given('drop table deal_amounts; delete from lead_cycles');
});

test('a clause of the draft is known by the metric of its kind, not by a promise of the same name', async () => {
  expect(await rowsOf('draft_outcomes')).toEqual([]);
  // The agreement's own promise `acceptance` is marketing's and counts another metric.
  await given(`
    create table kept_promises as from agreement_promises;
    create table kept_definitions as from metric_definitions;
    insert into agreement_promises
    select '2026-h1', date '2026-06-01', null, 'marketing', 'acceptance', 'mql_acceptance_rate', 0.7;
    insert into metric_definitions by name
    select unnest(['mql_acceptance_rate', 'acceptance_within_sla_rate']) as metric, 1 as version, true as is_current,
      'E ' || metric as label_en, true as is_headline, 'sales' as owner;
    create or replace table draft_outcomes as
    select '2027' as draft, date '2026-05-01' as first_date, date '2026-07-31' as last_date, clause,
      'sales' as side, 10::bigint as judged_before, 9::bigint as kept_before, 8::bigint as judged_after, 6::bigint as kept_after,
      3::bigint as changed
    from (values ('first_response'), ('acceptance'), ('mql_criteria')) as clauses (clause)
  `);
  expect(
    columns(await rowsOf('draft_outcomes'), 'clause', 'label_en', 'rate_before', 'rate_after', 'last_day'),
  ).toEqual([
    ['acceptance', 'E acceptance_within_sla_rate', 0.9, 0.75, '2026-07-31'],
    ['first_response', 'E response_within_sla_rate', 0.9, 0.75, '2026-07-31'],
    ['mql_criteria', null, 0.9, 0.75, '2026-07-31'],
  ]);
  await given(`
    create or replace table agreement_promises as from kept_promises; drop table kept_promises;
    create or replace table metric_definitions as from kept_definitions; drop table kept_definitions
  `);
});
