// node clock-pairs.mjs WORK FILE PAIRS: calendars as a build expanded them, and made-up pairs of instants up to three weeks
// apart, the same for the same number; every 50,000th lies on whole minutes, so that minutes can be counted one by one.
import { DuckDBInstance } from '@duckdb/node-api';

const [work, file, pairs] = process.argv.slice(2);
const instance = await DuckDBInstance.create(file);
const connection = await instance.connect();
await connection.run(`attach '${work}' as work (read_only)`);
await connection.run('create schema sla');
for (const name of ['calendars', 'calendar_days', 'calendar_hours', 'calendar_special_hours', 'calendar_holidays']) {
  await connection.run(`create table sla.${name} as from work.sla.${name}`);
}
await connection.run(`
create table pairs as
with calendars as (
    select
        row_number() over (order by calendar_key) - 1 as place,
        count(*) over () as calendars,
        calendar_key,
        min(utc_day) + 1 as first_day,
        max(utc_day) - min(utc_day) - 23 as days
    from sla.calendar_days
    group by calendar_key
),
drawn as (
    select
        pair_no,
        if(pair_no % 50_000 = 0, 60_000_000, 1) as unit,
        calendars.calendar_key,
        calendars.first_day * 86_400_000_000 + (hash(pair_no) % (calendars.days * 86_400_000_000))::bigint as starts_us,
        (hash(pair_no + ${pairs}) % 1_814_400_000_000)::bigint as lasts_us
    from range(${pairs}) as numbers (pair_no)
    inner join calendars on pair_no % calendars.calendars = calendars.place
)
select
    pair_no,
    calendar_key,
    starts_us // unit * unit as entered_us,
    (starts_us + lasts_us) // unit * unit as left_us
from drawn`);
connection.closeSync();
instance.closeSync();
