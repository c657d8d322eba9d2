-- Grain: crm, measure and item. What of Pipedrive's export does not add up, or is not mapped.
with
    changes as (
        select * from stg_pipedrive_changes
    ),
    entries as (
        select * from stg_pipedrive_stage_entries
    ),
    activities as (
        select * from stg_pipedrive_activities
    ),
    stage_names as (
        select crm, id as stage_id, name from raw.pipedrive_stages
    ),
    deals as (
        select crm, record_id, created_at, stage_changed_at from stg_pipedrive_records where kind = 'deal'
    ),
    deals_with_flow as (
        select distinct crm, deal_id as record_id from raw.pipedrive_deal_flow
    ),
    -- Without a flow the times of a close are still exact, but of a deal's moves only the last is known.
    compared as (
        select
            changes.crm,
            changes.property,
            changes.record_id,
            bool_or(changes.basis = 'flow') as has_history,
            if(
                any_value(deals_with_flow.record_id) is null,
                changes.property = 'stage_id' and coalesce(any_value(deals.stage_changed_at > deals.created_at), false),
                bool_or(changes.basis = 'record')
                or (
                    changes.property = 'stage_id'
                    and not bool_or(changes.basis = 'flow')
                    and coalesce(any_value(deals.stage_changed_at > deals.created_at), false)
                )
            ) as is_mismatch
        from changes
        inner join deals on changes.crm = deals.crm and changes.record_id = deals.record_id
        left join deals_with_flow
            on changes.crm = deals_with_flow.crm and changes.record_id = deals_with_flow.record_id
        group by changes.crm, changes.property, changes.record_id
    ),
    measures as (
        select
            crm,
            'history_mismatch' as measure,
            property as item,
            count(*) filter (where is_mismatch) as value,
            0 as expected
        from compared
        group by crm, property
        having bool_or(has_history) or property in ('stage_id', 'status')
        union all
        select
            entries.crm,
            'unmapped_stage',
            entries.raw_value || coalesce(' (' || stage_names.name || ')', ''),
            count(*),
            0
        from entries
        left join stage_names on entries.crm = stage_names.crm and entries.raw_value = stage_names.stage_id
        where entries.is_unmapped
        group by entries.crm, entries.raw_value, stage_names.name
        union all
        select crm, 'unmapped_disposition', activity_type, count(*), 0
        from activities
        where is_unmapped
        group by crm, activity_type
        union all
        select crm, 'bulk_stage_entries', stage, count(*), null
        from entries
        where is_bulk and stage is not null
        group by crm, stage
        union all
        -- An activity that names nobody is about no lead.
        select crm, 'events_without_lead', 'activities', count(*), null
        from activities
        where kind <> 'none' and lead_id is null and person_id is not null
        group by crm
    ),
    final as (
        select
            crm,
            measure,
            item,
            value,
            expected::bigint as expected,
            coalesce(value <> expected, false) as is_problem
        from measures
    )
select * from final
