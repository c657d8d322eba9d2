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
        select *
        from changes
        where property = 'stage_id'
            or (property = 'status' and value in ('open', 'won', 'lost', 'archived'))
            or property in (select property from marks)
    ),
    -- Whether a deal is open is asked before and after an instant: a move and a close often share one second.
    instants as (
        select
            crm,
            record_id,
            changed_at,
            arg_max(value, change_no) filter (where property = 'status') as status,
            arg_max(value, change_no) filter (where property = 'stage_id') as stage_id
        from steps
        group by crm, record_id, changed_at
    ),
    states as (
        select
            crm,
            record_id,
            changed_at,
            coalesce(lag(known_status) over by_time, 'open') as status_before,
            coalesce(known_status, 'open') as status_after,
            known_stage_id as stage_id_after,
            stage_id is not null as has_move
        from (
            select
                *,
                last_value(status ignore nulls) over by_time as known_status,
                last_value(stage_id ignore nulls) over by_time as known_stage_id
            from instants
            window by_time as (partition by crm, record_id order by changed_at)
        )
        window by_time as (partition by crm, record_id order by changed_at)
    ),
    placed as (
        select
            steps.*,
            states.status_before,
            states.status_after,
            states.stage_id_after,
            states.has_move
        from steps
        inner join states
            on steps.crm = states.crm
            and steps.record_id = states.record_id
            and steps.changed_at = states.changed_at
    ),
    new_statuses as (
        select *
        from placed
        where property = 'status'
        qualify lag(value, 1, 'open') over (partition by crm, record_id order by change_no) <> value
    ),
    -- The record's reason is that of its latest loss, if it is still lost.
    explained_losses as (
        select
            losses.crm,
            losses.record_id,
            losses.change_no,
            lost_reasons.reason,
            lost_reasons.stage
        from (
            select crm, record_id, max(change_no) as change_no
            from new_statuses
            where value = 'lost'
            group by crm, record_id
        ) as losses
        inner join records on losses.crm = records.crm and losses.record_id = records.record_id
        inner join lost_reasons on lower(trim(records.lost_reason)) = lost_reasons.lost_reason
        where records.status = 'lost'
    ),
    moves as (
        select *, value as raw_value
        from placed
        where property = 'stage_id' and value is not null and 'open' in (status_before, status_after)
    ),
    -- A reopened deal is back in its stage.
    reopenings as (
        select *, stage_id_after as raw_value
        from new_statuses
        where value = 'open'
            and status_before in ('won', 'lost')
            and status_after = 'open'
            and not has_move
            and stage_id_after is not null
    ),
    staged as (
        select
            entries.*,
            '' as suffix,
            stages.stage,
            stages.stage_id is null as is_unmapped,
            null::varchar as reason
        from (select * from moves union all select * from reopenings) as entries
        left join stages on entries.raw_value = stages.stage_id
    ),
    closed as (
        select
            new_statuses.*,
            new_statuses.value as raw_value,
            '' as suffix,
            if(new_statuses.value = 'won', 'won', coalesce(explained_losses.stage, 'lost')) as stage,
            false as is_unmapped,
            explained_losses.reason
        from new_statuses
        left join explained_losses
            on new_statuses.crm = explained_losses.crm
            and new_statuses.record_id = explained_losses.record_id
            and new_statuses.change_no = explained_losses.change_no
        where new_statuses.value in ('won', 'lost')
    ),
    -- A lead that became a deal is archived or deleted on the way: no exit.
    archived as (
        select
            new_statuses.*,
            'lead_archived' as raw_value,
            '' as suffix,
            stages.stage,
            stages.stage_id is null as is_unmapped,
            null::varchar as reason
        from new_statuses
        anti join succeeded
            on new_statuses.crm = succeeded.crm and new_statuses.record_id = succeeded.record_id
        left join stages on stages.stage_id = 'lead_archived'
        where new_statuses.value = 'archived'
    ),
    -- A mark without a value is a field that is filled in. Where nothing tells when, a date in it does.
    marked as (
        select
            placed.* replace (
                if(
                    marks.value is null and placed.basis = 'created',
                    greatest(
                        placed.changed_at,
                        timezone(zones.time_zone, try_cast(placed.value as timestamp))
                    ),
                    placed.changed_at
                ) as changed_at
            ),
            placed.property || '=' || placed.value as raw_value,
            ':' || marks.stage as suffix,
            marks.stage,
            false as is_unmapped,
            null::varchar as reason
        from placed
        inner join zones on placed.crm = zones.crm
        inner join marks
            on placed.property = marks.property
            and if(
                marks.value is null,
                placed.value is not null and placed.previous_value is null,
                list_contains(string_split(placed.value, ','), marks.value)
                and not coalesce(list_contains(string_split(placed.previous_value, ','), marks.value), false)
            )
        where 'open' in (placed.status_before, placed.status_after)
    ),
    all_entries as (
        select * from staged
        union all by name
        select * from closed
        union all by name
        select * from archived
        union all by name
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
