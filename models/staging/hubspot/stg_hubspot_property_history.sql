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
            epoch_us(changed_at) // 1_000_000 as changed_second,
            max(change_source) as change_source,
            max(changed_at) as changed_at,
            min(valid_until) as valid_until
        from changes
        group by crm, object_type, object_id, property, value, epoch_us(changed_at) // 1_000_000
    ),
    -- A merge copies the history of the contact merged away into that of the other: what both have is the former's.
    paths as (
        select * from stg_hubspot_merge_paths
    ),
    copies as (
        select own.crm, own.object_type, own.object_id, own.property, own.value, own.changed_second
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
            on distinct_changes.crm = copies.crm
            and distinct_changes.object_type = copies.object_type
            and distinct_changes.object_id = copies.object_id
            and distinct_changes.property = copies.property
            and distinct_changes.value = copies.value
            and distinct_changes.changed_second = copies.changed_second
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
        select crm, object_type, object_id, property, value, change_source, changed_at, valid_until from once
        union all
        select crm, 'contact', contact_id, 'lifecyclestage', value, null, changed_at, null from dated_stages
        where value is not null and changed_at is not null
        union all
        select crm, 'contact', contact_id, 'hubspot_owner_id', value, null, changed_at, null from dated_owners
        where value is not null and changed_at is not null
    ),
    ordered as (
        select
            *,
            lag(value) over property_order as previous_value,
            lag(valid_until) over property_order as previous_valid_until,
            lead(changed_at) over property_order as next_changed_at
        from history
        window property_order as (partition by crm, object_type, object_id, property order by changed_at, value)
    ),
    -- A value that ceased to hold and had no successor was cleared, though the sync tool left out the blank itself.
    told as (
        select
            *,
            value <> ''
            and valid_until is not null
            and coalesce(next_changed_at > valid_until + interval 2 seconds, true) as is_cleared,
            coalesce(previous_value <> '' and changed_at > previous_valid_until + interval 2 seconds, false)
                as is_after_clearing
        from ordered
    ),
    completed as (
        select
            crm,
            object_type,
            object_id,
            property,
            value,
            if(is_after_clearing, '', previous_value) as previous_value,
            change_source,
            changed_at,
            if(is_cleared, valid_until, next_changed_at) as next_changed_at,
            null as mark
        from told
        union all
        select crm, object_type, object_id, property, '', value, null, valid_until, next_changed_at, 'cleared'
        from told
        where is_cleared
    ),
    final as (
        select
            crm,
            -- Of HubSpot's own ids and the second, which is the same whichever way the change came.
            concat_ws(':', object_type, object_id, property, epoch_us(changed_at) // 1_000_000, value, mark)
                as change_id,
            object_type,
            object_id,
            property,
            value,
            previous_value,
            change_source,
            changed_at,
            next_changed_at
        from completed
    )
select * from final
