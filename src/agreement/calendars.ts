import type { Warehouse } from '../warehouse/warehouse.ts';
import { type DaySpan, dayLength, writeZoneDates, zoneDays } from './dates.ts';

/** Pairs of opens_n, closes_n in a row of sla.calendar_days. */
export const pairsOfDay = 4;

const zoneDates = 'calendar_zone_dates';

/**
 * Expands the calendars over the span: sla.calendar_intervals, sla.calendar_days, sla.calendar_dates.
 * Needs sla.calendars, sla.calendar_hours, sla.calendar_special_hours and sla.calendar_holidays.
 */
export async function expandCalendars(warehouse: Warehouse, zones: readonly string[], span: DaySpan): Promise<void> {
  await writeZoneDates(warehouse, zoneDates, zones, span);
  await warehouse.run(`create or replace table sla.calendar_intervals as ${intervalsQuery(span)}`);
  await warehouse.run(`create or replace table sla.calendar_days as ${daysQuery(span)}`);
  await warehouse.run(`create or replace table sla.calendar_dates as ${datesQuery(span)}`);
  await warehouse.run(`drop table ${zoneDates}`);
}

/** Hours of each local date → instants → merged where they touch or overlap → cut to the span. */
function intervalsQuery(span: DaySpan): string {
  return `
    with dates as (
        select
            calendars.calendar_key,
            calendars.time_zone,
            zone_dates.local_date,
            zone_dates.starts_us,
            special.local_date is not null as is_special,
            holidays.local_date is not null and special.local_date is null as is_closed
        from sla.calendars as calendars
        inner join ${zoneDates} as zone_dates on zone_dates.time_zone = calendars.time_zone
        left join (select distinct calendar_key, local_date from sla.calendar_special_hours) as special
            on special.calendar_key = calendars.calendar_key and special.local_date = zone_dates.local_date
        left join (select distinct calendar_key, local_date from sla.calendar_holidays) as holidays
            on holidays.calendar_key = calendars.calendar_key and holidays.local_date = zone_dates.local_date
    ),

    hours as (
        select dates.calendar_key, dates.time_zone, dates.local_date, hours.opens_minute, hours.closes_minute
        from dates
        inner join sla.calendar_hours as hours
            on hours.calendar_key = dates.calendar_key and hours.weekday = isodow(dates.local_date)
        where not dates.is_special and not dates.is_closed
        union all
        select dates.calendar_key, dates.time_zone, dates.local_date, hours.opens_minute, hours.closes_minute
        from dates
        inner join sla.calendar_special_hours as hours
            on hours.calendar_key = dates.calendar_key and hours.local_date = dates.local_date
    ),

    shifts as (
        select
            hours.calendar_key,
            epoch_us(timezone(hours.time_zone, hours.local_date::timestamp + to_minutes(hours.opens_minute))) as opens_us,
            -- a holiday cuts the tail of the night before it; least() ignores the null of every other night
            least(
                epoch_us(timezone(hours.time_zone, hours.local_date::timestamp + to_minutes(hours.closes_minute))),
                next_dates.starts_us
            ) as closes_us
        from hours
        left join dates as next_dates
            on next_dates.calendar_key = hours.calendar_key
            and next_dates.local_date = hours.local_date + 1
            and next_dates.is_closed
    ),

    reaching as (
        select
            calendar_key,
            opens_us,
            closes_us,
            max(closes_us) over (
                partition by calendar_key
                order by opens_us, closes_us
                rows between unbounded preceding and 1 preceding
            ) as reached_us
        from shifts
    ),

    islands as (
        select
            calendar_key,
            opens_us,
            closes_us,
            count(*) filter (where reached_us is null or opens_us > reached_us) over (
                partition by calendar_key
                order by opens_us, closes_us
                rows between unbounded preceding and current row
            ) as island
        from reaching
    ),

    merged as (
        select
            calendar_key,
            greatest(min(opens_us), ${span.first * dayLength}) as opens_us,
            least(max(closes_us), ${(span.last + 1) * dayLength}) as closes_us
        from islands
        group by calendar_key, island
        -- nothing is left beyond the span, or where a spring gap makes the close come before the open
        having closes_us > opens_us
    ),

    final as (
        select
            calendar_key,
            opens_us,
            closes_us,
            coalesce(
                sum(closes_us - opens_us) over (
                    partition by calendar_key
                    order by opens_us
                    rows between unbounded preceding and 1 preceding
                ),
                0
            )::bigint as open_before_us
        from merged
    )

    select * from final
    order by calendar_key, opens_us
  `;
}

