-- Grain: crm and entry_id. Entries into stages, of leads by their status and of opportunities by their stage.
with
    values_of_stages as (
        select * from stg_salesforce_values where property in ('Status', 'StageName') and value is not null
    ),
    stage_map as (
        select
            'Lead' as object,
            lower(trim(status::varchar)) as value_key,
            stage::varchar as stage,
            reason::varchar as reason
        from seeds.salesforce_lead_statuses
        union all
        select 'Opportunity', lower(trim(stage_name::varchar)), stage::varchar, reason::varchar
        from seeds.salesforce_opportunity_stages
    ),
    exit_reasons as (
        select lower(trim(value::varchar)) as value_key, reason::varchar as reason
        from seeds.salesforce_exit_reasons
    ),
    automated_users as (
        select user_id::varchar as user_id, kind::varchar as kind from seeds.salesforce_automated_users
    ),
    mapped as (
        select values_of_stages.*, stage_map.stage, stage_map.reason
        from values_of_stages
        inner join stage_map
            on values_of_stages.object = stage_map.object
            and lower(trim(values_of_stages.value)) = stage_map.value_key
        where stage_map.stage is not null
    ),
    -- Another status of the same stage is no entry.
    changed as (
        select *
        from mapped
        qualify stage is distinct from lag(stage) over (partition by crm, object, record_id order by value_no)
    ),
    numbered as (
        select
            *,
            row_number() over (partition by crm, object, record_id order by value_no) = 1 as is_first,
            lead(known_at) over (partition by crm, object, record_id order by value_no) as left_at
        from changed
    ),
    records as (
        select crm, 'Lead' as object, lead_id as record_id, lead_id, exit_reason, null::timestamptz as joined_at
        from stg_salesforce_leads
        union all
        select crm, 'Opportunity', opportunity_id, lead_id, exit_reason, joined_at
        from stg_salesforce_opportunities
        where lead_id is not null and not is_deleted
    ),
    entries as (
        select
            numbered.crm,
            numbered.value_id as entry_id,
            records.lead_id,
            if(numbered.object = 'Opportunity', numbered.record_id, null) as deal_id,
            numbered.stage,
            -- The field holds only the latest reason.
            if(
                numbered.stage in ('lost', 'disqualified'),
                coalesce(numbered.reason, if(numbered.left_at is null, exit_reasons.reason, null)),
                null
            ) as reason,
            case
                when automated_users.kind is not null then automated_users.kind
                when users.user_type = 'AutomatedProcess' then 'automated_process'
                when numbered.changed_by is not null then 'user'
            end as change_source,
            numbered.object = 'Lead' and numbered.is_first as is_creation,
            automated_users.kind is not distinct from 'import' as is_bulk,
            -- The stage that an opportunity was in when it became the lead's is entered then.
            greatest(numbered.known_at, records.joined_at) as entered_at
        from numbered
        inner join records
            on numbered.crm = records.crm
            and numbered.object = records.object
            and numbered.record_id = records.record_id
        left join exit_reasons on lower(trim(records.exit_reason)) = exit_reasons.value_key
        left join automated_users on numbered.changed_by = automated_users.user_id
        left join raw.salesforce_user as users
            on numbered.crm = users.crm and numbered.changed_by = users.id
        -- What an opportunity went through before is not the lead's.
        where coalesce(numbered.left_at > records.joined_at, true)
    ),
    -- A conversion takes the lead and its new opportunity into one stage at once: that is one entry. Two opportunities
    -- are two, as each has its amount.
    final as (
        select *
        from entries
        window at_once as (partition by crm, lead_id, stage, entered_at)
        qualify
            row_number() over (at_once order by is_creation desc, deal_id nulls first, entry_id) = 1
            or not bool_or(deal_id is null) over at_once
    )
select * from final
