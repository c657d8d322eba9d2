-- Grain: crm, way, object_type, object_id, property, changed_at and value. Every value that a property of a contact, a
-- deal or a meeting was given, once for each way it came by: the history tables of a sync tool, the API.
with
    synced as (
        select
            crm,
            'contact_property_history' as way,
            'contact' as object_type,
            contact_id as object_id,
            name as property,
            value,
            source as change_source,
            "timestamp" as changed_at,
            _fivetran_end as valid_until
        from raw.hubspot_contact_property_history
        union all
        select crm, 'deal_property_history', 'deal', deal_id, name, value, source, "timestamp", _fivetran_end
        from raw.hubspot_deal_property_history
        union all
        select crm, 'deal_stage', 'deal', deal_id, 'dealstage', value, source, date_entered, _fivetran_end
        from raw.hubspot_deal_stage
    ),
    records as (
        select crm, 'contact' as object_type, id as object_id, properties_with_history from raw.hubspot_contacts
        union all
        select crm, 'deal', id, properties_with_history from raw.hubspot_deals
        union all
        select crm, 'meeting', id, properties_with_history from raw.hubspot_meetings
    ),
    histories as (
        select
            records.crm,
            records.object_type,
            records.object_id,
            history.key as property,
            unnest(cast(if(history.type = 'ARRAY', history.value, '[]') as json[])) as version
        from records
        cross join json_each(coalesce(records.properties_with_history, '{}')) as history
    ),
    fetched as (
        select
            crm,
            'api' as way,
            object_type,
            object_id,
            property,
            coalesce(version ->> 'value', '') as value,
            max(coalesce(version ->> 'sourceType', version ->> 'source_type')) as change_source,
            -- Milliseconds since 1970 in older answers of the API.
            if(
                regexp_full_match(version ->> 'timestamp', '\d{12,13}'),
                make_timestamptz(try_cast(version ->> 'timestamp' as bigint) * 1000),
                try_cast(version ->> 'timestamp' as timestamptz)
            ) as changed_at,
            null::timestamptz as valid_until
        from histories
        group by all
    ),
    changes as (
        select * from synced
        union all
        select * from fetched
    ),
    -- Of the properties that may be stored, those whose history anything is made of.
    properties as (
        select crm, property
        from run.attributes
        where attribute is not null
            or property in (
                'lifecyclestage',
                'hs_lead_status',
                'hubspot_owner_id',
                'hs_merged_object_ids',
                'dealstage',
                'amount',
                'deal_currency_code',
                'hs_meeting_start_time',
                'hs_meeting_outcome'
            )
    ),
    final as (
        select
            changes.crm,
            changes.way,
            changes.object_type,
            changes.object_id,
            changes.property,
            -- A property cleared to blank, which is a change of its own.
            coalesce(changes.value, '') as value,
            changes.change_source,
            changes.changed_at,
            -- The sync tool writes 2050-01-01 where the value still holds (in its own zone, hence the day before).
            if(changes.valid_until < timestamptz '2049-12-31 00:00:00+00', changes.valid_until, null) as valid_until
        from changes
        semi join properties on changes.crm = properties.crm and changes.property = properties.property
        where changes.changed_at is not null
    )
select * from final
