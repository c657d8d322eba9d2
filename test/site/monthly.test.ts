import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBeside } from '../../src/site/export.ts';
import { type Row, Warehouse } from '../../src/warehouse/warehouse.ts';

const folder = mkdtempSync(join(tmpdir(), 'handover-monthly-'));
const published = join(folder, 'published.duckdb');
afterAll(() => rm(folder, { recursive: true }));

/** The months April to July 2026, July still running, in Copenhagen; as of Friday 10 July, before opening. */
beforeAll(async () => {
  const warehouse = await Warehouse.open(published);
  await warehouse.run(`
    create table build_info as select timestamptz '2026-07-10 04:00:00Z' as as_of, 'Europe/Copenhagen' as time_zone;
    create table metric_definitions (
      metric text, owner text, label_en text, label_da text, unit text, direction text, type text, is_headline boolean,
      is_current boolean, minimum_sample integer
    );
    insert into metric_definitions by name
    select unnest(['volume', 'rate', 'deals', 'speed']) as metric, 'sales' as owner, true as is_current, false as is_headline;

    create table metric_values (
      metric text, grain text, period_start date, period_end date, dimension text, is_in_force boolean,
      is_complete boolean, is_mature boolean, numerator double, denominator double, value double, over_value double,
      sample_size bigint, pending bigint, beside bigint, target double, target_source text, status text
    );
    insert into metric_values by name
    select
      metric, grain, day::date as period_start, 'all' as dimension, true as is_in_force, 'agreement' as target_source,
      case grain
        when 'week' then period_start + 7
        when 'month' then (period_start + interval 1 month)::date
        else (period_start + interval 3 month)::date
      end as period_end,
      period_end <= date '2026-07-10' as is_complete, value, target,
      case when not is_complete then 'open' when value >= target then 'kept' else 'missed' end as status
    from (values
      -- Each month by itself; the target of June was lower than what the agreement says in the end.
      ('volume', 'month', '2026-04-01', 90, 80), ('volume', 'month', '2026-05-01', 70, 80),
      ('volume', 'month', '2026-06-01', 85, 80), ('volume', 'month', '2026-07-01', 20, 100),
      -- Without a span of its own.
      ('rate', 'month', '2026-05-01', 0.5, 0.6), ('rate', 'month', '2026-06-01', 0.7, 0.6),
      ('rate', 'month', '2026-07-01', 0.8, 0.6),
      -- Promised per quarter.
      ('deals', 'quarter', '2026-04-01', 12, 10), ('deals', 'quarter', '2026-07-01', 1, 10),
      -- Promised per week: the week from 29 June ends in July.
      ('speed', 'week', '2026-05-25', 1, 2), ('speed', 'week', '2026-06-01', 3, 2), ('speed', 'week', '2026-06-22', 3, 2),
      ('speed', 'week', '2026-06-29', 1, 2), ('speed', 'week', '2026-07-06', 3, 2)
    ) as measured (metric, grain, day, value, target);

    create table agreement_promises (
      agreement text, effective_from date, effective_until date, side text, promise text, metric text, target double,
      grain text, owner text, wording_en text, wording_da text
    );
    insert into agreement_promises by name
    select 'a' as agreement, date '2026-01-01' as effective_from, 'sales' as side, metric as promise, metric, target, grain
    from (values
      ('volume', 100, 'month'), ('rate', 0.6, null), ('deals', 10, 'quarter'), ('speed', 2, 'week')
    ) as promises (metric, target, grain);

    create table lead_cycles (
      lead_id text, cycle_no bigint, team text, opened_at timestamptz, closed_at timestamptz, outcome text, exit_reason text,
      accepted_at timestamptz, is_excluded boolean,
      subscriber_at timestamptz, lead_at timestamptz, mql_at timestamptz, sal_at timestamptz, sql_at timestamptz,
      meeting_at timestamptz, proposal_at timestamptz, won_at timestamptz
    );
    -- Three people a team, so that each has a row of its own.
    create table lead_responses as
    select team, team || person as owner_id, timestamptz '2026-06-17 08:00:00Z' as mql_at
    from unnest(['a', 'b', 'Øst "1"']) as teams (team), range(3) as people (person);
    create table lead_follow_ups (
      lead_id text, cycle_no bigint, team text, mql_at timestamptz, attempts bigint, channels bigint,
      longest_gap_hours double, last_reply_at timestamptz, is_abandoned boolean, status text, is_excluded boolean
    );

    create schema sla;
    create table sla.agreements as
    select * from (values
      ('old', 1, timestamptz '2026-03-31 22:00:00Z', timestamptz '2026-06-14 22:00:00Z', 'Europe/Copenhagen'),
      ('new', 2, timestamptz '2026-06-14 22:00:00Z', null, 'Europe/Copenhagen')
    ) as agreements (agreement, default_calendar_key, effective_at, superseded_at, time_zone);
    create table sla.team_calendars as
    select * from (values ('old', 'Øst "1"', 1, null), ('new', 'Øst "1"', 2, 2)) as teams (agreement, team, calendar_key, capacity_per_day);
    create table sla.calendars as
    select * from (values (1, 'Europe/Copenhagen'), (2, 'Europe/Copenhagen')) as calendars (calendar_key, time_zone);
    -- Mondays to Fridays from eight to sixteen; the newer calendar is closed on 26 June.
    create table sla.calendar_days as
    select
      calendar_key, day::date as local_date,
      if(is_open, epoch_us(timezone('Europe/Copenhagen', day + interval 8 hour)), 0) as opens_1,
      if(is_open, epoch_us(timezone('Europe/Copenhagen', day + interval 16 hour)), 0) as closes_1,
      0::bigint as opens_2, 0::bigint as closes_2, 0::bigint as opens_3, 0::bigint as closes_3, 0::bigint as opens_4, 0::bigint as closes_4
    from (
      select unnest([1, 2]) as calendar_key, day, isodow(day) <= 5 and not (calendar_key = 2 and day = date '2026-06-26') as is_open
      from (select unnest(generate_series(timestamp '2026-01-01', timestamp '2026-12-31', interval 1 day)) as day)
    );
  `);
  await warehouse.run(`
    insert into lead_cycles by name
    select 'first' as lead_id, 1 as cycle_no, timestamptz '2026-04-09 08:00:00Z' as opened_at;
    -- Three on one day, one on another, one of no team, one excluded; one in May.
    insert into lead_cycles by name
    select lead_id, 1 as cycle_no, team, mql_at::timestamptz as opened_at, mql_at::timestamptz as mql_at, lead_id = 'x' as is_excluded
    from (values
      ('m1', 'Øst "1"', '2026-06-17 08:00:00Z'), ('m2', 'Øst "1"', '2026-06-17 09:00:00Z'),
      ('m3', 'Øst "1"', '2026-06-17 10:00:00Z'), ('m4', 'Øst "1"', '2026-06-02 08:00:00Z'),
      ('m5', null, '2026-06-30 21:59:00Z'), ('m6', 'Øst "1"', '2026-07-06 08:00:00Z'),
      ('x', 'Øst "1"', '2026-06-17 11:00:00Z'), ('m7', 'Øst "1"', '2026-05-31 22:30:00Z')
    ) as leads (lead_id, team, mql_at);

    -- Effort: medians over the leads, not over the teams.
    insert into lead_follow_ups by name
    select lead_id, 1 as cycle_no, team, timestamptz '2026-06-17 08:00:00Z' as mql_at, attempts, 1 as channels, gap as longest_gap_hours,
      if(attempts > 4, timestamptz '2026-06-18 08:00:00Z', null) as last_reply_at, attempts = 9 as is_abandoned,
      if(attempts = 0, 'in_progress', 'met') as status, lead_id = 'e6' as is_excluded
    from (values
      ('e1', 'a', 0, null), ('e2', 'a', 1, 10), ('e3', 'a', 5, 20), ('e4', 'b', 9, 40), ('e5', null, 6, null), ('e6', 'a', 99, 99)
    ) as leads (lead_id, team, attempts, gap);
  `);
  // In May 24 of 40 for price and 16 sent back, in June 6 of 30 for price and 24 of no recorded reason, in July one for price.
  await warehouse.run(`
    create temp table rejected as
    select unnest(range(count)) as number, outcome, reason, closed_at::timestamptz as closed_at
    from (values
      ('disqualified', 'price', '2026-05-04 08:00:00Z', 24), ('recycled', null, '2026-05-31 21:59:59Z', 16),
      ('lost', 'price', '2026-05-31 22:00:00Z', 6), ('disqualified', '', '2026-06-04 08:00:00Z', 24),
      ('lost', 'price', '2026-07-04 08:00:00Z', 1), ('won', null, '2026-06-04 08:00:00Z', 50)
    ) as decisions (outcome, reason, closed_at, count);
    insert into lead_cycles by name
    select
      'r' || row_number() over () as lead_id, 1 as cycle_no, reason as exit_reason, outcome, closed_at,
      closed_at as opened_at, timestamptz '2026-01-05' as mql_at, if(outcome = 'won', closed_at, null) as accepted_at
    from rejected;
  `);
  warehouse.close();
});

