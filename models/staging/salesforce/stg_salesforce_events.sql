-- Grain: crm and event_id. What Salesforce knows of each lead, as the canonical event log.
with
    leads as (
        select * from stg_salesforce_leads
    ),
    entries as (
        select * from stg_salesforce_stage_entries
    ),
    teams as (
        select owner_id::varchar as owner_id, team::varchar as team from seeds.salesforce_teams
    ),
    automated_users as (
        select user_id::varchar as user_id from seeds.salesforce_automated_users
    ),
    campaign_members as (
        select
            members.id as member_id,
            members.crm,
            members.campaign_id,
            members.first_responded_date,
            members.created_date,
            members.last_modified_date,
            coalesce(members.has_responded, false) as has_responded,
            activity_leads.lead_id,
            coalesce(campaigns.name, members.campaign_id) as campaign
        from raw.salesforce_campaign_member as members
        inner join stg_salesforce_activity_leads as activity_leads
            on members.crm = activity_leads.crm and members.id = activity_leads.activity_id
        left join raw.salesforce_campaign as campaigns
            on members.crm = campaigns.crm and members.campaign_id = campaigns.id
        where activity_leads.lead_id is not null
            and not coalesce(members.is_deleted, false)
            and not coalesce(members.is_removed, false)
    ),
    field_values as (
        select
            field_values.crm,
            field_values.record_id as lead_id,
            attributes.attribute,
            field_values.property,
            field_values.value_id,
            field_values.value,
            field_values.value_no,
            field_values.known_at
        from stg_salesforce_values as field_values
        inner join run.attributes
            on field_values.crm = attributes.crm and field_values.property = attributes.property
        where field_values.object = 'Lead' and attributes.attribute is not null
    ),
    attribute_values as (
        select
            *,
            row_number() over (
                partition by crm, lead_id, attribute
                order by known_at, value_no, value_id
            ) as attribute_no,
            min(property) over of_attribute <> max(property) over of_attribute as is_shared
        from (
            select * from field_values
            union all
            -- A lead's campaign is the first it was in, unless a field says so.
            select
                crm,
                lead_id,
                'campaign',
                '',
                'CampaignMember:' || member_id || ':campaign',
                campaign,
                1,
                created_date
            from campaign_members
            qualify row_number() over (partition by crm, lead_id order by created_date, member_id) = 1
        )
        window of_attribute as (partition by crm, lead_id, attribute)
    ),
    shared_values as (
        select * from attribute_values where is_shared
    ),
    attribute_fields as (
        select distinct crm, lead_id, attribute, property from shared_values
    ),
    -- Of several fields that are one attribute, of those filled in at that instant the last in the alphabet:
    -- CountryCode, not Country.
    spoken as (
        select
            instants.crm,
            instants.lead_id,
            instants.attribute,
            instants.attribute_no,
            arg_max(known.value, instants.property) as value
        from (
            select attribute_fields.*, shared_values.attribute_no
            from shared_values
            inner join attribute_fields
                on shared_values.crm = attribute_fields.crm
                and shared_values.lead_id = attribute_fields.lead_id
                and shared_values.attribute = attribute_fields.attribute
        ) as instants
        asof inner join shared_values as known
            on instants.crm = known.crm
            and instants.lead_id = known.lead_id
            and instants.attribute = known.attribute
            and instants.property = known.property
            and instants.attribute_no >= known.attribute_no
        group by instants.crm, instants.lead_id, instants.attribute, instants.attribute_no
    ),
    settled_values as (
        select
            attribute_values.* replace (
                if(attribute_values.is_shared, spoken.value, attribute_values.value) as value
            )
        from attribute_values
        left join spoken
            on attribute_values.crm = spoken.crm
            and attribute_values.lead_id = spoken.lead_id
            and attribute_values.attribute = spoken.attribute
            and attribute_values.attribute_no = spoken.attribute_no
    ),
    attribute_changes as (
        select *
        from settled_values
        qualify value is distinct from lag(value) over (partition by crm, lead_id, attribute order by attribute_no)
    ),
    creations as (
        select crm, lead_id, entered_at from entries where is_creation
    ),
    dated_attributes as (
        select
            attribute_changes.*,
            coalesce(attribute_changes.known_at <= creations.entered_at, false) as is_initial
        from attribute_changes
        left join creations
            on attribute_changes.crm = creations.crm and attribute_changes.lead_id = creations.lead_id
    ),
    latest_attributes as (
        select
            crm,
            lead_id,
            attribute,
            arg_max(struct_pack(value := value), attribute_no).value as value
        from dated_attributes
        where is_initial
        group by crm, lead_id, attribute
    ),
    initial_attributes as (
        select
            crm,
            lead_id,
            -- In order of their names, so that the same data always give the same text.
            to_json(
                map_from_entries(list(struct_pack(attribute := attribute, value := value) order by attribute))
            ) as attributes
        from latest_attributes
        where value is not null
        group by crm, lead_id
    ),
    owners as (
        select
            owner_values.crm,
            owner_values.value_id,
            owner_values.record_id as lead_id,
            -- A queue, or a machine, is nobody.
            if(
                owner_values.value like '005%' and automated_users.user_id is null,
                owner_values.value,
                null
            ) as owner_id,
            coalesce(own_teams.team, role_teams.team) as team,
            owner_values.known_at
        from stg_salesforce_values as owner_values
        left join automated_users on owner_values.value = automated_users.user_id
        left join raw.salesforce_user as users
            on owner_values.crm = users.crm and owner_values.value = users.id
        left join teams as own_teams on owner_values.value = own_teams.owner_id
        left join teams as role_teams on users.user_role_id = role_teams.owner_id
        where owner_values.object = 'Lead' and owner_values.property = 'Owner'
    ),
    stage_events as (
        select
            entries.crm,
            entries.entry_id as event_id,
            entries.entered_at as occurred_at,
            entries.entered_at as recorded_at,
            entries.lead_id,
            if(entries.is_creation, 'lead_created', 'stage_entered') as type,
            entries.stage,
            null as owner_id,
            null as team,
            null as channel,
            -- Merging into it leaves out what is null.
            json_merge_patch(
                if(entries.is_creation, coalesce(initial_attributes.attributes, '{}'), '{}'),
                json_object(
                    'reason',
                    entries.reason,
                    'deal_id',
                    entries.deal_id,
                    'change_source',
                    entries.change_source,
                    'is_bulk',
                    if(entries.is_bulk, true, null)
                )
            ) as properties
        from entries
        left join initial_attributes
            on entries.crm = initial_attributes.crm and entries.lead_id = initial_attributes.lead_id
    ),
    attribute_events as (
        select
            crm,
            value_id as event_id,
            known_at as occurred_at,
            known_at as recorded_at,
            lead_id,
            'property_changed' as type,
            null as stage,
            null as owner_id,
            null as team,
            null as channel,
            json_object('name', attribute, 'value', value) as properties
        from dated_attributes
        where not is_initial
    ),
    deal_values as (
        select
            deal_values.crm,
            deal_values.value_id,
            deal_values.record_id as deal_id,
            opportunities.lead_id,
            if(deal_values.property = 'Amount', 'amount', 'currency') as name,
            deal_values.value,
            lag(deal_values.value) over by_property as previous_value,
            lead(deal_values.known_at) over by_property as left_at,
            deal_values.known_at,
            opportunities.joined_at
        from stg_salesforce_values as deal_values
        inner join stg_salesforce_opportunities as opportunities
            on deal_values.crm = opportunities.crm and deal_values.record_id = opportunities.opportunity_id
        where deal_values.object = 'Opportunity'
            and deal_values.property in ('Amount', 'CurrencyIsoCode')
            and opportunities.lead_id is not null
            and not opportunities.is_deleted
        window
            by_property as (
                partition by deal_values.crm, deal_values.record_id, deal_values.property
                order by deal_values.value_no
            )
    ),
    amount_events as (
        select
            crm,
            value_id as event_id,
            greatest(known_at, joined_at) as occurred_at,
            greatest(known_at, joined_at) as recorded_at,
            lead_id,
            'property_changed' as type,
            null as stage,
            null as owner_id,
            null as team,
            null as channel,
            json_object('name', name, 'value', value, 'deal_id', deal_id) as properties
        from deal_values
        -- What it was worth before it was the lead's does not matter, nor that it never was worth anything.
        where coalesce(left_at > joined_at, true) and (value is not null or previous_value is not null)
    ),
    owner_events as (
        select
            crm,
            value_id as event_id,
            known_at as occurred_at,
            known_at as recorded_at,
            lead_id,
            'owner_assigned' as type,
            null as stage,
            owner_id,
            team,
            null as channel,
            null as properties
        from owners
        where owner_id is not null or team is not null
    ),
    outreach_events as (
        select
            crm,
            'Task:' || task_id as event_id,
            occurred_at,
            greatest(occurred_at, created_at) as recorded_at,
            lead_id,
            if(channel = 'email' and direction = 'inbound', 'reply_received', 'outreach') as type,
            null as stage,
            owner_id,
            null as team,
            channel,
            json_merge_patch(
                '{}',
                json_object('direction', direction, 'outcome', outcome, 'automated', is_automated)
            ) as properties
        from stg_salesforce_tasks
        where lead_id is not null and channel is not null
    ),
    meeting_events as (
        select
            crm,
            'Event:' || meeting_id || ':booked' as event_id,
            booked_at as occurred_at,
            created_at as recorded_at,
            lead_id,
            'meeting_booked' as type,
            null as stage,
            owner_id,
            null as team,
            null as channel,
            json_merge_patch(
                '{}',
                json_object(
                    'meeting_id',
                    meeting_id,
                    'scheduled_for',
                    strftime(timezone('UTC', starts_at), '%Y-%m-%dT%H:%M:%SZ'),
                    'self_booked',
                    if(is_self_booked, true, null)
                )
            ) as properties
        from stg_salesforce_meetings
        union all
        select
            crm,
            'Event:' || meeting_id || ':' || outcome,
            outcome_at,
            greatest(outcome_at, modified_at),
            lead_id,
            'meeting_' || outcome,
            null,
            owner_id,
            null,
            null,
            json_object('meeting_id', meeting_id)
        from stg_salesforce_meetings
        where outcome is not null
    ),
    campaign_events as (
        select
            members.crm,
            'CampaignMember:' || members.member_id || ':added' as event_id,
            members.created_date as occurred_at,
            members.created_date as recorded_at,
            members.lead_id,
            'activity' as type,
            null as stage,
            null as owner_id,
            null as team,
            null as channel,
            json_object('action', 'campaign_added', 'campaign', members.campaign) as properties
        from campaign_members as members
        union all
        select
            members.crm,
            'CampaignMember:' || members.member_id || ':responded',
            -- The response has a date only: by the end of it, not after the last change, not before it was added.
            greatest(
                least(
                    timezone(
                        sources.time_zone,
                        try_cast(left(members.first_responded_date, 10) as date)::timestamp + interval 1 day
                    ) - interval 1 microsecond,
                    members.last_modified_date
                ),
                members.created_date
            ),
            greatest(members.last_modified_date, members.created_date),
            members.lead_id,
            'activity',
            null,
            null,
            null,
            null,
            json_object('action', 'campaign_response', 'campaign', members.campaign)
        from campaign_members as members
        inner join run.sources on members.crm = sources.crm
        where members.has_responded
    ),
    -- A merge deletes the lead that goes; what is left says into which.
    ending_events as (
        select
            crm,
            'Lead:' || lead_id || if(merged_into is null, ':deleted', ':merged') as event_id,
            deleted_at as occurred_at,
            deleted_at as recorded_at,
            lead_id,
            if(merged_into is null, 'lead_deleted', 'lead_merged') as type,
            null as stage,
            null as owner_id,
            null as team,
            null as channel,
            if(merged_into is null, null, json_object('into', merged_into)) as properties
        from leads
        where is_deleted
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
            properties::json as properties,
            crm
        from (
            from stage_events
            union all
            from attribute_events
            union all
            from amount_events
            union all
            from owner_events
            union all
            from outreach_events
            union all
            from meeting_events
            union all
            from campaign_events
            union all
            from ending_events
        )
    )
select * from final
