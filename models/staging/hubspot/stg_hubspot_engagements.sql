-- Grain: crm and engagement_id. Calls, e-mails, messages and meetings as they were last read, whether by a sync tool,
-- by the API or by both.
with
    common as (
        select * from raw.hubspot_engagement
    ),
    own as (
        select
            crm,
            engagement_id,
            'call' as kind,
            property_hs_timestamp as occurred_at,
            property_hs_createdate as created_at,
            property_hs_lastmodifieddate as updated_at,
            property_hubspot_owner_id as owner_id,
            property_hs_object_source as record_source,
            property_hs_call_direction as direction,
            property_hs_call_status as status,
            property_hs_call_disposition as disposition_id,
            'phone' as channel,
            null::varchar as sequence_id,
            null::boolean as is_out_of_office,
            null::timestamptz as starts_at,
            null::timestamptz as ends_at,
            null::varchar as outcome,
            null::varchar as link_id,
            _fivetran_deleted as is_deleted,
            _fivetran_synced as synced_at
        from raw.hubspot_engagement_call
        union all by name
        select
            crm,
            engagement_id,
            'email' as kind,
            property_hs_timestamp as occurred_at,
            property_hs_createdate as created_at,
            property_hs_lastmodifieddate as updated_at,
            property_hubspot_owner_id as owner_id,
            property_hs_object_source as record_source,
            coalesce(property_hs_email_direction, "type") as direction,
            property_hs_email_status as status,
            'email' as channel,
            property_hs_sequence_id as sequence_id,
            property_hs_incoming_email_is_out_of_office as is_out_of_office,
            _fivetran_deleted as is_deleted,
            _fivetran_synced as synced_at
        from raw.hubspot_engagement_email
        union all by name
        select
            crm,
            engagement_id,
            'message' as kind,
            property_hs_timestamp as occurred_at,
            property_hs_createdate as created_at,
            property_hs_lastmodifieddate as updated_at,
            property_hubspot_owner_id as owner_id,
            property_hs_object_source as record_source,
            property_hs_communication_channel_type as channel,
            _fivetran_deleted as is_deleted,
            _fivetran_synced as synced_at
        from raw.hubspot_engagement_communication
        union all by name
        select
            crm,
            engagement_id,
            'meeting' as kind,
            property_hs_timestamp as occurred_at,
            property_hs_createdate as created_at,
            property_hs_lastmodifieddate as updated_at,
            property_hubspot_owner_id as owner_id,
            property_hs_meeting_source as record_source,
            property_hs_meeting_start_time as starts_at,
            property_hs_meeting_end_time as ends_at,
            property_hs_meeting_outcome as outcome,
            property_hs_meeting_created_from_link_id as link_id,
            _fivetran_deleted as is_deleted,
            _fivetran_synced as synced_at
        from raw.hubspot_engagement_meeting
    ),
    synced as (
        select
            own.crm,
            own.engagement_id,
            own.kind,
            coalesce(own.occurred_at, common."timestamp") as occurred_at,
            coalesce(own.created_at, common.created_at) as created_at,
            coalesce(own.updated_at, common.last_updated) as updated_at,
            coalesce(own.owner_id, common.owner_id) as owner_id,
            own.record_source,
            coalesce(own.direction, common."type") as direction,
            own.status,
            own.disposition_id,
            own.channel,
            own.sequence_id,
            own.is_out_of_office,
            own.starts_at,
            own.ends_at,
            own.outcome,
            own.link_id,
            coalesce(own.is_deleted, false)
            or coalesce(common._fivetran_deleted, false)
            or not coalesce(common.active, true) as is_deleted,
            -- The sync noticed it then; HubSpot does not say when it was.
            coalesce(own.synced_at, common._fivetran_synced) as deleted_at,
            false as is_fetched
        from own
        left join common on own.crm = common.crm and own.engagement_id = common.id
    ),
    objects as (
        select crm, id, 'call' as kind, properties, created_at, updated_at, archived, archived_at
        from raw.hubspot_calls
        union all
        select crm, id, 'email', properties, created_at, updated_at, archived, archived_at
        from raw.hubspot_emails
        union all
        select crm, id, 'message', properties, created_at, updated_at, archived, archived_at
        from raw.hubspot_communications
        union all
        select crm, id, 'meeting', properties, created_at, updated_at, archived, archived_at
        from raw.hubspot_meetings
    ),
    fetched as (
        select
            crm,
            id as engagement_id,
            kind,
            try_cast(properties ->> 'hs_timestamp' as timestamptz) as occurred_at,
            coalesce(created_at, try_cast(properties ->> 'hs_createdate' as timestamptz)) as created_at,
            coalesce(updated_at, try_cast(properties ->> 'hs_lastmodifieddate' as timestamptz)) as updated_at,
            properties ->> 'hubspot_owner_id' as owner_id,
            if(kind = 'meeting', properties ->> 'hs_meeting_source', properties ->> 'hs_object_source')
                as record_source,
            coalesce(properties ->> 'hs_call_direction', properties ->> 'hs_email_direction') as direction,
            coalesce(properties ->> 'hs_call_status', properties ->> 'hs_email_status') as status,
            properties ->> 'hs_call_disposition' as disposition_id,
            case kind
                when 'call' then 'phone'
                when 'email' then 'email'
                when 'message' then properties ->> 'hs_communication_channel_type'
            end as channel,
            properties ->> 'hs_sequence_id' as sequence_id,
            try_cast(properties ->> 'hs_incoming_email_is_out_of_office' as boolean) as is_out_of_office,
            try_cast(properties ->> 'hs_meeting_start_time' as timestamptz) as starts_at,
            try_cast(properties ->> 'hs_meeting_end_time' as timestamptz) as ends_at,
            properties ->> 'hs_meeting_outcome' as outcome,
            properties ->> 'hs_meeting_created_from_link_id' as link_id,
            coalesce(archived, false) as is_deleted,
            archived_at as deleted_at,
            true as is_fetched
        from objects
    ),
    engagements as (
        select * from synced
        union all
        select * from fetched
    ),
    final as (
        select
            crm,
            engagement_id,
            kind,
            nullif(trim(owner_id), '') as owner_id,
            record_source,
            upper(direction) as direction,
            upper(status) as status,
            lower(nullif(trim(disposition_id), '')) as disposition_id,
            case upper(channel)
                when 'WHATS_APP' then 'whatsapp'
                when 'LINKEDIN_MESSAGE' then 'linkedin'
                else coalesce(lower(channel), if(kind = 'message', 'message', null))
            end as channel,
            nullif(trim(sequence_id), '') is not null as is_in_sequence,
            coalesce(is_out_of_office, false) as is_out_of_office,
            upper(regexp_replace(trim(outcome), '[ -]+', '_', 'g')) as outcome,
            nullif(trim(link_id), '') is not null as is_from_link,
            coalesce(occurred_at, starts_at, created_at) as occurred_at,
            starts_at,
            ends_at,
            created_at,
            updated_at,
            is_deleted,
            if(is_deleted, coalesce(deleted_at, updated_at), null) as deleted_at
        from engagements
        qualify row_number() over (
            partition by crm, engagement_id
            order by greatest(updated_at, if(is_deleted, deleted_at, null)) desc nulls last, is_fetched desc
        ) = 1
    )
select * from final
