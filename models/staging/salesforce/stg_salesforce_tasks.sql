-- Grain: crm and task_id. Tasks that were done, and what they were: calls, e-mails and messages have a channel.
with
    statuses as (
        select lower(trim(status::varchar)) as status_key, lower(done::varchar) = 'true' as is_done
        from seeds.salesforce_task_statuses
    ),
    tasks as (
        select
            tasks.*,
            lower(trim(tasks.task_subtype)) as subtype_key,
            lower(trim(tasks.type)) as type_key,
            lower(trim(tasks.call_disposition)) as disposition_key
        from raw.salesforce_task as tasks
        left join statuses on lower(trim(tasks.status)) = statuses.status_key
        -- A closed task may also be a cancelled one.
        where coalesce(statuses.is_done, tasks.is_closed, false)
            and not coalesce(tasks.is_deleted, false)
            and not coalesce(tasks.is_removed, false)
            -- The pattern of a series; its occurrences are tasks of their own.
            and not coalesce(tasks.is_recurrence, false)
    ),
    kinds as (
        select
            lower(trim(task_subtype::varchar)) as subtype_key,
            lower(trim(type::varchar)) as type_key,
            channel::varchar as channel,
            lower(direction::varchar) as direction,
            coalesce(lower(automated::varchar) = 'true', false) as is_automated
        from seeds.salesforce_task_types
    ),
    dispositions as (
        select lower(trim(disposition::varchar)) as disposition_key, outcome::varchar as outcome
        from seeds.salesforce_dispositions
    ),
    emails as (
        select
            crm,
            activity_id,
            bool_or(incoming) as is_incoming,
            min(message_date) as sent_at
        from raw.salesforce_email_message
        where activity_id is not null
        group by crm, activity_id
    ),
    machines as (
        select user_id::varchar as user_id from seeds.salesforce_automated_users
        union
        select id from raw.salesforce_user where user_type = 'AutomatedProcess'
    ),
    -- A row that names both subtype and type goes before the subtype's, and that before the type's.
    joined as (
        select
            tasks.*,
            sources.time_zone,
            case
                when exact_kinds.subtype_key is not null then exact_kinds
                when subtype_kinds.subtype_key is not null then subtype_kinds
                when type_kinds.type_key is not null then type_kinds
            end as kind,
            dispositions.outcome,
            emails.is_incoming,
            emails.sent_at,
            machines.user_id is not null as is_by_machine
        from tasks
        inner join run.sources on tasks.crm = sources.crm
        left join kinds as exact_kinds
            on tasks.subtype_key = exact_kinds.subtype_key and tasks.type_key = exact_kinds.type_key
        left join kinds as subtype_kinds
            on tasks.subtype_key = subtype_kinds.subtype_key and subtype_kinds.type_key is null
        left join kinds as type_kinds
            on tasks.type_key = type_kinds.type_key and type_kinds.subtype_key is null
        left join dispositions on tasks.disposition_key = dispositions.disposition_key
        left join emails on tasks.crm = emails.crm and tasks.id = emails.activity_id
        left join machines on tasks.created_by_id = machines.user_id
    ),
    final as (
        select
            joined.crm,
            joined.id as task_id,
            activity_leads.lead_id,
            joined.owner_id,
            joined.task_subtype,
            joined.type,
            -- Colleagues talking among themselves reach nobody.
            if(lower(joined.call_type) = 'internal', null, joined.kind.channel) as channel,
            case
                when joined.is_incoming then 'inbound'
                when lower(joined.call_type) in ('inbound', 'outbound') then lower(joined.call_type)
                else coalesce(joined.kind.direction, 'outbound')
            end as direction,
            joined.call_disposition,
            joined.outcome,
            joined.kind is not null as is_known_kind,
            coalesce(joined.kind.is_automated, false) or joined.is_by_machine as is_automated,
            -- An e-mail when it was sent, a task when it was completed. Where nobody says when that was: what was
            -- planned for a later day when it was last touched, anything else when it was logged.
            coalesce(
                joined.sent_at,
                joined.completed_date_time,
                if(
                    try_cast(left(joined.activity_date, 10) as date)
                    > timezone(joined.time_zone, joined.created_date)::date,
                    joined.last_modified_date,
                    null
                ),
                joined.created_date
            ) as occurred_at,
            joined.created_date as created_at
        from joined
        left join stg_salesforce_activity_leads as activity_leads
            on joined.crm = activity_leads.crm and joined.id = activity_leads.activity_id
    )
select * from final
