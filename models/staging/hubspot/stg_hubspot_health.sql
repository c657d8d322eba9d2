-- Grain: crm, measure and item. What in a HubSpot export does not fit together, or fits no seed.
with
    history as (
        select * from stg_hubspot_property_history
    ),
    attributes as (
        select crm, property, attribute from run.attributes
    ),
    contacts as (
        select * from stg_hubspot_contacts
    ),
    deals as (
        select * from stg_hubspot_deals
    ),
    engagements as (
        select * from stg_hubspot_engagements
    ),
    entries as (
        select * from stg_hubspot_stage_entries
    ),
    -- Properties of which any history was exported.
    told as (
        select distinct crm, object_type, property from history
    ),
    present_values as (
        select
            contacts.crm,
            'contact' as object_type,
            contacts.contact_id as object_id,
            attributes.property,
            nullif(contacts.properties ->> attributes.property, '') as value,
            contacts.read_at
        from contacts
        inner join attributes on contacts.crm = attributes.crm
        semi join told
            on contacts.crm = told.crm
            and told.object_type = 'contact'
            and attributes.property = told.property
        where not contacts.is_deleted
            and (
                attributes.attribute is not null
                or attributes.property in ('lifecyclestage', 'hs_lead_status', 'hubspot_owner_id')
            )
        union all
        select deals.crm, 'deal', deals.deal_id, 'dealstage', deals.stage_id, deals.read_at
        from deals
        semi join told on deals.crm = told.crm and told.property = 'dealstage'
        where not deals.is_deleted
    ),
    -- The last value told when the record was read: the history may have been exported later.
    last_values as (
        select
            present_values.crm,
            present_values.object_type,
            present_values.object_id,
            present_values.property,
            arg_max(
                history.value,
                struct_pack(changed_at := history.changed_at, value := history.value)
            ) as value
        from present_values
        inner join history
            on present_values.crm = history.crm
            and present_values.object_type = history.object_type
            and present_values.object_id = history.object_id
            and present_values.property = history.property
        where coalesce(history.changed_at <= present_values.read_at, true)
        group by all
    ),
    compared as (
        select
            present_values.crm,
            present_values.property,
            present_values.value is distinct from last_values.value as is_mismatch
        from present_values
        left join last_values
            on present_values.crm = last_values.crm
            and present_values.object_type = last_values.object_type
            and present_values.object_id = last_values.object_id
            and present_values.property = last_values.property
        -- An empty one may only not have been exported.
        where present_values.value is not null
    ),
    -- Contacts in a stage, deals in one, that nothing says when they entered: the latest export of them had no history.
    without_history as (
        select records.crm, records.property as item
        from (
            select crm, 'contact' as object_type, contact_id as object_id, 'lifecyclestage' as property
            from contacts
            where not is_deleted and nullif(properties ->> 'lifecyclestage', '') is not null
            union all
            select crm, 'deal', deal_id, 'dealstage' from deals where not is_deleted and stage_id is not null
        ) as records
        anti join history using (crm, object_type, object_id, property)
    ),
    unmapped_values as (
        select
            crm,
            concat(property, ': ', if(property = 'dealstage', coalesce(pipeline_id, '?') || '/', ''), value) as item
        from entries
        where not is_mapped
    ),
    dispositions as (
        select distinct lower(cast(disposition_id as varchar)) as disposition_id from seeds.hubspot_call_dispositions
    ),
    meeting_outcomes as (
        select distinct upper(regexp_replace(trim(cast(meeting_outcome as varchar)), '[ -]+', '_', 'g')) as outcome
        from seeds.hubspot_meeting_outcomes
    ),
    unmapped_outcomes as (
        select engagements.crm, 'call: ' || engagements.disposition_id as item
        from engagements
        anti join dispositions on engagements.disposition_id = dispositions.disposition_id
        where engagements.disposition_id is not null
        union all
        select engagements.crm, 'meeting: ' || engagements.outcome
        from engagements
        anti join meeting_outcomes on engagements.outcome = meeting_outcomes.outcome
        where nullif(engagements.outcome, '') is not null
    ),
    engagement_contacts as (
        select distinct crm, engagement_id from stg_hubspot_engagement_contacts
    ),
    without_lead as (
        select engagements.crm, engagements.kind || 's' as item
        from engagements
        anti join engagement_contacts
            on engagements.crm = engagement_contacts.crm
            and engagements.engagement_id = engagement_contacts.engagement_id
        where not engagements.is_deleted
        union all
        select distinct on (crm, object_id) crm, 'deals'
        from entries
        where contact_id is null and stage is not null
    ),
    -- Nothing says when they took place, so that they are no event.
    without_time as (
        select crm, kind || 's' as item from engagements where not is_deleted and occurred_at is null
    ),
    measured as (
        select
            crm,
            'history_mismatch' as measure,
            property as item,
            count(*) filter (where is_mismatch) as value,
            0 as expected
        from compared
        group by crm, property
        union all
        select crm, 'history_missing', item, count(*), 0 from without_history group by crm, item
        union all
        select crm, 'unmapped_stage', item, count(*), 0 from unmapped_values group by crm, item
        union all
        select crm, 'unmapped_disposition', item, count(*), 0 from unmapped_outcomes group by crm, item
        union all
        select crm, 'bulk_stage_entries', stage, count(*), null
        from entries
        where is_bulk and stage is not null and contact_id is not null
        group by crm, stage
        union all
        select crm, 'events_without_lead', item, count(*), 0 from without_lead group by crm, item
        union all
        select crm, 'events_without_time', item, count(*), 0 from without_time group by crm, item
    ),
    final as (
        select
            crm,
            measure,
            item,
            cast(value as bigint) as value,
            cast(expected as bigint) as expected,
            coalesce(value > expected, false) as is_problem
        from measured
    )
select * from final
