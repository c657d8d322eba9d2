-- Grain: crm and entry_id. Entries into stages, mapped or not: moves between a deal's stages while it is open, its
-- reopening, its end, a lead's arrival in the Leads Inbox and its archiving, and labels or fields that mark a stage.
with
    changes as (
        select * from stg_pipedrive_changes
    ),
    records as (
        select * from stg_pipedrive_records
    ),
    succeeded as (
        select crm, record_id from stg_pipedrive_leads where is_succeeded
    ),
    zones as (
        select crm, time_zone from run.sources
    ),
    stages as (
        select stage_id::varchar as stage_id, lower(trim(stage::varchar)) as stage from seeds.pipedrive_stages
    ),
    marks as (
        select
            case property::varchar
                when 'label_ids' then 'label'
                when 'user_id' then 'owner_id'
                else property::varchar
            end as property,
            value::varchar as value,
            lower(trim(stage::varchar)) as stage
        from seeds.pipedrive_marks
    ),
    lost_reasons as (
        select
            lower(trim(lost_reason::varchar)) as lost_reason,
            any_value(reason::varchar) as reason,
            any_value(lower(trim(stage::varchar))) as stage
        from seeds.pipedrive_lost_reasons
        group by all
    ),
    -- A deleted record is no longer open, but neither won nor lost: it keeps the state it had.
    steps as (
        select
            *,
            epoch_us(changed_at) as changed_us,
            struct_pack(changed_at := changed_at, change_order := change_order, value := value) as version
        from changes
        where property = 'stage_id'
            or (property = 'status' and value in ('open', 'won', 'lost', 'archived'))
            or property in (select property from marks)
    ),
    -- Whether a deal is open is asked before and after an instant: a move and a close often share one second.
    states as (
        select
            *,
            coalesce(
                (max(version) filter (where property = 'status') over before_instant).value,
                'open'
            ) as status_before,
            coalesce(
                (max(version) filter (where property = 'status') over through_instant).value,
                'open'
            ) as status_after,
            (max(version) filter (where property = 'stage_id') over through_instant).value as stage_id_after,
            count(*) filter (where property = 'stage_id') over within_instant > 0 as has_move,
            property = 'status'
            and lag(if(property = 'status', value, null), 1, 'open' ignore nulls) over by_order
            is distinct from value as is_new_status
        from steps
        window
            before_instant as (
                partition by crm, record_id order by changed_us range between unbounded preceding and 1 preceding
            ),
            through_instant as (
                partition by crm, record_id order by changed_us range between unbounded preceding and current row
            ),
            within_instant as (
                partition by crm, record_id order by changed_us range between current row and current row
            ),
            by_order as (partition by crm, record_id order by changed_at, change_order, property)
    ),
    last_losses as (
        select
            crm,
            record_id,
            max(version) as version
        from states
        where is_new_status and value = 'lost'
        group by crm, record_id
    ),
    moves as (
        select states.*, value as raw_value, '' as suffix
        from states
        where property = 'stage_id' and value is not null and 'open' in (status_before, status_after)
    ),
    -- A reopened deal is back in its stage.
    reopenings as (
        select states.*, stage_id_after as raw_value, '' as suffix
        from states
        where is_new_status
            and value = 'open'
            and status_before in ('won', 'lost')
            and status_after = 'open'
            and not has_move
            and stage_id_after is not null
    ),
    staged as (
        select
            entries.*,
            stages.stage,
            stages.stage_id is null as is_unmapped,
            null::varchar as reason
        from (select * from moves union all select * from reopenings) as entries
        left join stages on entries.raw_value = stages.stage_id
    ),
    closed as (
        select
            states.*,
            value as raw_value,
            '' as suffix,
            if(states.value = 'won', 'won', coalesce(lost_reasons.stage, 'lost')) as stage,
            false as is_unmapped,
            lost_reasons.reason
        from states
        inner join records on states.crm = records.crm and states.record_id = records.record_id
        -- The record's reason is that of its latest loss, if it is still lost.
        left join last_losses
            on states.crm = last_losses.crm
            and states.record_id = last_losses.record_id
            and states.version = last_losses.version
            and records.status = 'lost'
        left join lost_reasons
            on last_losses.crm is not null
            and lower(trim(records.lost_reason)) = lost_reasons.lost_reason
        where states.is_new_status and states.value in ('won', 'lost')
    ),
    -- A lead that became a deal is archived or deleted on the way: no exit.
    archived as (
        select
            states.*,
            'lead_archived' as raw_value,
            '' as suffix,
            stages.stage,
            stages.stage_id is null as is_unmapped,
            null::varchar as reason
        from states
        anti join succeeded on states.crm = succeeded.crm and states.record_id = succeeded.record_id
        left join stages on stages.stage_id = 'lead_archived'
        where states.is_new_status and states.value = 'archived'
    ),
    -- A mark without a value is a field that is filled in. Where nothing tells when, a date in it does.
    marked as (
        select
            states.* replace (
                if(
                    marks.value is null and states.basis = 'created',
                    greatest(
                        states.changed_at,
                        timezone(zones.time_zone, try_cast(states.value as timestamp))
                    ),
                    states.changed_at
                ) as changed_at
            ),
            states.property || '=' || states.value as raw_value,
            ':' || marks.stage as suffix,
            marks.stage,
            false as is_unmapped,
            null::varchar as reason
        from states
        inner join zones on states.crm = zones.crm
        inner join marks
            on states.property = marks.property
            and if(
                marks.value is null,
                states.value is not null and states.previous_value is null,
                list_contains(string_split(states.value, ','), marks.value)
                and not coalesce(list_contains(string_split(states.previous_value, ','), marks.value), false)
            )
        where 'open' in (states.status_before, states.status_after)
    ),
    all_entries as (
        select * from staged
        union all
        select * from closed
        union all
        select * from archived
        union all
        select * from marked
    ),
    final as (
        select
            all_entries.crm,
            all_entries.change_key || all_entries.suffix as entry_id,
            all_entries.lead_id,
            if(all_entries.kind = 'deal', all_entries.record_id, null) as deal_id,
            all_entries.raw_value,
            all_entries.stage,
            all_entries.reason,
            all_entries.change_source,
            all_entries.is_bulk,
            all_entries.is_unmapped,
            all_entries.changed_at as entered_at,
            if(
                all_entries.basis = 'record',
                greatest(all_entries.changed_at, records.updated_at),
                all_entries.changed_at
            ) as recorded_at
        from all_entries
        left join records on all_entries.crm = records.crm and all_entries.record_id = records.record_id
    )
select * from final