/** One row per calendar and UTC day of the span, with the open time before it and its open intervals. */
function daysQuery(span: DaySpan): string {
  const numbers = Array.from({ length: pairsOfDay }, (_, index) => index + 1);
  const pairs = numbers.flatMap((number) =>
    ['opens', 'closes'].map(
      (end) => `coalesce(max(${end}_us) filter (where pair_no = ${number}), 0) as ${end}_${number}`,
    ),
  );
  const pairNames = numbers.flatMap((number) => [`opens_${number}`, `closes_${number}`]);
  return `
    with zone_days as (${zoneDays(zoneDates, span)}),

    pieces as (
        select
            calendar_key,
            unnest(range(opens_us // ${dayLength}, (closes_us - 1) // ${dayLength} + 1))::integer as utc_day,
            opens_us,
            closes_us
        from sla.calendar_intervals
    ),

    cut_pieces as (
        select
            calendar_key,
            utc_day,
            greatest(opens_us, utc_day * ${dayLength}) as opens_us,
            least(closes_us, (utc_day + 1) * ${dayLength}) as closes_us,
            row_number() over (partition by calendar_key, utc_day order by opens_us) as pair_no
        from pieces
    ),

    days as (
        select
            calendar_key,
            utc_day,
            sum(closes_us - opens_us) as open_us,
            max(pair_no) as pairs,
            ${pairs.join(',\n            ')}
        from cut_pieces
        group by all
    ),

    final as (
        select
            calendars.calendar_key,
            zone_days.utc_day,
            coalesce(
                sum(days.open_us) over (
                    partition by calendars.calendar_key
                    order by zone_days.utc_day
                    rows between unbounded preceding and 1 preceding
                ),
                0
            )::bigint as open_before_us,
            ${pairNames.map((name) => `coalesce(days.${name}, 0) as ${name}`).join(',\n            ')},
            zone_days.local_date,
            zone_days.date_change_us,
            zone_days.date_change_2_us,
            coalesce(days.pairs, 0)::integer as pairs
        from sla.calendars as calendars
        inner join zone_days on zone_days.time_zone = calendars.time_zone
        left join days on days.calendar_key = calendars.calendar_key and days.utc_day = zone_days.utc_day
    )

    select * from final
    order by calendar_key, utc_day
  `;
}

/** One row per calendar and local date that touches the span. */
function datesQuery(span: DaySpan): string {
  return `
    with dates as (
        select calendars.calendar_key, zone_dates.local_date, zone_dates.starts_us, zone_dates.ends_us
        from sla.calendars as calendars
        inner join ${zoneDates} as zone_dates on zone_dates.time_zone = calendars.time_zone
        where
            zone_dates.ends_us > ${span.first * dayLength}
            and zone_dates.starts_us < ${(span.last + 1) * dayLength}
    ),

    -- intervals are disjoint and ascending: the last one that opens before the date ends tells all about the date
    closings as (
        select
            dates.calendar_key,
            dates.local_date,
            case
                when intervals.closes_us > dates.starts_us then least(intervals.closes_us, dates.ends_us)
            end as last_closing_us
        from dates
        asof left join sla.calendar_intervals as intervals
            on intervals.calendar_key = dates.calendar_key and intervals.opens_us < dates.ends_us
    ),

    final as (
        select
            calendar_key,
            local_date,
            last_closing_us is not null as is_open,
            count(last_closing_us) over (partition by calendar_key order by local_date)::integer as open_dates_through,
            make_timestamptz(last_closing_us) as last_closing_at
        from closings
    )

    select * from final
    order by calendar_key, local_date
  `;
}
