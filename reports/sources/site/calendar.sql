-- One row per thing out of the ordinary in the fourteen days from as_of's date on: closed days, special hours, fewer people at
-- work, an agreement that takes effect. The same on several calendars is one row. A calendar with holidays, but none on record
-- for a year that the days reach into, says so.
with

days as (

    select local_time(as_of)::date as first_day, local_time(as_of)::date + 13 as last_day
    from build_info

),

-- A calendar that nobody has is of no interest.
special_days as (

    select *
    from agreement_special_days
    where teams is not null or is_default

),

calendars as (

    select agreement, calendar, teams, is_default, max(year(first_date)) filter (where kind = 'closed') as known_until
    from special_days
    group by agreement, calendar, teams, is_default

),

in_force as (

    select distinct agreement, effective_from, effective_until
    from agreement_documents

),

events as (

    select
        special.kind,
        greatest(special.first_date, days.first_day) as first_date,
        special.last_date,
        special.name_en,
        special.name_da,
        special.hours,
        special.teams,
        special.is_default
    from special_days as special
    inner join days on special.first_date <= days.last_day and special.last_date >= days.first_day
    union all
    select
        'missing',
        greatest(days.first_day, make_date(calendars.known_until + 1, 1, 1)),
        days.last_day,
        (calendars.known_until + 1)::text,
        (calendars.known_until + 1)::text,
        null,
        calendars.teams,
        calendars.is_default
    from calendars
    inner join days on calendars.known_until < year(days.last_day)
    left join in_force on calendars.agreement = in_force.agreement
    where coalesce(in_force.effective_until > days.last_day, true)
    union all
    select 'agreement', in_force.effective_from, in_force.effective_from, in_force.agreement, in_force.agreement, null, null, false
    from in_force
    -- One that took effect before is no news.
    inner join days on in_force.effective_from between days.first_day and days.last_day

),

final as (

    select
        kind,
        strftime(first_date, '%Y-%m-%d') as first_day,
        strftime(last_date, '%Y-%m-%d') as last_day,
        name_en,
        name_da,
        hours,
        string_agg(teams, ', ' order by teams) as teams,
        bool_or(is_default) as is_default
    from events
    group by kind, first_date, last_date, name_en, name_da, hours

)

select * from final
order by first_day, kind, name_en, hours
