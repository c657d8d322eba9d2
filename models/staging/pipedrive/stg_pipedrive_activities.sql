-- Grain: crm and activity_id. Activities and mail messages with what they are by the seed, and the lead they concern.
with
    types as (
        select
            lower(trim(activity_type::varchar)) as activity_type,
            lower(trim(kind::varchar)) as kind,
            nullif(trim(channel::varchar), '') as channel,
            nullif(lower(trim(outcome::varchar)), '') as outcome
        from seeds.pipedrive_activity_types
    ),
    leads as (
        select * from stg_pipedrive_leads
    ),
    zones as (
        select crm, time_zone from run.sources
    ),
    activities as (
        select
            activities.crm,
            'activity:' || activities.id as activity_id,
            lower(trim(activities.type)) as activity_type,
            activities.owner_id,
            activities.deal_id,
            activities.lead_id as pipedrive_lead_id,
            activities.person_id,
            false as is_inbound,
            false as is_automated,
            coalesce(activities.reference_type = 'scheduler-service', false) as is_self_booked,
            coalesce(activities.done, false) as is_done,
            not coalesce(activities.is_active, true) or coalesce(activities.is_deleted, false) as is_deleted,
            activities.add_time as added_at,
            -- Without a time of day it is due some time that day.
            timezone(
                zones.time_zone,
                activities.due_date + coalesce(try_cast(activities.due_time as time), '00:00'::time)
            ) as starts_at,
            -- … and over when the day is.
            if(
                try_cast(activities.due_time as time) is null,
                interval '1 day' - interval '1 microsecond',
                coalesce(try_cast(activities.duration as interval), interval '0 minutes')
            ) as duration,
            try_cast(activities.due_time as time) is not null as has_time_of_day,
            coalesce(activities.marked_as_done_time, activities.update_time, activities.add_time) as done_at,
            coalesce(activities.update_time, activities.add_time) as updated_at
        from raw.pipedrive_activities as activities
        inner join zones on activities.crm = zones.crm
    ),
    messages as (
        select
            crm,
            'mail:' || id as activity_id,
            'mail_message' as activity_type,
            user_id as owner_id,
            deal_id,
            lead_id as pipedrive_lead_id,
            null::varchar as person_id,
            -- Mail that a user sends elsewhere comes in by a blind copy.
            not (
                coalesce(is_sent, false)
                or coalesce(is_sent_from_pipedrive, false)
                or coalesce(is_smart_bcc, false)
            ) as is_inbound,
            coalesce(is_group_message, false) as is_automated,
            false as is_self_booked,
            true as is_done,
            coalesce(is_draft, false) or coalesce(is_deleted, false) as is_deleted,
            message_time as added_at,
            null::timestamptz as starts_at,
            interval '0 minutes' as duration,
            true as has_time_of_day,
            message_time as done_at,
            message_time as updated_at
        from raw.pipedrive_deal_flow
        where field_key = 'mailMessage' and message_time is not null
    ),
    typed as (
        select
            activities.* exclude (starts_at, duration, has_time_of_day),
            if(types.kind = 'outreach' and activities.is_inbound, 'reply', types.kind) as kind,
            types.activity_type is null as is_unmapped,
            types.channel,
            types.outcome,
            activities.starts_at,
            activities.starts_at + activities.duration as ends_at,
            -- A meeting written down afterwards was booked by the time it began.
            least(
                activities.added_at,
                activities.starts_at + if(activities.has_time_of_day, interval '0 minutes', activities.duration)
            ) as booked_at,
            coalesce(activities.deal_id, activities.pipedrive_lead_id) as record_id
        from (select * from activities union all select * from messages) as activities
        left join types on activities.activity_type = types.activity_type
    ),
    timed as (
        select
            *,
            if(kind = 'meeting', booked_at, done_at) as happened_at
        from typed
    ),
    person_leads as (
        select
            crm,
            person_id,
            created_at,
            arg_min(lead_id, record_id) as lead_id
        from leads
        where person_id is not null
        group by crm, person_id, created_at
    ),
    first_person_leads as (
        select
            crm,
            person_id,
            arg_min(lead_id, created_at) as lead_id
        from person_leads
        group by crm, person_id
    ),
    final as (
        select
            timed.crm,
            timed.activity_id,
            timed.activity_type,
            timed.kind,
            timed.channel,
            timed.outcome,
            timed.owner_id,
            timed.person_id,
            -- Its own deal or lead; else the person's latest by then, else their first.
            case
                when timed.record_id is not null then coalesce(leads.lead_id, timed.record_id)
                else coalesce(person_leads.lead_id, first_person_leads.lead_id)
            end as lead_id,
            timed.is_unmapped,
            timed.is_automated,
            timed.is_self_booked,
            timed.is_done,
            timed.is_deleted,
            timed.added_at,
            timed.booked_at,
            timed.starts_at,
            timed.ends_at,
            timed.done_at,
            timed.updated_at
        from timed
        left join leads on timed.crm = leads.crm and timed.record_id = leads.record_id
        asof left join person_leads
            on timed.crm = person_leads.crm
            and timed.person_id = person_leads.person_id
            and timed.happened_at >= person_leads.created_at
        left join first_person_leads
            on timed.crm = first_person_leads.crm and timed.person_id = first_person_leads.person_id
    )
select * from final
