import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { contents, generated, openMemory, readDump } from './sample.ts';

const bundled = join(import.meta.dirname, '../../seeds/sample');

test('the bundled dump is what the generator makes today', async () => {
  const made = contents(await generated({ leads: 3000, seed: 20260701 }));
  const kept = contents(bundled);
  expect([...made.keys()].sort()).toEqual([...kept.keys()].sort());
  for (const [name, content] of made) expect(content.equals(kept.get(name) ?? Buffer.of()), name).toBe(true);
});

test('ten rows of it are of no use, each for another reason', () => {
  const lines = [...contents(bundled).values()].flatMap((content) => content.toString().trimEnd().split('\n'));
  const bad = lines.filter((line) => !/^(E-|event_id,)/.test(line));
  expect(bad).toHaveLength(10);
  expect(bad.filter((line) => line.includes('2099'))).toHaveLength(1);
});

describe('the bundled dump is plausible', () => {
  async function measure(query: string): Promise<Record<string, unknown>> {
    const warehouse = await openMemory();
    await warehouse.run(`
      create table events as ${readDump(bundled, 'csv')} qualify row_number() over (
        partition by event_id order by recorded_at desc) = 1;
      create table stages as select lead_id,
        min(occurred_at) filter (stage = 'mql') as mql_at,
        min(occurred_at) filter (stage in ('sal', 'sql', 'proposal', 'won') or type = 'meeting_booked') as sal_at,
        min(occurred_at) filter (stage in ('sql', 'proposal', 'won')) as sql_at,
        min(occurred_at) filter (stage = 'won') as won_at,
        min(occurred_at) filter (stage = 'lost') as lost_at
      from events group by lead_id;`);
    const [row] = await warehouse.rows(query);
    return row ?? {};
  }

  test('it reaches past midnight of Monday 23 November in Copenhagen, so that week 47 is complete', async () => {
    const { first, newest } = await measure('select min(recorded_at) as first, max(recorded_at) as newest from events');
    expect(String(first).slice(0, 10)).toBe('2026-02-23');
    expect(String(newest).slice(0, 13)).toBe('2026-11-23T04');
  });

  test('every type of event and every stage occurs', async () => {
    const { types, stages } = await measure(`
      select count(distinct type) as types, count(distinct stage) as stages from events`);
    expect(types).toBe(16);
    expect(stages).toBe(9); // meeting is entered by meeting_booked
  });

  test('conversion rates are those of a company one could meet', async () => {
    const rates = await measure(`
      select
        count(*) as leads,
        avg((mql_at is not null)::int) as mql,
        avg((sal_at is not null)::int) filter (mql_at is not null) as sal,
        avg((sql_at is not null)::int) filter (sal_at is not null) as sql,
        count(*) filter (won_at is not null) / count(*) filter (sql_at is not null and (won_at is not null or
          lost_at is not null)) as win,
        median(epoch(won_at) - epoch(mql_at)) / 86400 as days
      from stages`);
    expect(rates.leads).toBe(3000);
    expect(rates.mql).toBeCloseTo(0.41, 1);
    expect(rates.sal).toBeCloseTo(0.75, 1);
    expect(rates.sql).toBeCloseTo(0.6, 1);
    expect(rates.win).toBeCloseTo(0.26, 1);
    expect(rates.days).toBeGreaterThan(35);
    expect(rates.days).toBeLessThan(55);
  });

  test('people work on their own days and in their own hours', async () => {
    const { share, sundays, holiday } = await measure(`
      with calls as (
        select timezone(case team when 'uk' then 'Europe/London' else 'Europe/Copenhagen' end, occurred_at) as local_at,
          team
        from events where type = 'outreach' and owner_id is not null
      )
      select
        avg((hour(local_at) between 8 and 17)::int) as share,
        count(*) filter (isodow(local_at) = 7) as sundays,
        count(*) filter (local_at::date = date '2026-05-25' or (team <> 'uk' and local_at::date = date '2026-05-14'))
          as holiday
      from calls`);
    expect(share).toBeGreaterThan(0.97);
    expect(sundays).toBeLessThan(25);
    expect(holiday).toBeLessThan(5);
  });

  test('some are merged, two of them into a lead that is itself merged, and one or two deleted', async () => {
    const { merged, chained, deleted } = await measure(`
      with merges as (select lead_id, properties ->> 'into' as into_id from events where type = 'lead_merged')
      select
        (select count(*) from merges) as merged,
        (select count(*) from merges as first inner join merges as second on first.into_id = second.lead_id) as chained,
        (select count(*) from events where type = 'lead_deleted') as deleted`);
    expect(merged).toBeGreaterThan(20);
    expect(chained).toBeGreaterThanOrEqual(2);
    expect(deleted).toBeGreaterThanOrEqual(1);
  });

  test('deliveries repeat, versions are corrected', async () => {
    const warehouse = await openMemory();
    const [row] = await warehouse.rows<Record<string, number>>(`
      with deliveries as (${readDump(bundled, 'csv')})
      select
        count(*) - (select count(*) from (select distinct * from deliveries)) as repeated,
        (select count(*) from (select distinct * from deliveries)) - count(distinct event_id) as corrected
      from deliveries`);
    expect(row?.repeated).toBeGreaterThan(20);
    expect(row?.corrected).toBeGreaterThan(10);
  });
});
