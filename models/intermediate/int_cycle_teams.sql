-- Grain: lead_id and cycle_no, of cycles with a team: that of the lead's latest event naming one up to described_at,
-- else of the first later one in the cycle.
with
    cycles as (
        select
            lead_id,
            cycle_no,
            described_at,
            owns_until,
            count(*) over (partition by lead_id) as cycle_count
        from int_cycles
    ),
    -- A deletion that has no effect (of a lead merged away) has none here either.
    naming_events as (
        select
            lead_id,
            team,
            occurred_at,
            event_rank,
            event_id
        from int_ordered_events
        where team is not null and type <> 'lead_deleted'
    ),
    lead_teams as (
        select
            lead_id,
            min(team) as team,
            min(team) <> max(team) as has_several_teams,
            min(occurred_at) as first_named_at
        from naming_events
        group by lead_id
    ),
    -- A lead that only ever had one team, named in time or in its only cycle, needs no order of events.
    named as (
        select
            cycles.*,
            lead_teams.team as only_team,
            not lead_teams.has_several_teams
            and (lead_teams.first_named_at <= cycles.described_at or cycles.cycle_count = 1) as is_decided
        from cycles
        inner join lead_teams on cycles.lead_id = lead_teams.lead_id
    ),
    undecided as (
        select
            named.lead_id,
            named.cycle_no,
            naming_events.team,
            naming_events.occurred_at <= named.described_at as is_in_time,
            struct_pack(
                occurred_at := naming_events.occurred_at,
                event_rank := naming_events.event_rank,
                event_id := naming_events.event_id
            ) as event_order,
            named.owns_until
        from named
        inner join naming_events on named.lead_id = naming_events.lead_id
        where not named.is_decided
    ),
    compared as (
        select
            lead_id,
            cycle_no,
            coalesce(
                arg_max(team, event_order) filter (where is_in_time),
                arg_min(team, event_order) filter (
                    where not is_in_time
                        and (owns_until is null or event_order < owns_until)
                )
            ) as team
        from undecided
        group by lead_id, cycle_no
    ),
    final as (
        select lead_id, cycle_no, only_team as team from named where is_decided
        union all
        select lead_id, cycle_no, team from compared where team is not null
    )
select * from final
