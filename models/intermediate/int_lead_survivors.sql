-- Grain: crm and lead_id, only for leads that were merged into another or deleted.
with recursive
    merge_events as (
        select
            events.crm,
            events.lead_id,
            events.properties ->> 'into' as into_lead_id,
            struct_pack(merged_at := events.occurred_at, event_id := events.event_id) as merge_order
        from stg_events as events
        inner join run.clock on events.occurred_at <= clock.as_of
        where events.type = 'lead_merged' and (events.properties ->> 'into') is not null
    ),
    -- A lead's latest merge counts.
    merges as (
        select
            crm,
            lead_id,
            arg_max(into_lead_id, merge_order) as into_lead_id,
            max(merge_order) as merge_order
        from merge_events
        group by crm, lead_id
    ),
    -- Every lead that a merged lead leads to. Pairs are kept once (union), so a loop ends by itself.
    paths as (
        select crm, lead_id, into_lead_id as reached_id from merges
        union
        select paths.crm, paths.lead_id, merges.into_lead_id
        from paths
        inner join merges on paths.crm = merges.crm and paths.reached_id = merges.lead_id
    ),
    looping_leads as (
        select crm, lead_id from paths where lead_id = reached_id
    ),
    -- A path ends at the one lead that was merged no further, or at the target of its loop's latest merge.
    survivors as (
        select
            paths.crm,
            paths.lead_id,
            coalesce(
                any_value(paths.reached_id) filter (where merges.lead_id is null),
                arg_max(merges.into_lead_id, merges.merge_order) filter (where looping_leads.lead_id is not null)
            ) as surviving_lead_id,
            bool_or(looping_leads.lead_id is not null) as is_looping
        from paths
        left join merges on paths.crm = merges.crm and paths.reached_id = merges.lead_id
        left join looping_leads on paths.crm = looping_leads.crm and paths.reached_id = looping_leads.lead_id
        group by paths.crm, paths.lead_id
    ),
    deletions as (
        select distinct events.crm, events.lead_id
        from stg_events as events
        inner join run.clock on events.occurred_at <= clock.as_of
        where events.type = 'lead_deleted'
    ),
    -- Deleting a lead that was merged away does nothing; deleting the survivor takes all that was merged into it along.
    deleted_survivors as (
        select deletions.crm, deletions.lead_id
        from deletions
        left join survivors on deletions.crm = survivors.crm and deletions.lead_id = survivors.lead_id
        where coalesce(survivors.surviving_lead_id, deletions.lead_id) = deletions.lead_id
    ),
    leads as (
        select crm, lead_id, surviving_lead_id, is_looping from survivors
        union all
        select crm, lead_id, lead_id, false from deleted_survivors
        anti join survivors using (crm, lead_id)
    ),
    final as (
        select
            leads.crm,
            leads.lead_id,
            leads.surviving_lead_id,
            leads.is_looping,
            deleted_survivors.lead_id is not null as is_deleted
        from leads
        left join deleted_survivors
            on leads.crm = deleted_survivors.crm and leads.surviving_lead_id = deleted_survivors.lead_id
    )
select * from final
