-- Grain: crm and record_id. Leads of the Leads Inbox and deals below each other: ids of the former are UUIDs, of the
-- latter numbers, so that they never meet.
with
    deals as (
        select * from raw.pipedrive_deals
    ),
    leads as (
        select * from raw.pipedrive_leads
    ),
    deal_records as (
        select
            deals.crm,
            deals.id as record_id,
            'deal' as kind,
            -- origin_id is a lead's only where it names one; mostly it names the program that made the deal.
            coalesce(deals.source_lead_id, leads.id) as source_id,
            deals.stage_id,
            if(coalesce(deals.is_deleted, false), 'deleted', lower(deals.status)) as status,
            deals.owner_id,
            deals.person_id,
            deals.org_id,
            deals.label,
            deals.origin,
            deals.lost_reason,
            json_merge_patch(
                coalesce(deals.custom_fields, '{}'),
                json_object('origin', deals.origin, 'channel_id', deals.channel_id)
            ) as attributes,
            deals.add_time as created_at,
            deals.stage_change_time as stage_changed_at,
            case
                when coalesce(deals.is_deleted, false) then null
                when lower(deals.status) = 'won' then deals.won_time
                when lower(deals.status) = 'lost' then deals.lost_time
            end as closed_at,
            coalesce(deals.update_time, deals.add_time) as updated_at
        from deals
        left join leads on deals.crm = leads.crm and deals.origin_id = leads.id
    ),
    lead_records as (
        select
            crm,
            id as record_id,
            'lead' as kind,
            source_deal_id as source_id,
            'lead' as stage_id,
            case
                when coalesce(is_deleted, false) then 'deleted'
                when coalesce(is_archived, false) then 'archived'
                else 'open'
            end as status,
            owner_id,
            person_id,
            org_id,
            label,
            origin,
            null::varchar as lost_reason,
            json_merge_patch(
                coalesce(custom_fields, '{}'),
                json_object(
                    'origin', origin,
                    'channel_id', channel_id,
                    'value', coalesce(amount, custom_fields ->> 'value'),
                    'currency', currency
                )
            ) as attributes,
            add_time as created_at,
            null::timestamptz as stage_changed_at,
            if(coalesce(is_archived, false) and not coalesce(is_deleted, false), archive_time, null) as closed_at,
            coalesce(update_time, add_time) as updated_at
        from leads
    ),
    final as (
        select * from deal_records
        union all
        select * from lead_records
    )
select * from final
