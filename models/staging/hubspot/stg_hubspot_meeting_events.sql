-- Grain: crm and event_id. What happened to each meeting: booked, moved, held, missed, cancelled. The API's history
-- says when; without one the time is taken from the meeting itself, never later than the meeting's last change.
with
    self_booking as (
        select distinct cast(source_type as varchar) as source_type
        from seeds.hubspot_sources
        where kind = 'self_booked'
    ),
    results as (
        select
            upper(regexp_replace(trim(cast(meeting_outcome as varchar)), '[ -]+', '_', 'g')) as outcome,
            any_value(cast(outcome as varchar)) as result
        from seeds.hubspot_meeting_outcomes
        group by all
    ),
    engagements as (
        select * from stg_hubspot_engagements where kind = 'meeting'
    ),
    history as (
        select * from stg_hubspot_property_history where object_type = 'meeting'
    ),
    told_plans as (
        select
            crm,
            object_id as engagement_id,
            if(
                regexp_full_match(value, '\d{12,13}'),
                make_timestamptz(try_cast(value as bigint) * 1000),
                try_cast(value as timestamptz)
            ) as starts_at,
            changed_at
        from history
        where property = 'hs_meeting_start_time' and value <> ''
    ),
    told_outcomes as (
        select
            crm,
            object_id as engagement_id,
            upper(regexp_replace(trim(value), '[ -]+', '_', 'g')) as outcome,
            changed_at
        from history
        where property = 'hs_meeting_outcome'
    ),
    first_and_last_plans as (
        select
            crm,
            engagement_id,
            arg_min(starts_at, changed_at) as first_starts_at,
            arg_max(starts_at, changed_at) as last_starts_at
        from told_plans
        group by crm, engagement_id
    ),
    last_outcomes as (
        select
            crm,
            engagement_id,
            arg_max(outcome, changed_at) as outcome,
            max(changed_at) as changed_at
        from told_outcomes
        group by crm, engagement_id
    ),
    known as (
        select
            engagements.*,
            coalesce(plans.first_starts_at, engagements.starts_at, engagements.occurred_at) as first_starts_at,
            plans.last_starts_at as told_starts_at,
            last_outcomes.outcome as told_outcome,
            last_outcomes.changed_at as told_outcome_at
        from engagements
        left join first_and_last_plans as plans
            on engagements.crm = plans.crm and engagements.engagement_id = plans.engagement_id
        left join last_outcomes
            on engagements.crm = last_outcomes.crm and engagements.engagement_id = last_outcomes.engagement_id
    ),
    meetings as (
        select
            *,
            -- One that was logged after it took place was booked, at the latest, when it began.
            least(created_at, first_starts_at) as booked_at
        from known
    ),
    bookings as (
        select
            meetings.crm,
            meetings.engagement_id,
            'meeting_booked' as type,
            meetings.first_starts_at as scheduled_for,
            meetings.is_from_link or self_booking.source_type is not null as is_self_booked,
            meetings.booked_at as occurred_at,
            meetings.created_at as recorded_at
        from meetings
        left join self_booking on meetings.record_source = self_booking.source_type
    ),
    -- The present time too, where the history does not know it yet.
    plans as (
        select crm, engagement_id, starts_at, changed_at from told_plans
        union all
        select crm, engagement_id, starts_at, coalesce(updated_at, booked_at)
        from meetings
        where told_starts_at is not null and starts_at is distinct from told_starts_at and starts_at is not null
    ),
    moves as (
        select
            crm,
            engagement_id,
            'meeting_rescheduled' as type,
            starts_at as scheduled_for,
            changed_at as occurred_at
        from plans
        window plan_order as (partition by crm, engagement_id order by changed_at, starts_at)
        qualify starts_at is distinct from lag(starts_at) over plan_order
            and row_number() over plan_order > 1
            -- To a time already past: the record was put right, not the meeting moved.
            and starts_at > changed_at
    ),
    last_moves as (
        select crm, engagement_id, max(occurred_at) as moved_at
        from moves
        group by crm, engagement_id
    ),
    -- The present outcome too, where the history does not know it yet: held at its end, missed at its start.
    untold_outcomes as (
        select
            meetings.*,
            results.result
        from meetings
        inner join results on meetings.outcome = results.outcome
        where meetings.outcome is distinct from meetings.told_outcome
    ),
    assumed_outcomes as (
        select
            crm,
            engagement_id,
            outcome,
            greatest(
                booked_at,
                told_outcome_at,
                least(
                    case result
                        when 'held' then coalesce(ends_at, starts_at, occurred_at)
                        when 'no_show' then coalesce(starts_at, occurred_at)
                    end,
                    coalesce(updated_at, if(result in ('held', 'no_show'), null, created_at))
                )
            ) as changed_at,
            updated_at
        from untold_outcomes
    ),
    outcomes as (
        select crm, engagement_id, outcome, changed_at, null::timestamptz as updated_at from told_outcomes
        union all
        select * from assumed_outcomes
    ),
    followed as (
        select
            outcomes.*,
            results.result,
            lag(outcomes.outcome) over outcome_order as previous_outcome,
            lead(outcomes.outcome) over outcome_order is not null as has_next,
            lead(results.result) over outcome_order as next_result
        from outcomes
        left join results on outcomes.outcome = results.outcome
        window outcome_order as (
            partition by outcomes.crm, outcomes.engagement_id
            order by outcomes.changed_at, outcomes.outcome
        )
    ),
    reported as (
        select
            followed.crm,
            followed.engagement_id,
            'meeting_' || followed.result as type,
            followed.changed_at as occurred_at,
            greatest(followed.changed_at, followed.updated_at) as recorded_at
        from followed
        left join last_moves
            on followed.crm = last_moves.crm and followed.engagement_id = last_moves.engagement_id
        where followed.result is not null
            and followed.outcome is distinct from followed.previous_outcome
            -- Set back to scheduled, and never moved since: it was reported by mistake.
            and not (
                followed.has_next
                and followed.next_result is null
                and coalesce(last_moves.moved_at < followed.changed_at, true)
            )
            -- Where its times are known, they say when it was moved.
            and (followed.result <> 'rescheduled' or last_moves.moved_at is null)
    ),
    -- A calendar deletes a meeting that is called off. One already held or missed stays what it was.
    deletions as (
        select
            meetings.crm,
            meetings.engagement_id,
            'meeting_cancelled' as type,
            greatest(meetings.deleted_at, meetings.booked_at) as occurred_at
        from meetings
        left join results on meetings.outcome = results.outcome
        where meetings.is_deleted and coalesce(results.result, 'rescheduled') = 'rescheduled'
    ),
    happenings as (
        select crm, engagement_id, type, scheduled_for, is_self_booked, occurred_at, recorded_at from bookings
        union all
        select crm, engagement_id, type, scheduled_for, null, occurred_at, occurred_at from moves
        union all
        select
            reported.crm,
            reported.engagement_id,
            reported.type,
            if(reported.type = 'meeting_rescheduled', meetings.starts_at, null),
            null,
            reported.occurred_at,
            reported.recorded_at
        from reported
        inner join meetings
            on reported.crm = meetings.crm and reported.engagement_id = meetings.engagement_id
        union all
        select crm, engagement_id, type, null, null, occurred_at, occurred_at from deletions
    ),
    final as (
        select
            happenings.crm,
            concat_ws(
                ':',
                'meeting',
                happenings.engagement_id,
                happenings.type,
                if(happenings.type = 'meeting_booked', null, epoch_us(happenings.occurred_at)),
                contacts.contact_id
            ) as event_id,
            happenings.engagement_id,
            contacts.contact_id,
            happenings.type,
            meetings.owner_id,
            happenings.scheduled_for,
            happenings.is_self_booked,
            happenings.occurred_at,
            greatest(happenings.occurred_at, happenings.recorded_at) as recorded_at
        from happenings
        inner join meetings
            on happenings.crm = meetings.crm and happenings.engagement_id = meetings.engagement_id
        inner join stg_hubspot_engagement_contacts as contacts
            on happenings.crm = contacts.crm and happenings.engagement_id = contacts.engagement_id
        where happenings.occurred_at is not null
    )
select * from final
