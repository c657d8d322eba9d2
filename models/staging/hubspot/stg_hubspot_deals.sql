-- Grain: crm and deal_id. A deal as it was last read, with the one contact whose deal it is: the primary one, else the
-- one created first, and a contact that still exists before one that does not.
with
    synced as (
        select
            crm,
            deal_id,
            deal_pipeline_id as pipeline_id,
            deal_pipeline_stage_id as stage_id,
            properties,
            coalesce(is_deleted, false) or coalesce(_fivetran_deleted, false) as is_deleted,
            property_createdate as created_at,
            coalesce(_fivetran_synced, property_hs_lastmodifieddate) as read_at,
            false as is_fetched
        from raw.hubspot_deal
    ),
    fetched as (
        select
            crm,
            id as deal_id,
            properties ->> 'pipeline' as pipeline_id,
            properties ->> 'dealstage' as stage_id,
            properties,
            coalesce(archived, false) as is_deleted,
            created_at,
            greatest(updated_at, archived_at) as read_at,
            true as is_fetched
        from raw.hubspot_deals
    ),
    deals as (
        select
            *,
            struct_pack(read_at := coalesce(read_at, '-infinity'::timestamptz), is_fetched := is_fetched) as reading
        from (
            select * from synced
            union all
            select * from fetched
        )
    ),
    -- A deal known only by its history is there too.
    known as (
        select crm, object_id as deal_id
        from stg_hubspot_property_history
        where object_type = 'deal'
        union
        select crm, deal_id from deals
    ),
    latest as (
        select
            crm,
            deal_id,
            arg_max(pipeline_id, reading) as pipeline_id,
            arg_max(stage_id, reading) as stage_id,
            arg_max(properties, reading) as properties,
            arg_max(is_deleted, reading) as is_deleted,
            min(created_at) as created_at,
            max(read_at) as read_at
        from deals
        group by crm, deal_id
    ),
    merged as (
        select distinct crm, merged_deal_id as deal_id from raw.hubspot_merged_deal
    ),
    fetched_associations as (
        select
            crm,
            id as deal_id,
            unnest(cast(coalesce(json_extract(associations, '$.contacts.results'), '[]') as json[])) as contact
        from raw.hubspot_deals
    ),
    associations as (
        select crm, deal_id, contact_id, type_id as association_type
        from raw.hubspot_deal_contact
        where _fivetran_deleted is distinct from true
        union all
        select crm, deal_id, contact ->> 'id', contact ->> 'type' from fetched_associations
    ),
    primary_types as (
        select distinct cast(association_type as varchar) as association_type from seeds.hubspot_primary_contacts
    ),
    contacts as (
        select * from stg_hubspot_contacts
    ),
    first_contacts as (
        select
            associations.crm,
            associations.deal_id,
            arg_min(
                associations.contact_id,
                struct_pack(
                    is_secondary := primary_types.association_type is null,
                    is_deleted := coalesce(contacts.is_deleted, false),
                    created_at := coalesce(contacts.created_at, 'infinity'::timestamptz),
                    id_number := coalesce(try_cast(associations.contact_id as bigint), 0),
                    contact_id := associations.contact_id
                )
            ) as contact_id
        from associations
        left join primary_types on associations.association_type = primary_types.association_type
        left join contacts
            on associations.crm = contacts.crm and associations.contact_id = contacts.contact_id
        where associations.contact_id is not null
        group by associations.crm, associations.deal_id
    ),
    final as (
        select
            known.crm,
            known.deal_id,
            first_contacts.contact_id,
            latest.pipeline_id,
            latest.stage_id,
            coalesce(latest.properties, '{}') as properties,
            -- A merged deal's history is that of the deal it was merged into.
            coalesce(latest.is_deleted, false) or merged.deal_id is not null as is_deleted,
            latest.created_at,
            latest.read_at
        from known
        left join latest on known.crm = latest.crm and known.deal_id = latest.deal_id
        left join merged on known.crm = merged.crm and known.deal_id = merged.deal_id
        left join first_contacts
            on known.crm = first_contacts.crm and known.deal_id = first_contacts.deal_id
    )
select * from final
