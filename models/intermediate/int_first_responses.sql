-- Grain: lead_id and cycle_no, of cycles with an MQL. Who was first: the assignment and the response.
with
    cycles as (
        select lead_id, cycle_no, mql_at, closed_at from int_cycles where mql_at is not null
    ),
    events as (
        select
            cycles.lead_id,
            cycles.cycle_no,
            cycles.mql_at,
            events.* exclude (lead_id, cycle_no),
            -- A meeting booked earlier in the cycle answers too; anything else between mql_at and closed_at.
            (events.type = 'meeting_booked' and events.occurred_at < cycles.mql_at)
            or (
                (events.type = 'meeting_booked' or events.is_human_outreach)
                and events.occurred_at >= cycles.mql_at
                and events.occurred_at <= coalesce(cycles.closed_at, 'infinity'::timestamptz)
            ) as is_response
        from cycles
        inner join int_cycle_events as events
            on cycles.lead_id = events.lead_id and cycles.cycle_no = events.cycle_no
        where events.type in ('owner_assigned', 'outreach', 'meeting_booked')
    ),
    firsts as (
        select
            lead_id,
            cycle_no,
            min(occurred_at) filter (where type = 'owner_assigned' and owner_id is not null) as assigned_at,
            arg_min(
                struct_pack(
                    responded_at := greatest(occurred_at, mql_at),
                    channel := channel,
                    is_self_booked := is_self_booked
                ),
                struct_pack(occurred_at := occurred_at, event_rank := event_rank, event_id := event_id)
            ) filter (where is_response) as response
        from events
        group by lead_id, cycle_no
    ),
    final as (
        select
            cycles.lead_id,
            cycles.cycle_no,
            cycles.mql_at,
            cycles.closed_at,
            firsts.assigned_at,
            firsts.response.responded_at as responded_at,
            firsts.response.channel as response_channel,
            coalesce(firsts.response.is_self_booked, false) as is_self_booked
        from cycles
        left join firsts on cycles.lead_id = firsts.lead_id and cycles.cycle_no = firsts.cycle_no
    )
select * from final