async function rowsOf(table: string, sql: string): Promise<Row[]> {
  const warehouse = await openBeside({ published, reports: 'reports' });
  try {
    const query = readFileSync(`reports/sources/site/${table}.sql`, 'utf8');
    return await warehouse.rows(`with site_table as (${query}) ${sql}`);
  } finally {
    warehouse.close();
  }
}

test('a month judges each promise by its own span: the month, the latest ended quarter, the weeks that ended in it', async () => {
  const rows = await rowsOf(
    'verdicts',
    `select review || ' ' || promise || ' ' || status || coalesce(' ' || judged_period, '') || ' '
       || periods_kept || '/' || periods || ' ≥' || target as told
     from site_table where review_grain = 'month' order by promise, review`,
  );
  expect(rows.map((row) => row.told)).toEqual([
    '2026-04 deals no_data 0/0 ≥10.0',
    '2026-05 deals no_data 0/0 ≥10.0',
    // The second quarter ends with June, and is the latest that has ended in July too.
    '2026-06 deals kept 2026-Q2 1/1 ≥10.0',
    '2026-07 deals kept 2026-Q2 1/1 ≥10.0',
    '2026-04 rate no_data 0/0 ≥0.6',
    '2026-05 rate missed 2026-05 0/1 ≥0.6',
    '2026-06 rate kept 2026-06 1/1 ≥0.6',
    '2026-07 rate open 2026-07 0/1 ≥0.6',
    '2026-04 speed no_data 0/0 ≥2.0',
    '2026-05 speed missed 2026-W22 0/1 ≥2.0',
    '2026-06 speed kept 2026-W26 2/2 ≥2.0',
    // The week from 29 June ends in July; the one that runs is open; one was missed.
    '2026-07 speed missed 2026-W28 0/2 ≥2.0',
    // The target that it was judged by, not the one that holds in the end.
    '2026-04 volume kept 2026-04 1/1 ≥80.0',
    '2026-05 volume missed 2026-05 0/1 ≥80.0',
    '2026-06 volume kept 2026-06 1/1 ≥80.0',
    '2026-07 volume open 2026-07 0/1 ≥100.0',
  ]);
});

