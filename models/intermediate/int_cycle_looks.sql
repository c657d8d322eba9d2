-- Grain: crm and event_id, of activities, changes of a property and creations: what is heard of a lead beside stages and
-- sales' own work, with the cycle that owns it.
with
    events as (
        select
            *,
            struct_pack(occurred_at := occurred_at, event_rank := event_rank, event_id := event_id) as event_order,
            json_extract_string(properties, ['action', 'name']) as details
        from int_ordered_events
        where type in ('activity', 'property_changed', 'lead_created')
    ),
    bounds as (
        select * from int_cycle_bounds
    ),
    final as (
        select
            events.crm,
            events.event_id,
            events.lead_id,
            coalesce(bounds.cycle_no, 1) as cycle_no,
            events.type,
            if(events.type = 'activity', events.details[1], null) as action,
            if(events.type = 'property_changed', events.details[2], null) as attribute,
            events.occurred_at
        from events
        left join bounds on events.lead_id = bounds.lead_id
        -- Exactly one of a lead's cycles owns an event. (Inequalities in the join itself would make it a nested loop.)
        where (bounds.owns_from is null or events.event_order >= bounds.owns_from)
            and (bounds.owns_until is null or events.event_order < bounds.owns_until)
    )
select * from final
