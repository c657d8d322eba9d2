-- One row per month or quarter and row of teams (see `team_rows`): MQLs for each business day of the teams' calendar that has
-- begun, from the first lead of all on, and what the agreement says they can take on one. A business day is a local date with
-- any open time. Where agreements follow each other within the period, each counts for its own days; before the first, its
-- calendar holds, and no capacity is agreed. MQLs that the agreement excludes are not counted.
with

reviews as (

    select grain, label, period_start, period_end
    from periods
    where grain in ('month', 'quarter')

),

-- Days before the first lead of all say nothing.
data as (

    select first_on from first_data

),

agreements as (

    select
        agreement,
        default_calendar_key,
        timezone(time_zone, effective_at)::date as effective_on,
        row_number() over (order by effective_at) = 1 as is_first,
        coalesce(timezone(time_zone, superseded_at)::date, date '9999-12-31') as superseded_on
    from published.sla.agreements

),

arrivals as (

    select coalesce(team, '(none)') as team, local_time(mql_at)::date as mql_on, count(*) as mqls
    from lead_cycles
    where mql_at is not null and not coalesce(is_excluded, false)
    group by all

),

-- Teams that an agreement names, and those that only the leads name.
teams as (

    select team from arrivals
    union
    select team from published.sla.team_calendars

),

terms as (

    select
        teams.team,
        coalesce(team_calendars.calendar_key, agreements.default_calendar_key) as calendar_key,
        team_calendars.capacity_per_day,
        agreements.effective_on,
        case when agreements.is_first then date '0001-01-01' else agreements.effective_on end as first_on,
        agreements.superseded_on
    from teams
    cross join agreements
    left join published.sla.team_calendars as team_calendars
        on agreements.agreement = team_calendars.agreement and teams.team = team_calendars.team

),

intervals as (

    select
        days.calendar_key,
        calendars.time_zone,
        unnest([
            struct_pack(opens := days.opens_1, closes := days.closes_1),
            struct_pack(opens := days.opens_2, closes := days.closes_2),
            struct_pack(opens := days.opens_3, closes := days.closes_3),
            struct_pack(opens := days.opens_4, closes := days.closes_4)
        ], recursive := true)
    from published.sla.calendar_days as days
    inner join published.sla.calendars as calendars on days.calendar_key = calendars.calendar_key
    where
        days.local_date between (select min(period_start) - 2 from reviews) and (select max(period_end) + 2 from reviews)

),

-- An interval that runs past midnight makes both dates business days.
open_days as (

    select distinct
        intervals.calendar_key,
        unnest([
            timezone(intervals.time_zone, make_timestamptz(intervals.opens))::date,
            timezone(intervals.time_zone, make_timestamptz(intervals.closes - 1))::date
        ]) as open_on
    from intervals
    cross join build_info
    where intervals.closes > intervals.opens and intervals.opens <= epoch_us(build_info.as_of)

),

days_by_review as (

    select
        reviews.grain,
        reviews.label,
        terms.team,
        count(*) as open_days,
        count(*) filter (where terms.capacity_per_day is not null and open_days.open_on >= terms.effective_on) as agreed_days,
        sum(terms.capacity_per_day) filter (where open_days.open_on >= terms.effective_on)::bigint as capacity,
        count(distinct terms.capacity_per_day) > 1 as is_changed
    from reviews
    inner join open_days on open_days.open_on >= reviews.period_start and open_days.open_on < reviews.period_end
    inner join terms
        on open_days.calendar_key = terms.calendar_key
        and open_days.open_on >= terms.first_on
        and open_days.open_on < terms.superseded_on
    cross join build_info
    where open_days.open_on <= local_time(build_info.as_of)::date and open_days.open_on >= (select first_on from data)
    group by reviews.grain, reviews.label, terms.team

),

arrivals_by_review as (

    select
        reviews.grain,
        reviews.label,
        arrivals.team,
        sum(arrivals.mqls)::bigint as mqls,
        sum(arrivals.mqls) filter (where terms.capacity_per_day is not null)::bigint as agreed_mqls,
        count(*) filter (where arrivals.mqls > terms.capacity_per_day) as days_over
    from reviews
    inner join arrivals on arrivals.mql_on >= reviews.period_start and arrivals.mql_on < reviews.period_end
    left join terms
        on arrivals.team = terms.team
        and arrivals.mql_on >= terms.effective_on
        and arrivals.mql_on < terms.superseded_on
    group by reviews.grain, reviews.label, arrivals.team

),

shown as (

    select grain, label, team from days_by_review
    union
    select grain, label, team from arrivals_by_review

),

beside as (

    select
        shown.grain,
        shown.label,
        coalesce(team_rows.team_row, shown.team) as team,
        coalesce(arrived.mqls, 0) as mqls,
        coalesce(days.open_days, 0) as open_days,
        coalesce(arrived.mqls, 0) / nullif(days.open_days, 0) as mqls_per_day,
        -- What is agreed for a part of the period only has no figure for all of it.
        case when days.agreed_days = days.open_days then days.capacity / days.open_days end as capacity_per_day,
        coalesce(days.is_changed, false) as is_changed,
        coalesce(days.agreed_days between 1 and days.open_days - 1, false) as is_partly_agreed,
        -- Both from the days on which a capacity was agreed.
        case when days.agreed_days > 0 then coalesce(arrived.agreed_mqls, 0) end as agreed_mqls,
        case when days.agreed_days > 0 then days.capacity end as capacity,
        case when days.agreed_days > 0 then coalesce(arrived.days_over, 0) end as days_over
    from shown
    left join days_by_review as days using (grain, label, team)
    left join arrivals_by_review as arrived using (grain, label, team)
    left join team_rows using (team)
    -- Without either it is a team that only another time's agreement or leads name.
    where coalesce(arrived.mqls, 0) > 0 or days.agreed_days > 0

),

-- What adds up for teams that share a row is told of all of them or not at all; the days only where they are the same.
final as (

    select
        grain as review_grain,
        label as review,
        team,
        sum(mqls)::bigint as mqls,
        if(min(open_days) = max(open_days), min(open_days), null) as open_days,
        if(count(mqls_per_day) = count(*), sum(mqls_per_day), null) as mqls_per_day,
        if(count(capacity_per_day) = count(*), sum(capacity_per_day), null) as capacity_per_day,
        bool_or(is_changed) as is_capacity_changed,
        bool_or(is_partly_agreed) or count(capacity_per_day) between 1 and count(*) - 1 as is_partly_agreed,
        if(count(capacity) = count(*), sum(agreed_mqls)::bigint, null) as agreed_mqls,
        if(count(capacity) = count(*), sum(capacity)::bigint, null) as capacity,
        if(count(capacity) = count(*), sum(agreed_mqls) / nullif(sum(capacity), 0), null) as load_share,
        if(count(*) = 1, any_value(days_over), null) as days_over
    from beside
    group by grain, label, team

)

select * from final
order by review_grain, review, team = '(none)', team
