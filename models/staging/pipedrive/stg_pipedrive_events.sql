-- Grain: crm and event_id. Pipedrive as a canonical event log.
with
    entries as (
        select
            *,
            row_number() over (
                partition by crm, lead_id
                order by
                    entered_at,
                    list_position(
                        [
                            'subscriber', 'lead', 'mql', 'sal', 'sql', 'meeting', 'proposal', 'won', 'lost', 'disqualified'
                        ],
                        stage
                    ),
                    entry_id
            ) as entry_no
        from stg_pipedrive_stage_entries
        where stage is not null
    ),
    attributes as (
        select
            attributes.*,
            coalesce(attributes.changed_at <= entries.entered_at, false) as is_from_creation
        from stg_pipedrive_attributes as attributes
        left join entries
            on attributes.crm = entries.crm and attributes.lead_id = entries.lead_id and entries.entry_no = 1
    ),
    changes as (
        select * from stg_pipedrive_changes
    ),
    leads as (
        select * from stg_pipedrive_leads
    ),
    activities as (
        select * from stg_pipedrive_activities where lead_id is not null
    ),
    teams as (
        select owner_id::varchar as owner_id, any_value(team::varchar) as team
        from seeds.pipedrive_teams
        group by all
    ),
    first_values as (
        select crm, lead_id, attribute, arg_max(struct_pack(value := value), change_no).value as value
        from attributes
        where is_from_creation
        group by crm, lead_id, attribute
    ),
    first_attributes as (
        select
            crm,
            lead_id,
            -- In order of their names, so that the same data always give the same text.
            to_json(
                map_from_entries(list(struct_pack(attribute := attribute, value := value) order by attribute))
            ) as attributes
        from first_values
        where value is not null
        group by crm, lead_id
    ),
    stage_events as (
        select
            entries.entry_id as event_id,
            entries.entered_at as occurred_at,
            entries.recorded_at,
            entries.lead_id,
            if(entries.entry_no = 1, 'lead_created', 'stage_entered') as type,
            entries.stage,
            null::varchar as owner_id,
            null::varchar as team,
            null::varchar as channel,
            json_merge_patch(
                if(entries.entry_no = 1, coalesce(first_attributes.attributes, '{}'), '{}'),
                json_object(
                    'deal_id', entries.deal_id,
                    'reason', entries.reason,
                    'change_source', entries.change_source,
                    'is_bulk', if(entries.is_bulk, true, null)
                )
            ) as properties,
            entries.crm
        from entries
        left join first_attributes
            on entries.crm = first_attributes.crm and entries.lead_id = first_attributes.lead_id
    ),
    attribute_events as (
        select
            change_key || ':' || attribute as event_id,
            changed_at as occurred_at,
            changed_at as recorded_at,
            lead_id,
            'property_changed' as type,
            null::varchar as stage,
            null::varchar as owner_id,
            null::varchar as team,
            null::varchar as channel,
            json_object('name', attribute, 'value', value) as properties,
            crm
        from attributes
        where not is_from_creation
    ),
    lost_deals as (
        select crm, record_id
        from changes
        where property = 'status'
        group by crm, record_id
        having arg_max(value, change_no) = 'deleted'
    ),
    -- Pipedrive writes 0 where nobody entered a value. Of a lead that became a deal, or a deal that became a lead, only
    -- what it became is worth something.
    amounts as (
        select *
        from (
            select
                changes.*,
                if(changes.property = 'value' and try_cast(changes.value as double) = 0, null, changes.value) as amount
            from changes
            left join leads on changes.crm = leads.crm and changes.record_id = leads.record_id
            anti join lost_deals on changes.crm = lost_deals.crm and changes.record_id = lost_deals.record_id
            where changes.property in ('value', 'currency') and leads.is_succeeded is distinct from true
        )
        qualify
            count(amount) filter (where property = 'value') over (partition by crm, record_id) > 0
            and amount is distinct from lag(amount) over (partition by crm, record_id, property order by change_no)
    ),
    amount_events as (
        select
            change_key || ':amount' as event_id,
            changed_at as occurred_at,
            changed_at as recorded_at,
            lead_id,
            'property_changed' as type,
            null::varchar as stage,
            null::varchar as owner_id,
            null::varchar as team,
            null::varchar as channel,
            json_merge_patch(
                json_object('name', if(property = 'value', 'amount', 'currency'), 'value', coalesce(amount, '')),
                json_object('deal_id', if(kind = 'deal', record_id, null))
            ) as properties,
            crm
        from amounts
    ),
    -- Of several in one second the last: an automation often assigns a deal anew in the second it is made.
    owners as (
        select
            crm,
            lead_id,
            change_key,
            value as owner_id,
            lag(value) over (partition by crm, lead_id order by changed_at) as previous_owner_id,
            changed_at
        from (
            select *
            from changes
            where property = 'owner_id' and value is not null
            qualify row_number() over (
                partition by crm, lead_id, changed_at
                order by kind, record_id desc, change_no desc
            ) = 1
        )
    ),
    owner_events as (
        select
            owners.change_key as event_id,
            owners.changed_at as occurred_at,
            owners.changed_at as recorded_at,
            owners.lead_id,
            'owner_assigned' as type,
            null::varchar as stage,
            owners.owner_id,
            teams.team,
            null::varchar as channel,
            null::json as properties,
            owners.crm
        from owners
        left join teams on owners.owner_id = teams.owner_id
        where owners.owner_id is distinct from owners.previous_owner_id
    ),
    outreach_events as (
        select
            activity_id as event_id,
            done_at as occurred_at,
            greatest(done_at, added_at) as recorded_at,
            lead_id,
            if(kind = 'reply', 'reply_received', 'outreach') as type,
            null::varchar as stage,
            owner_id,
            null::varchar as team,
            channel,
            json_merge_patch(
                '{}',
                json_object(
                    'direction', if(kind = 'reply', 'inbound', 'outbound'),
                    'outcome', outcome,
                    'automated', if(is_automated, true, null)
                )
            ) as properties,
            crm
        from activities
        where kind in ('outreach', 'reply') and is_done and not is_deleted
    ),
    booking_events as (
        select
            activity_id || ':booked' as event_id,
            booked_at as occurred_at,
            added_at as recorded_at,
            lead_id,
            'meeting_booked' as type,
            null::varchar as stage,
            owner_id,
            null::varchar as team,
            channel,
            json_merge_patch(
                '{}',
                json_object(
                    'meeting_id', activity_id,
                    'scheduled_for', strftime(timezone('UTC', starts_at), '%Y-%m-%dT%H:%M:%SZ'),
                    'self_booked', if(is_self_booked, true, null)
                )
            ) as properties,
            crm
        from activities
        where kind = 'meeting'
    ),
    outcomes as (
        select
            *,
            case
                when is_deleted then 'cancelled'
                when outcome is not null then outcome
                when is_done then 'held'
            end as result
        from activities
        where kind = 'meeting'
    ),
    -- Nothing lies after the last change known: a meeting ticked off early was held by then.
    outcome_events as (
        select
            activity_id || ':' || result as event_id,
            greatest(
                booked_at,
                case result
                    when 'held' then least(ends_at, if(is_done, done_at, updated_at))
                    when 'no_show' then least(starts_at, updated_at)
                    else updated_at
                end
            ) as occurred_at,
            greatest(added_at, if(is_done and result = 'held', done_at, updated_at)) as recorded_at,
            lead_id,
            'meeting_' || result as type,
            null::varchar as stage,
            owner_id,
            null::varchar as team,
            channel,
            json_object('meeting_id', activity_id) as properties,
            crm
        from outcomes
        where result in ('held', 'no_show', 'cancelled')
    ),
    -- So that a request to forget a lead finds what it became.
    conversion_events as (
        select
            record_id || ':converted' as event_id,
            created_at as occurred_at,
            created_at as recorded_at,
            record_id as lead_id,
            'lead_merged' as type,
            null::varchar as stage,
            null::varchar as owner_id,
            null::varchar as team,
            null::varchar as channel,
            json_object('into', lead_id) as properties,
            crm
        from leads
        where lead_id <> record_id
    ),
    last_statuses as (
        select
            changes.crm,
            changes.lead_id,
            arg_max(changes.value, changes.change_no) as status,
            max(changes.changed_at) as changed_at
        from changes
        left join leads on changes.crm = leads.crm and changes.record_id = leads.record_id
        where changes.property = 'status' and leads.is_succeeded is distinct from true
        group by changes.crm, changes.lead_id, changes.record_id
    ),
    -- A lead is deleted when all records are that no other was made from.
    deletion_events as (
        select
            lead_id || ':deleted' as event_id,
            max(changed_at) as occurred_at,
            max(changed_at) as recorded_at,
            lead_id,
            'lead_deleted' as type,
            null::varchar as stage,
            null::varchar as owner_id,
            null::varchar as team,
            null::varchar as channel,
            null::json as properties,
            crm
        from last_statuses
        group by crm, lead_id
        having bool_and(status = 'deleted')
    ),
    final as (
        select * from stage_events
        union all
        select * from attribute_events
        union all
        select * from amount_events
        union all
        select * from owner_events
        union all
        select * from outreach_events
        union all
        select * from booking_events
        union all
        select * from outcome_events
        union all
        select * from conversion_events
        union all
        select * from deletion_events
    )
select * from final
