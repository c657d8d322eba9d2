// node clock-check.mjs FILE: counts, of the pairs on whole minutes, the open minutes one by one by the local time that each
// has, the weekday's hours, the holidays and the special hours; fails unless `written` says the same. Prints how many.
import { DuckDBInstance } from '@duckdb/node-api';

const [file] = process.argv.slice(2);
const instance = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' });
const connection = await instance.connect();
await connection.run(`set timezone = 'UTC'`);
const rows = await connection.runAndReadAll(`
with looked_at as (
    select * from pairs where pair_no % 50_000 = 0
),
minutes as (
    select
        looked_at.pair_no,
        calendars.calendar_key,
        timezone(calendars.time_zone, make_timestamptz(entered_us + 60_000_000 * passed.minute)) as local_time,
        local_time::date as today,
        epoch(local_time - today::timestamp) // 60 as minute
    from looked_at
    inner join sla.calendars using (calendar_key),
    unnest(range((left_us - entered_us) // 60_000_000)) as passed (minute)
),
-- A shift past midnight belongs to the date on which it began.
begun as (
    select *, today as local_date, minute as since from minutes
    union all
    select *, today - 1, minute + 1440 from minutes
),
hours as (
    select
        days.calendar_key,
        days.local_date,
        hours.opens_minute,
        hours.closes_minute
    from (select distinct calendar_key, local_date from begun) as days
    inner join sla.calendar_hours as hours
        on hours.calendar_key = days.calendar_key and hours.weekday = isodow(days.local_date)
    anti join sla.calendar_special_hours as special
        on special.calendar_key = days.calendar_key and special.local_date = days.local_date
    anti join sla.calendar_holidays as holidays
        on holidays.calendar_key = days.calendar_key and holidays.local_date = days.local_date
    union all
    select calendar_key, local_date, opens_minute, closes_minute from sla.calendar_special_hours
),
-- A holiday cuts the night before it; special hours do not.
closed as (
    select calendar_key, local_date from sla.calendar_holidays
    except
    select calendar_key, local_date from sla.calendar_special_hours
),
opened as (
    select distinct begun.pair_no, begun.local_time
    from begun
    inner join hours
        on begun.calendar_key = hours.calendar_key
            and begun.local_date = hours.local_date
            and begun.since >= hours.opens_minute
            and begun.since < hours.closes_minute
    anti join closed
        on begun.calendar_key = closed.calendar_key and begun.today = closed.local_date
),
counted as (
    select pair_no, count(*) as minutes from opened group by pair_no
)
select
    count(*) as looked_at,
    count(*) filter (where written.business_minutes is distinct from coalesce(counted.minutes, 0)) as others
from looked_at
left join counted using (pair_no)
left join written using (pair_no)`);
const [{ looked_at: lookedAt, others }] = rows.getRowObjectsJson();
connection.closeSync();
instance.closeSync();
if (others !== '0' || lookedAt === '0') throw new Error(`of ${lookedAt} pairs, ${others} have other minutes`);
process.stdout.write(lookedAt);
