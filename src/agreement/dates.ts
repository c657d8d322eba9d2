import { quoteLiteral, type Warehouse } from '../warehouse/warehouse.ts';

/** Microseconds of a UTC day. */
export const dayLength = 86_400_000_000;

/** The UTC days that reporting dates cover: 1970 to 2099. */
const reportingDays: DaySpan = { first: 0, last: 47_481 };

/** UTC days since 1970-01-01, both included. */
export interface DaySpan {
  readonly first: number;
  readonly last: number;
}

/** What weeks, months and quarters are counted in. */
export interface ReportingTime {
  readonly timeZone: string;
  readonly fiscalYearStartMonth: number;
}

/**
 * SQL for the first instant of a local date, in epoch microseconds. Where the clock skips midnight that is the end of
 * the gap, as DuckDB reads it. Where a clock change repeats midnight DuckDB reads the second one: what the local clock
 * had already shown of the date by then is subtracted.
 */
export function startOfDate(zone: string, date: string): string {
  const midnight = `timezone(${zone}, ${date}::timestamp)`;
  const justBefore = `epoch_us(timezone(${zone}, ${midnight} - interval 1 microsecond)) + 1`;
  return `epoch_us(${midnight}) - greatest(0, ${justBefore} - epoch_us(${date}::timestamp))`;
}

/** A temporary table with each local date of each zone that touches the span: time_zone, local_date, starts_us, ends_us. */
export async function writeZoneDates(
  warehouse: Warehouse,
  table: string,
  zones: readonly string[],
  span: DaySpan,
): Promise<void> {
  await warehouse.run(`
    create or replace temp table ${table} (time_zone text, local_date date, starts_us bigint, ends_us bigint)
  `);
  // Zone by zone, because a constant zone is converted many times faster than one that differs from row to row.
  for (const zone of zones.map(quoteLiteral)) {
    await warehouse.run(`
      insert into ${table}
      with dates as (
          -- two days more at each end: local dates are up to a day away from UTC's, and each needs the one after it
          select date '1970-01-01' + day::integer as local_date
          from range(${span.first - 2}, ${span.last + 4}) as days(day)
      ),

      started as (
          select local_date, ${startOfDate(zone, 'local_date')} as starts_us
          from dates
      ),

      final as (
          select ${zone} as time_zone, local_date, starts_us, lead(starts_us) over (order by local_date) as ends_us
          from started
          qualify ends_us is not null
      )

      select * from final
    `);
  }
}

/**
 * SQL for one row per zone and UTC day: the local date at the day's start, and the instants inside it at which the
 * next local dates begin. A date that a zone skipped (Apia, 2011-12-30) begins and ends in the same instant.
 */
export function zoneDays(zoneDates: string, span: DaySpan): string {
  return `
    with days as (
        select zones.time_zone, day::integer as utc_day, day * ${dayLength} as starts_us
        from (select distinct time_zone from ${zoneDates}) as zones
        cross join range(${span.first}, ${span.last + 1}) as days(day)
    ),

    starts as (
        select time_zone, starts_us, max(local_date) as local_date
        from ${zoneDates}
        group by all
    ),

    changes as (
        select
            time_zone,
            (starts_us // ${dayLength})::integer as utc_day,
            min(starts_us) as date_change_us,
            case when count(*) > 1 then max(starts_us) end as date_change_2_us
        from ${zoneDates}
        where starts_us > 0 and starts_us % ${dayLength} > 0
        group by all
    ),

    final as (
        select
            days.time_zone,
            days.utc_day,
            starts.local_date,
            changes.date_change_us,
            changes.date_change_2_us
        from days
        asof join starts on starts.time_zone = days.time_zone and starts.starts_us <= days.starts_us
        left join changes on changes.time_zone = days.time_zone and changes.utc_day = days.utc_day
    )

    select * from final
  `;
}

/** Writes sla.dates, sla.local_dates and sla.periods for the reporting zone. */
export async function writeDates(warehouse: Warehouse, reporting: ReportingTime): Promise<void> {
  const zoneDates = 'reporting_zone_dates';
  await writeZoneDates(warehouse, zoneDates, [reporting.timeZone], reportingDays);
  await warehouse.run(`
    create or replace table sla.dates as
    select utc_day, local_date, date_change_us, date_change_2_us
    from (${zoneDays(zoneDates, reportingDays)})
    order by utc_day
  `);
  await warehouse.run(`
    create or replace table sla.local_dates as
    with dates as (
        select
            local_date,
            date_trunc('month', local_date)::date as month,
            (month(local_date) - ${reporting.fiscalYearStartMonth} + 12) % 12 as months_into_year
        from ${zoneDates}
    ),

    final as (
        select
            local_date,
            date_trunc('week', local_date)::date as week,
            month,
            (month - to_months((months_into_year % 3)::integer))::date as quarter,
            (month - to_months(months_into_year::integer))::date as year
        from dates
    )

    select * from final
    order by local_date
  `);
  await writePeriods(warehouse, quoteLiteral(reporting.timeZone));
  await warehouse.run(`drop table ${zoneDates}`);
}

async function writePeriods(warehouse: Warehouse, zone: string): Promise<void> {
  await warehouse.run(`
    create or replace table sla.periods as
    with starts as (
        select distinct unnest(['week', 'month', 'quarter']) as grain, unnest([week, month, quarter]) as period_start
        from sla.local_dates
    ),

    bounded as (
        select
            grain,
            period_start,
            case grain
                when 'week' then period_start + 7
                when 'month' then (period_start + interval 1 month)::date
                else (period_start + interval 3 months)::date
            end as period_end
        from starts
    ),

    final as (
        select
            grain,
            period_start,
            period_end,
            make_timestamptz(${startOfDate(zone, 'period_start')}) as starts_at,
            make_timestamptz(${startOfDate(zone, 'period_end')}) as ends_at
        from bounded
    )

    select * from final
    order by grain, period_start
  `);
}
