-- Grain: crm and change_id. Every value that a property was given, once, however many ways it came by.
with
    changes as (
        select * from stg_hubspot_changes
    ),
    -- One way may cut the time to the second: the same value within one second is one change.
    distinct_changes as (
        select
            crm,
            object_type,
            object_id,
            property,
            value,
            date_trunc('second', changed_at) as changed_second,
            max(change_source) as change_source,
            max(changed_at) as changed_at,
            min(valid_until) as valid_until
        from changes
        group by crm, object_type, object_id, property, value, date_trunc('second', changed_at)
    ),
    -- A merge copies the history of the contact merged away into that of the other: what both have is the former's.
    paths as (
        select * from stg_hubspot_merge_paths
    ),
    copies as (
        select own.crm, own.object_id, own.property, own.value, own.changed_second
        from distinct_changes as own
        inner join paths on own.crm = paths.crm and own.object_id = paths.reached_id
        semi join distinct_changes as merged
            on merged.object_type = 'contact'
            and own.crm = merged.crm
            and paths.contact_id = merged.object_id
            and own.property = merged.property
            and own.value = merged.value
            and own.changed_second = merged.changed_second
        where own.object_type = 'contact'
    ),
    once as (
        select distinct_changes.*
        from distinct_changes
        anti join copies
            on distinct_changes.object_type = 'contact'
            and distinct_changes.crm = copies.crm
            and distinct_changes.object_id = copies.object_id
            and distinct_changes.property = copies.property
            and distinct_changes.value = copies.value
            and distinct_changes.changed_second = copies.changed_second
    ),
    followed as (
        select
            *,
            lead(changed_at) over (
                partition by crm, object_type, object_id, property
                order by changed_at, value
            ) as next_changed_at
        from once
    ),
    -- A value that ceased to hold and had no successor was cleared, though the sync tool left out the blank itself.
    cleared as (
        select
            crm,
            object_type,
            object_id,
            property,
            '' as value,
            null as change_source,
            valid_until as changed_at
        from followed
        where value <> ''
            and valid_until is not null
            and coalesce(next_changed_at > valid_until + interval 1 second, true)
    ),
    -- Without a history the record itself says when it entered a stage, and when its owner was assigned.
    contacts as (
        select * from stg_hubspot_contacts
    ),
    without_stages as (
        select contacts.crm, contacts.contact_id, contacts.properties
        from contacts
        anti join once
            on contacts.crm = once.crm
            and once.object_type = 'contact'
            and contacts.contact_id = once.object_id
            and once.property = 'lifecyclestage'
    ),
    dated_stages as (
        select
            without_stages.crm,
            without_stages.contact_id,
            coalesce(
                nullif(regexp_extract(stamp.key, '^hs_lifecyclestage_(.+)_date$', 1), ''),
                nullif(regexp_extract(stamp.key, '^hs_v2_date_entered_(.+)$', 1), '')
            ) as value,
            min(try_cast(stamp.value ->> '$' as timestamptz)) as changed_at
        from without_stages
        cross join json_each(without_stages.properties) as stamp
        group by all
    ),
    dated_owners as (
        select
            contacts.crm,
            contacts.contact_id,
            contacts.properties ->> 'hubspot_owner_id' as value,
            try_cast(contacts.properties ->> 'hubspot_owner_assigneddate' as timestamptz) as changed_at
        from contacts
        anti join once
            on contacts.crm = once.crm
            and once.object_type = 'contact'
            and contacts.contact_id = once.object_id
            and once.property = 'hubspot_owner_id'
    ),
    history as (
        select crm, object_type, object_id, property, value, change_source, changed_at from once
        union all
        select crm, object_type, object_id, property, value, change_source, changed_at from cleared
        union all
        select crm, 'contact', contact_id, 'lifecyclestage', value, null, changed_at from dated_stages
        where value is not null and changed_at is not null
        union all
        select crm, 'contact', contact_id, 'hubspot_owner_id', value, null, changed_at from dated_owners
        where value is not null and changed_at is not null
    ),
    final as (
        select
            crm,
            -- Of HubSpot's own ids and the second, which is the same whichever way the change came.
            concat_ws(':', object_type, object_id, property, epoch(date_trunc('second', changed_at))::bigint, value)
                as change_id,
            object_type,
            object_id,
            property,
            value,
            lag(value) over property_order as previous_value,
            change_source,
            changed_at,
            lead(changed_at) over property_order as next_changed_at
        from history
        window property_order as (partition by crm, object_type, object_id, property order by changed_at, value)
    )
select * from final
