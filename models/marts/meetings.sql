-- Grain: lead_id, meeting_id and slot_no. A meeting and each time it was to take place.
with
    events as (
        select
            *,
            struct_pack(occurred_at := occurred_at, event_rank := event_rank, event_id := event_id) as event_order,
            count(*) filter (where type = 'meeting_booked' and meeting_id is null) over (
                partition by lead_id
                order by occurred_at, event_rank, event_id
            ) as unnamed_booking_no
        from int_cycle_events
        where type in (
            'meeting_booked',
            'meeting_rescheduled',
            'meeting_cancelled',
            'meeting_held',
            'meeting_no_show'
        )
    ),
    -- Without a meeting_id an event belongs to the lead's latest such booking, which lends the meeting its event_id.
    named as (
        select
            * exclude (meeting_id),
            coalesce(
                meeting_id,
                first_value(event_id) over (
                    partition by lead_id, meeting_id is null, unnamed_booking_no
                    order by event_order
                )
            ) as meeting_id
        from events
    ),
    slotted as (
        select
            *,
            type in ('meeting_rescheduled', 'meeting_booked')
            and lag(type) over meeting in ('meeting_held', 'meeting_no_show') as opens_slot
        from named
        window meeting as (partition by lead_id, meeting_id order by event_order)
    ),
    numbered as (
        select
            *,
            1 + count(*) filter (where opens_slot) over meeting as slot_no
        from slotted
        window meeting as (partition by lead_id, meeting_id order by event_order)
    ),
    slots as (
        select
            lead_id,
            meeting_id,
            slot_no,
            arg_min(struct_pack(at := occurred_at, cycle_no := cycle_no), event_order) as opened,
            arg_max(type, event_order) as latest_type,
            -- The latest time planned; what else the slot's events say of it where no plan names one.
            coalesce(
                arg_max(scheduled_for, event_order) filter (
                    where type in ('meeting_booked', 'meeting_rescheduled')
                ),
                arg_max(scheduled_for, event_order)
            ) as scheduled_for,
            count(*) filter (where type = 'meeting_rescheduled')
            - if(arg_min(type, event_order) = 'meeting_rescheduled', 1, 0) as reschedules
        from numbered
        group by lead_id, meeting_id, slot_no
    ),
    final as (
        select
            slots.meeting_id,
            slots.slot_no,
            slots.lead_id,
            cycles.cycle_no,
            slots.opened.at as booked_at,
            slots.scheduled_for,
            case slots.latest_type
                when 'meeting_held' then 'held'
                when 'meeting_no_show' then 'no_show'
                when 'meeting_cancelled' then 'cancelled'
                else if(slots.scheduled_for > clock.as_of, 'upcoming', 'unknown')
            end as outcome,
            slots.reschedules,
            cycles.team,
            cycles.owner_id,
            cycles.source,
            cycles.campaign,
            cycles.country
        from slots
        cross join run.clock
        left join lead_cycles as cycles
            on slots.lead_id = cycles.lead_id and slots.opened.cycle_no = cycles.cycle_no
    )
select * from final
