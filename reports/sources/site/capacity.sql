-- One row per quarter and team: MQLs that came in, business days so far, and what the agreement says the team can take on such a
-- day. Business days are those of the team's calendar: local dates with any open time, begun by as_of. Where agreements follow
-- each other within the quarter, each counts for its own days. MQLs that the agreement excludes are not counted.
with

quarters as (

    select label, period_start, period_end
    from periods
    where grain = 'quarter'

),

-- Local dates with any open time, per calendar.
open_dates as (

    select calendar_key, local_date, min(opens_at) as opens_at
    from (
        select
            spans.calendar_key,
            spans.opens_at,
            unnest([
                timezone(calendars.time_zone, spans.opens_at)::date,
                timezone(calendars.time_zone, spans.closes_at - interval 1 microsecond)::date
            ]) as local_date
        from (
            select
                calendar_key,
                make_timestamptz(unnest([opens_1, opens_2, opens_3, opens_4])) as opens_at,
                make_timestamptz(unnest([closes_1, closes_2, closes_3, closes_4])) as closes_at
            from published.sla.calendar_days
            where
                local_date >= (select min(period_start) - 2 from quarters)
                and local_date <= (select max(period_end) + 2 from quarters)
        ) as spans
        inner join published.sla.calendars as calendars on spans.calendar_key = calendars.calendar_key
        where spans.closes_at > spans.opens_at
    )
    group by calendar_key, local_date

),

-- The agreements of each quarter, with the days on which they held.
spans as (

    select
        quarters.label,
        agreements.agreement,
        agreements.default_calendar_key,
        greatest(quarters.period_start, timezone(agreements.time_zone, agreements.effective_at)::date) as first_date,
        least(
            quarters.period_end,
            coalesce(timezone(agreements.time_zone, agreements.superseded_at)::date, quarters.period_end)
        ) as end_date
    from quarters
    inner join published.sla.agreements as agreements
        on timezone(agreements.time_zone, agreements.effective_at)::date < quarters.period_end
        and coalesce(timezone(agreements.time_zone, agreements.superseded_at)::date > quarters.period_start, true)

),

-- Where the first agreement began within the quarter, what came in before it has no business days to stand beside.
arrivals as (

    select quarters.label, coalesce(cycles.team, '(none)') as team, count(*) as mqls
    from lead_cycles as cycles
    inner join quarters
        on local_time(cycles.mql_at)::date >= quarters.period_start
        and local_time(cycles.mql_at)::date < quarters.period_end
    left join (select label, min(first_date) as first_date from spans group by label) as covered
        on quarters.label = covered.label
    where
        not coalesce(cycles.is_excluded, false)
        and local_time(cycles.mql_at)::date >= coalesce(covered.first_date, quarters.period_start)
    group by quarters.label, coalesce(cycles.team, '(none)')

),

-- Teams of the agreement, and those that only the leads name.
teams as (

    select spans.label, team_calendars.team
    from spans
    inner join published.sla.team_calendars as team_calendars on spans.agreement = team_calendars.agreement
    union
    select label, team from arrivals

),

days as (

    select
        teams.label,
        teams.team,
        spans.agreement,
        team_calendars.capacity_per_day,
        count(open_dates.local_date) as open_days
    from teams
    inner join spans on teams.label = spans.label
    left join published.sla.team_calendars as team_calendars
        on spans.agreement = team_calendars.agreement
        and teams.team = team_calendars.team
    left join open_dates
        on coalesce(team_calendars.calendar_key, spans.default_calendar_key) = open_dates.calendar_key
        and open_dates.local_date >= spans.first_date
        and open_dates.local_date < spans.end_date
        and open_dates.opens_at <= (select as_of from build_info)
    group by all

),

by_team as (

    select
        label,
        team,
        sum(open_days)::bigint as open_days,
        sum(open_days) filter (where capacity_per_day is not null)::bigint as agreed_days,
        sum(open_days * capacity_per_day)::bigint as capacity,
        min(capacity_per_day) as least_per_day,
        max(capacity_per_day) as most_per_day
    from days
    group by label, team

),

final as (

    select
        teams.label as review,
        teams.team,
        coalesce(arrivals.mqls, 0) as mqls,
        by_team.open_days,
        coalesce(arrivals.mqls, 0) / nullif(by_team.open_days, 0) as mqls_per_day,
        by_team.least_per_day as capacity_per_day,
        by_team.least_per_day <> by_team.most_per_day or by_team.agreed_days <> by_team.open_days as capacity_changed,
        -- Over a part of the quarter alone it says nothing of all its MQLs.
        if(by_team.agreed_days = by_team.open_days, by_team.capacity, null) as capacity,
        if(by_team.agreed_days = by_team.open_days, coalesce(arrivals.mqls, 0) / nullif(by_team.capacity, 0), null) as load_share
    from teams
    left join by_team on teams.label = by_team.label and teams.team = by_team.team
    left join arrivals on teams.label = arrivals.label and teams.team = arrivals.team

)

select * from final
order by review, team = '(none)', team
