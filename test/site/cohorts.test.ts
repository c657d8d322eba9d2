import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openBeside } from '../../src/site/export.ts';
import { type Row, Warehouse } from '../../src/warehouse/warehouse.ts';

const folder = mkdtempSync(join(tmpdir(), 'handover-cohorts-'));
afterAll(() => rm(folder, { recursive: true }));

/** A published file whose cohorts the models themselves have made of the given conversions. */
async function publishedOf(
  name: string,
  world: { asOf: string; windows: string; conversions: string },
): Promise<string> {
  const published = join(folder, `${name}.duckdb`);
  const warehouse = await Warehouse.open(published);
  await warehouse.run(`
    create schema seeds; create schema sla; create schema run;
    create table run.clock as select timestamptz '${world.asOf}' as as_of;
    create table build_info as select as_of, 'Europe/Copenhagen' as time_zone from run.clock;
    create table seeds.cohort_windows (from_stage text, to_stage text, window_days double);
    insert into seeds.cohort_windows values ${world.windows};
    create table sla.dates as
    select
      (day - date '1970-01-01')::integer as utc_day, day as local_date,
      epoch_us(timezone('Europe/Copenhagen', (day + 1)::timestamp)) as date_change_us,
      9223372036854775807 as date_change_2_us
    from (select unnest(generate_series(date '2025-06-01', date '2026-12-31', interval 1 day))::date as day);
    create table sla.local_dates as
    select
      local_date, date_trunc('week', local_date)::date as week, date_trunc('month', local_date)::date as month,
      date_trunc('quarter', local_date)::date as quarter
    from sla.dates;
    create table sla.periods as
    select grain, period_start, period_end, timezone('Europe/Copenhagen', period_end::timestamp) as ends_at
    from (
      select distinct 'week' as grain, week as period_start, week + 7 as period_end from sla.local_dates
      union select 'month', month, (month + interval 1 month)::date from sla.local_dates
      union select 'quarter', quarter, (quarter + interval 3 month)::date from sla.local_dates
    );
    create table metric_values as
    select grain, period_start, period_end, 'all' as dimension, true as is_in_force, ends_at <= as_of as is_complete
    from sla.periods, run.clock
    where timezone('Europe/Copenhagen', period_start::timestamp) <= as_of and period_start >= date '2025-07-01';
    create table metric_definitions (
      metric text, owner text, is_headline boolean, is_current boolean, minimum_sample integer
    );
    create table stage_conversions (
      lead_id text, cycle_no bigint, from_stage text, to_stage text, from_at timestamptz, converted_at timestamptz,
      source text
    );
    insert into stage_conversions by name ${world.conversions};
    create table lead_cycles (
      lead_id text, cycle_no bigint, subscriber_at timestamptz, lead_at timestamptz, mql_at timestamptz,
      sal_at timestamptz, sql_at timestamptz, meeting_at timestamptz, proposal_at timestamptz,
      subscriber_reached_at timestamptz, lead_reached_at timestamptz, mql_reached_at timestamptz,
      sal_reached_at timestamptz, sql_reached_at timestamptz, meeting_reached_at timestamptz,
      proposal_reached_at timestamptz, is_excluded boolean
    );
  `);
  const models = ['int_cohort_windows', 'int_cohort_periods', 'int_cohort_cycles', 'int_cohort_estimates'];
  for (const model of models.map((name) => `intermediate/${name}`).concat('marts/cohort_conversions')) {
    const sql = readFileSync(`models/${model}.sql`, 'utf8');
    await warehouse.run(`create table ${model.split('/')[1]} as ${sql}`);
  }
  warehouse.close();
  return published;
}

async function rowsOf(published: string, table: string, sql = `select * from site_table`): Promise<Row[]> {
  const warehouse = await openBeside({ published, reports: 'reports' });
  try {
    const query = readFileSync(`reports/sources/site/${table}.sql`, 'utf8');
    return await warehouse.rows(`with site_table as (${query}) ${sql}`);
  } finally {
    warehouse.close();
  }
}

