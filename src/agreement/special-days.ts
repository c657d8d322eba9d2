import type { Warehouse } from '../warehouse/warehouse.ts';

/**
 * main.agreement_special_days: what is out of the ordinary in each agreement's calendars while it is in force, one row per
 * calendar and date (kinds `closed`, `special_hours`) or range of dates (`reduced`). A holiday on a weekday that is never
 * open changes nothing and has no row; special hours win over it, and bear its name. Nobody's own working time is in it.
 * Needs sla.agreements, sla.team_calendars, sla.calendars and what is written into these.
 */
export async function writeSpecialDays(warehouse: Warehouse): Promise<void> {
  await warehouse.run(/* sql */ `
    create or replace table main.agreement_special_days as
    with

    agreements as (

        select
            agreement,
            effective_from,
            lead(effective_from) over (order by effective_from) as effective_until,
            default_calendar_key
        from sla.agreements

    ),

    calendars as (

        select
            calendars.*,
            agreements.effective_from,
            agreements.effective_until,
            agreements.default_calendar_key = calendars.calendar_key as is_default,
            teams.teams
        from sla.calendars as calendars
        inner join agreements using (agreement)
        left join (
            select calendar_key, string_agg(team, ', ' order by team) as teams
            from sla.team_calendars
            group by calendar_key
        ) as teams using (calendar_key)
        anti join sla.owner_calendars as own on calendars.calendar_key = own.calendar_key

    ),

    special as (

        select
            calendar_key,
            local_date,
            string_agg(
                printf(
                    '%02d:%02d–%02d:%02d',
                    opens_minute // 60,
                    opens_minute % 60,
                    if(closes_minute > 1440, closes_minute - 1440, closes_minute) // 60,
                    closes_minute % 60
                ),
                ', ' order by opens_minute
            ) as hours
        from sla.calendar_special_hours
        group by calendar_key, local_date

    ),

    holidays as (

        select
            calendar_key,
            local_date,
            string_agg(distinct name_en, ' / ' order by name_en) as name_en,
            string_agg(distinct name_da, ' / ' order by name_da) as name_da
        from sla.calendar_holidays
        group by calendar_key, local_date

    ),

    days as (

        select
            coalesce(special.calendar_key, holidays.calendar_key) as calendar_key,
            coalesce(special.local_date, holidays.local_date) as first_date,
            coalesce(special.local_date, holidays.local_date) as last_date,
            if(special.hours is null, 'closed', 'special_hours') as kind,
            holidays.name_en,
            holidays.name_da,
            special.hours
        from special
        full outer join holidays
            on special.calendar_key = holidays.calendar_key and special.local_date = holidays.local_date
        left join (select distinct calendar_key, weekday from sla.calendar_hours) as ordinary
            on ordinary.calendar_key = holidays.calendar_key and ordinary.weekday = isodow(holidays.local_date)
        where special.hours is not null or ordinary.weekday is not null

    ),

    rows as (

        select * from days
        union all
        select calendar_key, first_date, last_date, 'reduced', name_en, name_da, null from sla.calendar_reduced

    ),

    final as (

        select
            calendars.agreement,
            calendars.calendar,
            calendars.teams,
            calendars.is_default,
            greatest(rows.first_date, calendars.effective_from) as first_date,
            least(rows.last_date, calendars.effective_until - 1) as last_date,
            rows.kind,
            rows.name_en,
            rows.name_da,
            rows.hours
        from rows
        inner join calendars using (calendar_key)
        where
            rows.last_date >= calendars.effective_from
            and rows.first_date < coalesce(calendars.effective_until, 'infinity'::date)

    )

    select * from final
    order by first_date, agreement, calendar, kind
  `);
}
