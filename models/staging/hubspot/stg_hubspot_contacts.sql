-- Grain: crm and contact_id. A contact as it was last read, whether by a sync tool, by the API or by both: its
-- properties as one object, without those that are empty.
with
    synced as (
        select
            crm,
            id as contact_id,
            json_merge_patch(
                coalesce(properties, '{}'),
                json_object('hubspot_owner_assigneddate', property_hubspot_owner_assigneddate)
            ) as properties,
            coalesce(_fivetran_deleted, false) or coalesce(is_deleted, false) as is_deleted,
            property_createdate as created_at,
            property_lastmodifieddate as updated_at,
            coalesce(_fivetran_synced, property_lastmodifieddate) as read_at,
            false as is_fetched
        from raw.hubspot_contact
    ),
    fetched as (
        select
            crm,
            id as contact_id,
            -- Merging into nothing leaves out what is null.
            json_merge_patch('{}', coalesce(properties, '{}')) as properties,
            coalesce(archived, false) as is_deleted,
            coalesce(created_at, try_cast(properties ->> 'createdate' as timestamptz)) as created_at,
            coalesce(updated_at, try_cast(properties ->> 'lastmodifieddate' as timestamptz)) as updated_at,
            coalesce(
                greatest(updated_at, archived_at),
                try_cast(properties ->> 'lastmodifieddate' as timestamptz)
            ) as read_at,
            true as is_fetched
        from raw.hubspot_contacts
    ),
    contacts as (
        select * from synced
        union all
        select * from fetched
    ),
    latest as (
        select
            crm,
            contact_id,
            -- What only the earlier reading has is kept: the two ways need not bring the same properties.
            first(properties order by read_at nulls first, is_fetched) as earlier_properties,
            last(properties order by read_at nulls first, is_fetched) as properties,
            last(is_deleted order by read_at nulls first, is_fetched) as is_deleted,
            min(created_at) as created_at,
            max(updated_at) as updated_at,
            max(read_at) as read_at
        from contacts
        group by crm, contact_id
    ),
    final as (
        select
            crm,
            contact_id,
            json_merge_patch(earlier_properties, properties) as properties,
            is_deleted,
            created_at,
            updated_at,
            read_at
        from latest
    )
select * from final
