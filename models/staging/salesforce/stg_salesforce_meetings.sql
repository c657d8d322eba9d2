-- Grain: crm and meeting_id. Meetings, each once however many calendars hold a copy, with how they went.
with
    events as (
        select
            events.*,
            activity_leads.lead_id,
            coalesce(events.is_group_event, false) or coalesce(events.is_child, false) as is_copied,
            coalesce(events.is_child, false) as is_copy,
            coalesce(events.is_deleted, false) or coalesce(events.is_removed, false) as is_gone,
            if(
                events.is_all_day_event,
                timezone(sources.time_zone, timezone('UTC', events.start_date_time)::date::timestamp),
                events.start_date_time
            ) as starts_at,
            -- One of a whole day is over when the day is.
            if(
                events.is_all_day_event,
                timezone(
                    sources.time_zone,
                    timezone('UTC', greatest(events.start_date_time, events.end_date_time))::date::timestamp
                    + interval 1 day
                ) - interval 1 microsecond,
                coalesce(
                    events.end_date_time,
                    events.start_date_time + to_minutes(events.duration_in_minutes),
                    events.start_date_time
                )
            ) as ends_at,
            coalesce(
                if(events.is_deleted, events.system_modstamp, null),
                events.last_modified_date,
                events.system_modstamp,
                events.created_date
            ) as modified_at
        from raw.salesforce_event as events
        inner join stg_salesforce_activity_leads as activity_leads
            on events.crm = activity_leads.crm and events.id = activity_leads.activity_id
        inner join run.sources on events.crm = sources.crm
        -- The pattern of a series; its occurrences are entries of their own.
        where activity_leads.lead_id is not null and not coalesce(events.is_recurrence, false)
    ),
    meetings as (
        select *
        from events
        qualify
            row_number() over (
                partition by crm, lead_id, starts_at, if(is_copied, 'copied', id)
                order by is_gone, is_copy, id
            ) = 1
    ),
    outcomes as (
        select
            lower(replace(field::varchar, '_', '')) as field_key,
            lower(trim(value::varchar)) as value_key,
            lower(outcome::varchar) as outcome
        from seeds.salesforce_meeting_outcomes
    ),
    joined as (
        select
            meetings.*,
            coalesce(named_outcomes.outcome, missed_outcomes.outcome) as marked_outcome
        from meetings
        left join outcomes as named_outcomes
            on named_outcomes.field_key = 'meetingoutcomec'
            and lower(trim(meetings.meeting_outcome_c)) = named_outcomes.value_key
        left join outcomes as missed_outcomes
            on missed_outcomes.field_key = 'noshowc'
            and meetings.no_show_c::varchar = missed_outcomes.value_key
    ),
    dated as (
        select
            *,
            case
                when marked_outcome in ('held', 'no_show') then marked_outcome
                when is_gone then 'cancelled'
                else marked_outcome
            end as outcome,
            -- Entered after the fact, it was booked at the latest when it took place.
            least(created_date, if(is_all_day_event, ends_at, starts_at)) as booked_at,
            -- A mark older than the meeting is a checkbox that nobody touched: it counts when the meeting is over.
            case
                when marked_outcome in ('held', 'no_show') and modified_at < starts_at
                    then if(marked_outcome = 'held', ends_at, starts_at)
                when marked_outcome = 'held' then least(ends_at, modified_at)
                when marked_outcome = 'no_show' then least(starts_at, modified_at)
                else modified_at
            end as outcome_at
        from joined
    ),
    final as (
        select
            dated.crm,
            dated.id as meeting_id,
            dated.lead_id,
            dated.owner_id,
            if(dated.outcome_at <= clock.as_of, dated.outcome, null) as outcome,
            coalesce(dated.self_booked_c, false) or dated.invitee_uuid_c is not null as is_self_booked,
            dated.starts_at,
            dated.booked_at,
            greatest(dated.outcome_at, dated.booked_at) as outcome_at,
            dated.created_date as created_at,
            dated.modified_at
        from dated
        cross join run.clock
    )
select * from final
