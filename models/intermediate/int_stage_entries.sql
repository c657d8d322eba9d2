-- Grain: lead_id, crm and event_id, of events that enter a stage. The entry with the cycle that owns it.
with
    entries as (
        select
            *,
            struct_pack(occurred_at := occurred_at, event_rank := event_rank, event_id := event_id) as event_order
        from int_ordered_events
        where type in ('stage_entered', 'lead_created', 'meeting_booked') and entered_stage is not null
    ),
    bounds as (
        select * from int_cycle_bounds
    ),
    final as (
        select
            entries.crm,
            entries.event_id,
            entries.lead_id,
            coalesce(bounds.cycle_no, 1) as cycle_no,
            entries.entered_stage,
            entries.rung,
            if(entries.is_closing, entries.properties ->> 'reason', null) as reason,
            entries.is_closing,
            entries.event_rank,
            entries.occurred_at
        from entries
        left join bounds on entries.lead_id = bounds.lead_id
        -- Exactly one of a lead's cycles owns an entry. (Inequalities in the join itself would make it a nested loop.)
        where (bounds.owns_from is null or entries.event_order >= bounds.owns_from)
            and (bounds.owns_until is null or entries.event_order < bounds.owns_until)
    )
select * from final
