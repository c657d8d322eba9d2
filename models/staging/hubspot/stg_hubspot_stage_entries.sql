-- Grain: crm and change_id. Every time a contact's lifecycle stage or lead status, or a deal's stage, was set to
-- another value, with Handover's stage for it.
with
    stages as (
        select stage from sla.stages
    ),
    seeded as (
        select
            'seeds/hubspot_lifecycle_stages.csv' as file,
            'lifecyclestage' as property,
            null::varchar as pipeline_id,
            cast(lifecycle_stage_id as varchar) as value,
            cast(stage as varchar) as stage,
            null::varchar as reason
        from seeds.hubspot_lifecycle_stages
        union all
        select
            'seeds/hubspot_lead_statuses.csv',
            'hs_lead_status',
            null,
            cast(lead_status as varchar),
            cast(stage as varchar),
            cast(reason as varchar)
        from seeds.hubspot_lead_statuses
        union all
        select
            'seeds/hubspot_deal_stages.csv',
            'dealstage',
            cast(pipeline_id as varchar),
            cast(stage_id as varchar),
            cast(stage as varchar),
            null
        from seeds.hubspot_deal_stages
    ),
    maps as (
        select
            seeded.property,
            seeded.pipeline_id,
            seeded.value,
            any_value(
                if(
                    seeded.stage is null or stages.stage is not null,
                    seeded.stage,
                    error(seeded.file || ': "' || seeded.stage || '" is no stage')
                )
            ) as stage,
            any_value(seeded.reason) as reason
        from seeded
        left join stages on seeded.stage = stages.stage
        group by seeded.property, seeded.pipeline_id, seeded.value
    ),
    -- A stage's id is as a rule enough: other pipelines have ids of their own, and a deal may have changed pipelines.
    stage_maps as (
        select property, value, any_value(stage) as stage, any_value(reason) as reason
        from maps
        where value is not null
        group by property, value
        having count(distinct coalesce(stage, '')) = 1
    ),
    -- A pipeline without a stage id: nothing in it is of interest.
    ignored_pipelines as (
        select distinct pipeline_id from maps where value is null
    ),
    deals as (
        select *, 'deal' as object_type from stg_hubspot_deals
    ),
    change_kinds as (
        select distinct cast(source_type as varchar) as source_type, cast(kind as varchar) as kind
        from seeds.hubspot_sources
    ),
    changes as (
        select * from stg_hubspot_property_history
        where (object_type = 'contact' and property in ('lifecyclestage', 'hs_lead_status'))
            or (object_type = 'deal' and property = 'dealstage')
    ),
    entries as (
        select changes.*
        from changes
        left join change_kinds as merges
            on changes.change_source = merges.source_type and merges.kind = 'merge'
        where changes.value <> ''
            and changes.value is distinct from changes.previous_value
            -- A merge repeats what one of the two contacts was before.
            and (merges.source_type is null or changes.previous_value is null)
    ),
    mapped as (
        select
            entries.crm,
            entries.change_id,
            entries.object_type,
            entries.object_id,
            if(entries.object_type = 'contact', entries.object_id, deals.contact_id) as contact_id,
            coalesce(deals.is_deleted, false) as is_of_deleted_deal,
            entries.property,
            entries.value,
            deals.pipeline_id,
            case
                when pipeline_maps.value is not null then pipeline_maps.stage
                when ignored_pipelines.pipeline_id is null then stage_maps.stage
            end as stage,
            pipeline_maps.value is not null
            or stage_maps.value is not null
            or ignored_pipelines.pipeline_id is not null as is_mapped,
            stage_maps.reason,
            entries.change_source,
            bulk.source_type is not null as is_bulk,
            entries.changed_at as entered_at,
            entries.next_changed_at
        from entries
        left join deals
            on entries.crm = deals.crm
            and entries.object_type = deals.object_type
            and entries.object_id = deals.deal_id
        left join maps as pipeline_maps
            on entries.property = pipeline_maps.property
            and entries.value = pipeline_maps.value
            and deals.pipeline_id = pipeline_maps.pipeline_id
        left join ignored_pipelines on deals.pipeline_id = ignored_pipelines.pipeline_id
        left join stage_maps
            on entries.property = stage_maps.property and entries.value = stage_maps.value
        left join change_kinds as bulk
            on entries.change_source = bulk.source_type and bulk.kind = 'bulk'
    ),
    reason_properties as (
        select crm, property from run.attributes where attribute = 'exit_reason'
    ),
    reason_changes as (
        select
            history.crm,
            history.object_type,
            history.object_id,
            history.property,
            history.value,
            history.changed_at
        from stg_hubspot_property_history as history
        semi join reason_properties
            on history.crm = reason_properties.crm and history.property = reason_properties.property
        where history.value <> ''
    ),
    records as (
        select crm, 'contact' as object_type, contact_id as object_id, properties from stg_hubspot_contacts
        union all
        select crm, object_type, deal_id, properties from deals
    ),
    -- Without a history it is that of the record as it is now, which is in its last stage.
    present_reasons as (
        select
            records.crm,
            records.object_type,
            records.object_id,
            reason_properties.property,
            nullif(records.properties ->> reason_properties.property, '') as value
        from records
        inner join reason_properties on records.crm = reason_properties.crm
    ),
    all_reasons as (
        select * from reason_changes
        union all
        select present_reasons.*, 'infinity'::timestamptz as changed_at
        from present_reasons
        anti join reason_changes using (crm, object_type, object_id, property)
        where present_reasons.value is not null
    ),
    -- A reason is often filled in after the stage: the last one before the record left it again.
    reasons as (
        select
            mapped.crm,
            mapped.change_id,
            arg_max(
                all_reasons.value,
                struct_pack(changed_at := all_reasons.changed_at, property := all_reasons.property)
            ) as reason
        from mapped
        inner join all_reasons
            on mapped.crm = all_reasons.crm
            and mapped.object_type = all_reasons.object_type
            and mapped.object_id = all_reasons.object_id
        where mapped.stage in ('lost', 'disqualified')
            and (mapped.next_changed_at is null or mapped.next_changed_at > all_reasons.changed_at)
        group by mapped.crm, mapped.change_id
    ),
    final as (
        select
            mapped.crm,
            mapped.change_id,
            mapped.object_type,
            mapped.object_id,
            mapped.contact_id,
            mapped.property,
            mapped.value,
            mapped.pipeline_id,
            mapped.stage,
            if(mapped.stage in ('lost', 'disqualified'), coalesce(reasons.reason, mapped.reason), null) as reason,
            mapped.change_source,
            mapped.is_bulk,
            mapped.is_mapped,
            -- The first of the contact's own entries creates the lead; at one instant its lifecycle stage comes first.
            mapped.object_type = 'contact'
            and mapped.stage is not null
            and row_number() over (
                partition by mapped.crm, mapped.object_type, mapped.object_id, mapped.stage is null
                order by mapped.entered_at, mapped.property desc, mapped.change_id
            ) = 1 as is_creation,
            mapped.entered_at
        from mapped
        left join reasons on mapped.crm = reasons.crm and mapped.change_id = reasons.change_id
        where not mapped.is_of_deleted_deal
    )
select * from final
