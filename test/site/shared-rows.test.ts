import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBeside } from '../../src/site/export.ts';
import { type Row, Warehouse } from '../../src/warehouse/warehouse.ts';

const folder = mkdtempSync(join(tmpdir(), 'handover-shared-rows-'));
const published = join(folder, 'published.duckdb');
afterAll(() => rm(folder, { recursive: true }));

/**
 * Of the teams, Ans has one lead owner, Bo two and Cy three: Ans and Bo share a row everywhere. In June Ans has two leads and
 * Bo one, with six attempts each or one; in July they have one each. Copenhagen is open on two days of June and one of July,
 * London, where Bo is, on the same two and on another of July.
 */
beforeAll(async () => {
  const warehouse = await Warehouse.open(published);
  await warehouse.run(`
    create table build_info as select timestamptz '2026-07-10 04:00:00Z' as as_of, 'Europe/Copenhagen' as time_zone;
    create table metric_definitions (
      metric text, owner text, label_en text, label_da text, unit text, direction text, type text, is_headline boolean,
      is_current boolean, minimum_sample integer
    );
    create table metric_values as
    select 'mqls' as metric, grain, period_start, period_end, 'all' as dimension, true as is_in_force,
      period_end <= date '2026-07-10' as is_complete
    from (values
      ('month', date '2026-06-01', date '2026-07-01'), ('month', date '2026-07-01', date '2026-08-01'),
      ('quarter', date '2026-04-01', date '2026-07-01'), ('quarter', date '2026-07-01', date '2026-10-01')
    ) as periods (grain, period_start, period_end);
    create table lead_responses as
    select team, team || person as owner_id, timestamptz '2026-06-17 08:00:00Z' as mql_at
    from (values ('Ans', 1), ('Bo', 2), ('Cy', 3)) as sizes (team, people), range(people) as numbers (person);
    create table lead_cycles as
    select team, mql_at::timestamptz as mql_at, mql_at::timestamptz as opened_at, false as is_excluded
    from (values
      ('Ans', '2026-06-01 08:00:00Z'), ('Ans', '2026-06-02 08:00:00Z'), ('Bo', '2026-06-02 09:00:00Z'), ('Cy', '2026-06-02 10:00:00Z'),
      ('Ans', '2026-07-01 08:00:00Z'), ('Bo', '2026-07-02 08:00:00Z')
    ) as leads (team, mql_at);
    create table lead_follow_ups as
    select team, timestamptz '2026-06-02 08:00:00Z' as mql_at, attempts, 1 as channels, null::double as longest_gap_hours,
      null::timestamptz as last_reply_at, false as is_abandoned, 'met' as status, false as is_excluded
    from (values ('Ans', 6), ('Ans', 6), ('Bo', 1), ('Cy', 3)) as leads (team, attempts);
    create table meetings as
    select team, timestamptz '2026-06-04 08:00:00Z' as scheduled_for, outcome, 'event' as source
    from (values ('Ans', 'held'), ('Ans', 'no_show'), ('Bo', 'held'), ('Cy', 'held'), ('Dan', 'no_show')) as meetings (team, outcome);

    create schema sla;
    create table sla.agreements as
    select 'one' as agreement, timestamptz '2026-05-31 22:00:00Z' as effective_at, null::timestamptz as superseded_at,
      'Europe/Copenhagen' as time_zone, 1 as default_calendar_key;
    create table sla.calendars as
    select * from (values (1, 'Europe/Copenhagen'), (2, 'Europe/London')) as calendars (calendar_key, time_zone);
    create table sla.team_calendars as
    select * from (values ('one', 'Ans', 1, 2), ('one', 'Bo', 2, 3), ('one', 'Cy', 1, null))
      as teams (agreement, team, calendar_key, capacity_per_day);
    create table sla.calendar_days as
    select
      calendar_key, local_date, epoch_us(local_date + interval 8 hour) as opens_1, epoch_us(local_date + interval 16 hour) as closes_1,
      0::bigint as opens_2, 0::bigint as closes_2, 0::bigint as opens_3, 0::bigint as closes_3, 0::bigint as opens_4, 0::bigint as closes_4
    from (values
      (1, date '2026-06-01'), (1, date '2026-06-02'), (1, date '2026-07-01'),
      (2, date '2026-06-01'), (2, date '2026-06-02'), (2, date '2026-07-01'), (2, date '2026-07-02')
    ) as days (calendar_key, local_date);
  `);
  warehouse.close();
});

async function rowsOf(table: string, review: string): Promise<Row[]> {
  const warehouse = await openBeside({ published, reports: 'reports' });
  try {
    const sql = readFileSync(`reports/sources/site/${table}.sql`, 'utf8');
    return (await warehouse.rows(sql)).filter((row) => row.review === review);
  } finally {
    warehouse.close();
  }
}

test('effort: the median is of the leads of all teams in the row', async () => {
  expect(await rowsOf('month_efforts', '2026-06')).toMatchObject([
    { team: 'Ans, Bo, Dan', leads: 3, attempts_total: 13, attempts_median: 6 },
    { team: 'Cy', leads: 1, attempts_median: 3 },
    { is_total: true, leads: 4, attempts_median: 4.5 },
  ]);
});

test('no-shows: meetings add up, and a team that has only meetings is nobody’s to read off', async () => {
  const rows = (await rowsOf('no_shows', '2026-Q2')).filter((row) => row.dimension === 'team');
  expect(rows).toMatchObject([
    { name: 'Ans, Bo, Dan', no_show: 2, counted: 4, rate: 0.5 },
    { name: 'Cy', no_show: 0, counted: 1 },
  ]);
});

test('capacity: leads a day and capacities add up; days are told where all have the same', async () => {
  const june = { mqls: 3, open_days: 2, mqls_per_day: 1.5, capacity_per_day: 5 };
  const july = { mqls: 2, open_days: null, mqls_per_day: 1.5, capacity_per_day: 5 };
  expect(await rowsOf('capacity', '2026-06')).toMatchObject([
    { team: 'Ans, Bo, Dan', ...june, is_partly_agreed: false, days_over: null },
    { team: 'Cy', mqls: 1, open_days: 2, capacity_per_day: null, is_partly_agreed: false },
  ]);
  expect(await rowsOf('capacity', '2026-07')).toMatchObject([{ team: 'Ans, Bo, Dan', ...july }]);
  // Two days of two and two of three.
  expect((await rowsOf('capacity', '2026-Q2'))[0]).toMatchObject({ ...june, capacity: 10, load_share: 0.3 });
  expect((await rowsOf('capacity', '2026-Q3'))[0]).toMatchObject({ ...july, capacity: 8, load_share: 0.25 });
});