// It is midnight in Copenhagen as 11 July begins.
const small = publishedOf('small', {
  asOf: '2026-07-10 22:00:00Z',
  windows: `('lead', 'mql', 5), ('lead', 'mql', 10), ('lead', 'mql', 30), ('lead', 'mql', null)`,
  conversions: `
    select
      lead_id, 1 as cycle_no, 'lead' as from_stage, 'mql' as to_stage, from_at::timestamptz as from_at,
      converted_at::timestamptz as converted_at
    from (values
      -- Two and a half days; never, followed for ten days; never, followed for four.
      ('a', '2026-06-30 22:00:00Z', '2026-07-03 10:00:00Z'),
      ('b', '2026-06-30 22:00:00Z', null),
      ('c', '2026-07-06 22:00:00Z', null),
      -- Six days, in the very instant up to which the data reach.
      ('d', '2026-07-04 22:00:00Z', '2026-07-10 22:00:00Z'),
      -- In July in Copenhagen, in June in London; one day to the second.
      ('e', '2026-06-30 22:30:00Z', '2026-07-01 22:30:00Z'),
      -- June: twenty days, and never. Nobody came in May.
      ('f', '2026-06-09 22:00:00Z', '2026-06-29 22:00:00Z'),
      ('g', '2026-06-19 22:00:00Z', null)
    ) as leads (lead_id, from_at, converted_at)`,
});

test('the triangle: counts, what is mature, and what nobody has had the days for', async () => {
  const rows = await rowsOf(
    await small,
    'cohorts',
    `select label, quarter, window_days, converted, cohort_size, is_mature, is_beyond, is_too_few, is_main_window
     from site_table where grain = 'month' order by label, window_days nulls last`,
  );
  const told = rows.map(({ label, window_days, converted, cohort_size, is_mature, is_beyond }) =>
    [label, window_days, `${converted}/${cohort_size}`, is_mature && 'mature', is_beyond && 'beyond']
      .map((part) => part ?? 'to date')
      .filter((part) => part !== false)
      .join(' '),
  );
  expect(told).toEqual([
    '2026-06 5 0/2 mature',
    // July began ten days ago: June's last lead has had ten days, and its first thirty.
    '2026-06 10 0/2 mature',
    '2026-06 30 1/2',
    '2026-06 to date 1/2',
    '2026-07 5 2/5',
    '2026-07 10 3/5',
    // To the second, the first lead of July has had ten days, and nobody thirty.
    '2026-07 30 3/5 beyond',
    '2026-07 to date 3/5',
  ]);
  expect(rows.every((row) => row.is_too_few)).toBe(true);
  expect(rows.filter((row) => row.is_main_window).map((row) => row.window_days)).toEqual([5, 5]);
  expect([...new Set(rows.map((row) => row.quarter))]).toEqual(['2026-Q2', '2026-Q3']);
});

test('the curve of those not yet there, worked by hand', async () => {
  const rows = await rowsOf(await small, 'survival', `select * from site_table where label = '2026-Q3' order by day`);
  // 1 of 5 at day 1, 1 of 4 by day 3, and at day 6, c no longer followed, 1 of 2.
  const shares = [1, 0.8, 0.8, 0.6, 0.6, 0.6, 0.3, 0.3, 0.3, 0.3, 0.3];
  expect(rows.map((row) => Number(row.day))).toEqual(shares.map((_, day) => day));
  for (const [day, share] of shares.entries()) expect(rows[day]?.share).toBeCloseTo(share, 12);
  expect(rows.map((row) => Number(row.at_risk))).toEqual([5, 5, 4, 3, 3, 2, 2, 1, 1, 1, 1]);
  expect(rows.map((row) => Number(row.followed))).toEqual([5, 5, 5, 5, 5, 4, 4, 3, 3, 3, 2]);
  expect(rows.every((row) => !row.is_drawn && !row.is_ripe && Number(row.cohort_size) === 5)).toBe(true);
});