test('a promise that began after its month had begun is told to have done so', async () => {
  const since = async (day: string) => {
    const warehouse = await Warehouse.open(published);
    await warehouse.run(`update agreement_promises set effective_from = date '${day}'`);
    warehouse.close();
  };
  await since('2026-05-02');
  const rows = await rowsOf(
    'verdicts',
    `select review, began_within from site_table where review_grain = 'month' and promise = 'volume' order by review`,
  );
  await since('2026-01-01');
  expect(rows.map((row) => [row.review, row.began_within])).toEqual([
    ['2026-05', true],
    ['2026-06', false],
    ['2026-07', false],
  ]);
});

test('rejections are told by reason beside the month before, and as a change only where it is more than chance', async () => {
  const rows = await rowsOf(
    'month_rejections',
    `select review, reason, cycles, total, previous_cycles, previous_total, change from site_table
     where review >= '2026-05' order by review, cycles desc, reason`,
  );
  expect(rows).toMatchObject([
    { review: '2026-05', reason: 'price', cycles: 24, total: 40, previous_cycles: 0, previous_total: 0, change: null },
    { review: '2026-05', reason: '(recycled)', cycles: 16, total: 40, change: null },
    {
      review: '2026-06',
      reason: '(none)',
      cycles: 24,
      total: 30,
      previous_cycles: 0,
      previous_total: 40,
      change: 'rose',
    },
    // 60 %, then 20 %.
    {
      review: '2026-06',
      reason: 'price',
      cycles: 6,
      total: 30,
      previous_cycles: 24,
      previous_total: 40,
      change: 'fell',
    },
    { review: '2026-06', reason: '(recycled)', cycles: 0, total: 30, previous_cycles: 16, change: 'fell' },
    // July has not ended: nothing is called a change.
    { review: '2026-07', reason: 'price', cycles: 1, total: 1, previous_cycles: 6, previous_total: 30, change: null },
    { review: '2026-07', reason: '(none)', cycles: 0, total: 1, previous_cycles: 24, change: null },
  ]);
});

