-- Grain: crm and task_id. Tasks that were done, and what they were: calls, e-mails and messages have a channel.
with
    statuses as (
        select lower(trim(status::varchar)) as status_key, lower(done::varchar) = 'true' as is_done
        from seeds.salesforce_task_statuses
    ),
    tasks as (
        select tasks.*
        from raw.salesforce_task as tasks
        left join statuses on lower(trim(tasks.status)) = statuses.status_key
        -- A closed task may also be a cancelled one.
        where coalesce(statuses.is_done, tasks.is_closed, false)
            and not coalesce(tasks.is_deleted, false)
            and not coalesce(tasks.is_removed, false)
            -- The pattern of a series; its occurrences are tasks of their own.
            and not coalesce(tasks.is_recurrence, false)
    ),
    seed_kinds as (
        select
            lower(trim(task_subtype::varchar)) as subtype_key,
            lower(trim(type::varchar)) as type_key,
            channel::varchar as channel,
            lower(direction::varchar) as direction,
            coalesce(lower(automated::varchar) = 'true', false) as is_automated
        from seeds.salesforce_task_types
    ),
    -- A line that names both subtype and type goes before the subtype's, and that before the type's.
    kinds as (
        select
            used.task_subtype,
            used.type,
            exact_kinds.subtype_key is not null
            or subtype_kinds.subtype_key is not null
            or type_kinds.type_key is not null as is_known_kind,
            case
                when exact_kinds.subtype_key is not null then exact_kinds
                when subtype_kinds.subtype_key is not null then subtype_kinds
                else type_kinds
            end as kind
        from (select distinct task_subtype, type from tasks) as used
        left join seed_kinds as exact_kinds
            on lower(trim(used.task_subtype)) = exact_kinds.subtype_key
            and lower(trim(used.type)) = exact_kinds.type_key
        left join seed_kinds as subtype_kinds
            on lower(trim(used.task_subtype)) = subtype_kinds.subtype_key and subtype_kinds.type_key is null
        left join seed_kinds as type_kinds
            on lower(trim(used.type)) = type_kinds.type_key and type_kinds.subtype_key is null
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
    final as (
        select
            tasks.crm,
            tasks.id as task_id,
            activity_leads.lead_id,
            tasks.owner_id,
            tasks.task_subtype,
            tasks.type,
            -- Colleagues talking among themselves reach nobody.
            if(lower(tasks.call_type) = 'internal', null, kinds.kind.channel) as channel,
            case
                when emails.is_incoming then 'inbound'
                when lower(tasks.call_type) in ('inbound', 'outbound') then lower(tasks.call_type)
                else coalesce(kinds.kind.direction, 'outbound')
            end as direction,
            tasks.call_disposition,
            dispositions.outcome,
            kinds.is_known_kind,
            coalesce(kinds.kind.is_automated, false) or machines.user_id is not null as is_automated,
            -- An e-mail when it was sent, a task when it was completed. Where nobody says when that was: what was
            -- planned for a later day when it was last touched, anything else when it was logged.
            coalesce(
                emails.sent_at,
                tasks.completed_date_time,
                if(
                    try_cast(left(tasks.activity_date, 10) as date)
                    > timezone(sources.time_zone, tasks.created_date)::date,
                    tasks.last_modified_date,
                    null
                ),
                tasks.created_date
            ) as occurred_at,
            tasks.created_date as created_at
        from tasks
        inner join run.sources on tasks.crm = sources.crm
        inner join kinds
            on tasks.task_subtype is not distinct from kinds.task_subtype
            and tasks.type is not distinct from kinds.type
        left join dispositions on lower(trim(tasks.call_disposition)) = dispositions.disposition_key
        left join emails on tasks.crm = emails.crm and tasks.id = emails.activity_id
        left join machines on tasks.created_by_id = machines.user_id
        left join stg_salesforce_activity_leads as activity_leads
            on tasks.crm = activity_leads.crm and tasks.id = activity_leads.activity_id
    )
select * from final