test('the curve ends at 90 days, and says which quarters are ripe', async () => {
  const rows = await rowsOf(
    await small,
    'survival',
    `select label, is_ripe, max(day) as last_day, min(share) as share from site_table group by all order by label`,
  );
  // Q2's last lead has had the shortest window, five days. Its first lead has been followed for 31 days.
  expect(rows).toMatchObject([
    { label: '2026-Q2', is_ripe: true, last_day: 31, share: 0.5 },
    { label: '2026-Q3', is_ripe: false, last_day: 10 },
  ]);
});

// A thousand leads over a year: two in three convert, most of them soon.
const large = publishedOf('large', {
  asOf: '2026-06-17 05:00:00Z',
  windows: `('lead', 'mql', 14), ('lead', 'mql', 30), ('lead', 'mql', 90), ('lead', 'mql', null),
    ('mql', 'meeting', 7), ('mql', 'meeting', 60), ('mql', 'meeting', null)`,
  conversions: `
    select
      lead_id, 1 as cycle_no, from_stage, to_stage, from_at,
      if(converted_at <= timestamptz '2026-06-17 05:00:00Z', converted_at, null) as converted_at
    from (
      select
        'l' || number as lead_id,
        if(number % 3 = 0, 'mql', 'lead') as from_stage,
        if(number % 3 = 0, 'meeting', 'mql') as to_stage,
        timestamptz '2026-06-17 05:00:00Z' - to_microseconds((number * 7919 % 1000) * 30_000_000_000) as from_at,
        case
          when number % 7 > 1 then from_at + to_microseconds(((number * 104729 % 997)::double ** 2 * 9_000_000)::bigint)
        end as converted_at
      from range(1000) as numbers (number)
    )`,
});

test('the curve agrees with the estimates that the models make, at every window of every quarter shown', async () => {
  const rows = await rowsOf(
    await large,
    'survival',
    `select site_table.label, site_table.from_stage, site_table.day, cohorts.is_mature, site_table.share, cohorts.km_rate,
       site_table.cohort_size::bigint = cohorts.cohort_size as has_same_size
     from site_table
     inner join cohort_conversions as cohorts
       on cohorts.grain = 'quarter'
       and site_table.label = quarter_label(cohorts.cohort_start)
       and site_table.from_stage = cohorts.from_stage
       and site_table.day = cohorts.window_days
     order by all`,
  );
  expect(rows.map((row) => `${row.label} ${row.from_stage} ${row.day}${row.is_mature ? '' : ' open'}`)).toEqual([
    '2025-Q4 lead 14',
    '2025-Q4 lead 30',
    '2025-Q4 lead 90',
    '2025-Q4 mql 7',
    '2025-Q4 mql 60',
    '2026-Q1 lead 14',
    '2026-Q1 lead 30',
    '2026-Q1 lead 90 open',
    '2026-Q1 mql 7',
    '2026-Q1 mql 60',
    '2026-Q2 lead 14 open',
    '2026-Q2 lead 30 open',
    '2026-Q2 mql 7 open',
    '2026-Q2 mql 60 open',
  ]);
  for (const row of rows) expect(1 - Number(row.share)).toBeCloseTo(Number(row.km_rate), 12);
  expect(rows.every((row) => row.has_same_size)).toBe(true);
  expect(new Set(rows.map((row) => Number(row.share).toFixed(6))).size).toBeGreaterThan(10);
});

test('without cohorts and without conversions there is nothing, and no error', async () => {
  const published = await publishedOf('empty', {
    asOf: '2026-07-10 22:00:00Z',
    windows: `('lead', 'mql', 5)`,
    conversions: `select * from stage_conversions`,
  });
  for (const table of ['cohorts', 'survival', 'origins', 'flow_steps', 'stage_durations', 'work_in_progress']) {
    expect(await rowsOf(published, table), table).toEqual([]);
  }
});