test('effort: medians are of the leads themselves, in each team and in all', async () => {
  const rows = await rowsOf('month_efforts', `select * from site_table order by is_total, team`);
  expect(rows).toMatchObject([
    { team: '(none)', is_total: false, leads: 1, attempts_median: 6, longest_gap_hours_median: null, with_gap: 0 },
    {
      team: 'a',
      leads: 3,
      attempts_total: 6,
      attempts_median: 1,
      longest_gap_hours_median: 15,
      answered: 1,
      in_progress: 1,
    },
    { team: 'b', leads: 1, attempts_median: 9, abandoned: 1 },
    // 0, 1, 5, 6, 9: five in the middle. Of the medians of the teams it would be six.
    {
      team: null,
      is_total: true,
      leads: 5,
      attempts_total: 21,
      attempts_median: 5,
      answered: 3,
      abandoned: 1,
      is_too_few: true,
    },
  ]);
});

test('capacity: MQLs for each business day that has begun, by the calendars in force on each', async () => {
  const rows = await rowsOf('capacity', `select * from site_table where review_grain = 'month' order by review, team`);
  expect(rows).toMatchObject([
    // 31 May 22:30 in UTC is June in Copenhagen. Ten business days until 14 June; then eleven, and one of them closed.
    {
      review: '2026-06',
      team: '(none)',
      mqls: 1,
      open_days: 21,
      capacity_per_day: null,
      is_partly_agreed: false,
      days_over: null,
    },
    {
      review: '2026-06',
      team: 'Øst "1"',
      mqls: 5,
      open_days: 21,
      capacity_per_day: null,
      is_partly_agreed: true,
      days_over: 1,
    },
    // 1 to 3 and 6 to 9 July; on the tenth nobody has opened yet.
    {
      review: '2026-07',
      team: 'Øst "1"',
      mqls: 1,
      open_days: 7,
      capacity_per_day: 2,
      is_partly_agreed: false,
      days_over: 0,
    },
  ]);
  expect(rows[1]?.mqls_per_day).toBeCloseTo(5 / 21, 12);
  expect(rows[2]?.mqls_per_day).toBeCloseTo(1 / 7, 12);
});

test('volumes: every month has a figure for every stage, local months, without the excluded', async () => {
  const rows = await rowsOf('stage_volumes', `select label, stage, cycles, is_complete from site_table order by all`);
  expect(rows).toMatchObject([
    { label: '2026-04', stage: 'mql', cycles: 0, is_complete: true },
    { label: '2026-05', stage: 'mql', cycles: 0, is_complete: true },
    { label: '2026-06', stage: 'mql', cycles: 6, is_complete: true },
    { label: '2026-07', stage: 'mql', cycles: 1, is_complete: false },
  ]);
});
