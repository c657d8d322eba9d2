-- Grain: lead_id and cycle_no, of cycles with an MQL in a team whose capacity the agreement names.
with
    -- Without such a team nothing below reads a row.
    teams as (
        select
            team_calendars.agreement,
            team_calendars.team,
            team_calendars.calendar_key,
            team_calendars.capacity_per_day,
            agreements.effective_at,
            coalesce(agreements.superseded_at, 'infinity'::timestamptz) as superseded_at
        from sla.team_calendars
        inner join sla.agreements on team_calendars.agreement = agreements.agreement
        where team_calendars.capacity_per_day is not null
    ),
    arrivals as (
        select
            cycles.lead_id,
            cycles.cycle_no,
            teams.agreement,
            teams.team,
            teams.calendar_key,
            teams.capacity_per_day,
            cycles.mql_at,
            epoch_us(cycles.mql_at) as mql_us
        from teams
        inner join int_cycle_teams as cycle_teams on teams.team = cycle_teams.team
        inner join int_cycles as cycles
            on cycle_teams.lead_id = cycles.lead_id and cycle_teams.cycle_no = cycles.cycle_no
        anti join int_excluded_cycles as excluded
            on cycles.lead_id = excluded.lead_id and cycles.cycle_no = excluded.cycle_no
        where cycles.mql_at >= teams.effective_at and cycles.mql_at < teams.superseded_at
    ),
    dated as (
        select
            arrivals.*,
            case
                when days.calendar_key is null
                    then error('calendar ' || arrivals.calendar_key || ' does not reach lead ' || arrivals.lead_id)
                else days.local_date
                    + if(arrivals.mql_us >= days.date_change_us, 1, 0)
                    + if(arrivals.mql_us >= days.date_change_2_us, 1, 0)
            end as local_date
        from arrivals
        left join sla.calendar_days as days
            on arrivals.calendar_key = days.calendar_key
            and arrivals.mql_us // 86_400_000_000 = days.utc_day
    ),
    numbered as (
        select
            lead_id,
            cycle_no,
            row_number() over (
                partition by agreement, team, local_date
                order by mql_at, lead_id, cycle_no
            ) as arrival_no,
            capacity_per_day
        from dated
    ),
    final as (
        select
            lead_id,
            cycle_no,
            arrival_no,
            arrival_no > capacity_per_day as is_beyond_capacity
        from numbered
    )
select * from final
