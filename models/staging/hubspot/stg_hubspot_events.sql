-- Grain: crm and event_id. HubSpot's records and their history as the canonical event log.
with
    entries as (
        select * from stg_hubspot_stage_entries where stage is not null and contact_id is not null
    ),
    creations as (
        select crm, contact_id, change_id, entered_at as created_at from entries where is_creation
    ),
    attribute_changes as (
        select
            changes.*,
            creations.change_id as creation_id,
            -- Known when the lead was created; what is known without a time, too.
            creations.created_at is not null
            and coalesce(changes.changed_at <= creations.created_at, true) as is_of_creation
        from stg_hubspot_attribute_changes as changes
        left join creations on changes.crm = creations.crm and changes.contact_id = creations.contact_id
    ),
    created_values as (
        select
            crm,
            creation_id,
            attribute,
            -- In a struct, because arg_max passes over the null that clears an attribute.
            arg_max(
                struct_pack(value := value),
                struct_pack(changed_at := coalesce(changed_at, '-infinity'::timestamptz), change_id := change_id)
            ).value as value
        from attribute_changes
        where is_of_creation
        group by crm, creation_id, attribute
    ),
    created_attributes as (
        select
            crm,
            creation_id,
            -- In order of their names, so that the same data always give the same text.
            to_json(
                map_from_entries(list(struct_pack(attribute := attribute, value := value) order by attribute))
            ) as attributes
        from created_values
        where value is not null
        group by crm, creation_id
    ),
    stage_events as (
        select
            entries.crm,
            entries.change_id as event_id,
            entries.contact_id as lead_id,
            if(entries.is_creation, 'lead_created', 'stage_entered') as type,
            entries.stage,
            json_merge_patch(
                coalesce(created_attributes.attributes, '{}'),
                json_object(
                    'deal_id', if(entries.object_type = 'deal', entries.object_id, null),
                    'reason', entries.reason,
                    'change_source', entries.change_source,
                    'is_bulk', if(entries.is_bulk, true, null)
                )
            ) as properties,
            entries.entered_at as occurred_at,
            entries.entered_at as recorded_at
        from entries
        left join created_attributes
            on entries.crm = created_attributes.crm and entries.change_id = created_attributes.creation_id
    ),
    contacts as (
        select * from stg_hubspot_contacts
    ),
    attribute_events as (
        select
            attribute_changes.crm,
            attribute_changes.change_id as event_id,
            attribute_changes.contact_id as lead_id,
            'property_changed' as type,
            json_object('name', attribute_changes.attribute, 'value', attribute_changes.value) as properties,
            coalesce(attribute_changes.changed_at, contacts.created_at, contacts.updated_at) as occurred_at,
            coalesce(attribute_changes.changed_at, contacts.updated_at, contacts.created_at) as recorded_at
        from attribute_changes
        left join contacts
            on attribute_changes.crm = contacts.crm and attribute_changes.contact_id = contacts.contact_id
        where not attribute_changes.is_of_creation
    ),
    -- Deals of pipelines that are left out as a whole, of nobody, or deleted are worth nothing here.
    amount_events as (
        select
            amounts.crm,
            amounts.change_id as event_id,
            deals.contact_id as lead_id,
            'property_changed' as type,
            json_object('name', amounts.name, 'value', amounts.value, 'deal_id', amounts.deal_id) as properties,
            amounts.changed_at as occurred_at,
            amounts.changed_at as recorded_at
        from stg_hubspot_deal_amounts as amounts
        inner join stg_hubspot_deals as deals on amounts.crm = deals.crm and amounts.deal_id = deals.deal_id
        anti join (
            select distinct cast(pipeline_id as varchar) as pipeline_id
            from seeds.hubspot_deal_stages
            where stage_id is null
        ) as ignored_pipelines
            on deals.pipeline_id = ignored_pipelines.pipeline_id
        where deals.contact_id is not null and not deals.is_deleted
    ),
    teams as (
        select cast(owner_id as varchar) as owner_id, any_value(cast(team as varchar)) as team
        from seeds.hubspot_teams
        group by all
    ),
    owner_events as (
        select
            history.crm,
            history.change_id as event_id,
            history.object_id as lead_id,
            'owner_assigned' as type,
            history.value as owner_id,
            teams.team,
            json_merge_patch('{}', json_object('change_source', history.change_source)) as properties,
            history.changed_at as occurred_at,
            history.changed_at as recorded_at
        from stg_hubspot_property_history as history
        left join teams on history.value = teams.owner_id
        where history.object_type = 'contact'
            and history.property = 'hubspot_owner_id'
            and history.value <> ''
            and history.value is distinct from history.previous_value
    ),
    automation as (
        select distinct cast(source_type as varchar) as source_type
        from seeds.hubspot_sources
        where kind = 'automated'
    ),
    dispositions as (
        select lower(cast(disposition_id as varchar)) as disposition_id, any_value(cast(outcome as varchar)) as outcome
        from seeds.hubspot_call_dispositions
        group by all
    ),
    messages as (
        select
            engagements.crm,
            concat_ws(':', engagements.kind, engagements.engagement_id, contacts.contact_id) as event_id,
            contacts.contact_id as lead_id,
            case
                when engagements.direction = 'INCOMING_EMAIL' and not engagements.is_out_of_office then 'reply_received'
                -- Nobody's word: an automatic reply, one that never arrived, one by nobody knows whom.
                when engagements.is_out_of_office
                    or engagements.status = 'BOUNCED'
                    or engagements.direction = 'FORWARDED_EMAIL' then 'activity'
                else 'outreach'
            end as type,
            engagements.* exclude (crm)
        from stg_hubspot_engagements as engagements
        inner join stg_hubspot_engagement_contacts as contacts
            on engagements.crm = contacts.crm and engagements.engagement_id = contacts.engagement_id
        where engagements.kind in ('call', 'email', 'message')
            -- Logged by mistake, or never made.
            and not engagements.is_deleted
            and coalesce(
                engagements.status not in (
                    'QUEUED', 'CONNECTING', 'CALLING_CRM_USER', 'CANCELED', 'FAILED', 'SCHEDULED', 'SENDING'
                ),
                true
            )
    ),
    message_events as (
        select
            messages.crm,
            messages.event_id,
            messages.lead_id,
            messages.type,
            if(messages.type = 'outreach', messages.owner_id, null) as owner_id,
            messages.channel,
            case messages.type
                when 'outreach' then json_merge_patch(
                    '{}',
                    json_object(
                        'direction', if(messages.direction = 'INBOUND', 'inbound', 'outbound'),
                        'outcome', coalesce(dispositions.outcome, lower(messages.status)),
                        'automated', messages.is_in_sequence or automation.source_type is not null
                    )
                )
                when 'activity' then json_object(
                    'action',
                    case
                        when messages.is_out_of_office then 'email_auto_reply'
                        when messages.status = 'BOUNCED' then 'email_bounced'
                        else 'email_forwarded'
                    end
                )
            end as properties,
            messages.occurred_at,
            greatest(messages.occurred_at, messages.created_at) as recorded_at
        from messages
        left join dispositions on messages.disposition_id = dispositions.disposition_id
        left join automation on messages.record_source = automation.source_type
        where messages.occurred_at is not null
    ),
    meeting_events as (
        select
            crm,
            event_id,
            contact_id as lead_id,
            type,
            owner_id,
            if(type = 'meeting_booked', if(is_self_booked, 'web', 'meeting'), null) as channel,
            json_merge_patch(
                '{}',
                json_object(
                    'meeting_id', engagement_id,
                    'scheduled_for', strftime(scheduled_for at time zone 'UTC', '%Y-%m-%dT%H:%M:%SZ'),
                    'self_booked', is_self_booked
                )
            ) as properties,
            occurred_at,
            recorded_at
        from stg_hubspot_meeting_events
    ),
    merge_events as (
        select
            crm,
            concat_ws(':', 'contact', contact_id, 'merged', into_contact_id) as event_id,
            contact_id as lead_id,
            'lead_merged' as type,
            json_object('into', into_contact_id) as properties,
            merged_at as occurred_at,
            merged_at as recorded_at
        from stg_hubspot_merges
    ),
    deletion_events as (
        select
            contacts.crm,
            concat_ws(':', 'contact', contacts.contact_id, 'deleted') as event_id,
            contacts.contact_id as lead_id,
            'lead_deleted' as type,
            -- Where the export has no time at all, it was deleted by now.
            coalesce(contacts.read_at, contacts.updated_at, contacts.created_at, clock.as_of) as occurred_at,
            coalesce(contacts.read_at, contacts.updated_at, contacts.created_at, clock.as_of) as recorded_at
        from contacts
        cross join run.clock
        where contacts.is_deleted
    ),
    events as (
        select * from stage_events
        union all by name
        select * from attribute_events where occurred_at is not null
        union all by name
        select * from amount_events where occurred_at is not null
        union all by name
        select * from owner_events
        union all by name
        select * from message_events
        union all by name
        select * from meeting_events
        union all by name
        select * from merge_events
        union all by name
        select * from deletion_events
    ),
    final as (
        select
            event_id,
            occurred_at,
            recorded_at,
            lead_id,
            type,
            stage,
            owner_id,
            team,
            channel,
            cast(properties as json) as properties,
            crm
        from events
    )
select * from final
