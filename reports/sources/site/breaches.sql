-- One row per breach, unexplained ones first, then the newest, in local time. Where leads are not named, nothing tells
-- which lead it is: no id, no address of its record, no instant.
with

is_named as (

    select lead_detail = 'full' as leads from settings

),

-- The lead's own id in a text, even a short number, with what stands before and after it.
own_names as (

    select
        lead_id,
        '(^|[^\pL\pN])(?:' || regexp_escape(lead_id) || '|' || regexp_escape(crm_lead_id) || ')($|[^\pL\pN])' as pattern
    from lead_records
    where lead_id in (select lead_id from breaches)

),

facts as (

    select
        breaches.*,
        nullif(split_part(breaches.promise, '/', 2), '') as tier,
        coalesce(responses.mql_at, acceptances.mql_at, follow_ups.mql_at) as began_at,
        responses.started_at,
        responses.response_channel,
        responses.time_zone as calendar_zone,
        cycles.closed_at,
        cycles.outcome,
        cycles.exit_reason,
        case
            when breaches.done_at is null then null
            when breaches.kind = 'first_response' then 'answered'
            when breaches.kind = 'meeting_outcome' then 'reported'
            else acceptances.decision
        end as deed,
        case breaches.kind
            when 'first_response' then responses.response_business_minutes
            when 'acceptance' then acceptances.decision_business_minutes
        end as business_minutes,
        case breaches.kind
            when 'first_response' then responses.promised_business_minutes
            when 'acceptance' then acceptances.decision_business_minutes - breaches.business_minutes_over
        end as promised_minutes,
        follow_ups.promised_attempts,
        follow_ups.promised_channels,
        follow_ups.first_attempt_at,
        follow_ups.last_attempt_at,
        meetings.booked_at,
        meetings.scheduled_for
    from breaches
    left join lead_cycles as cycles
        on breaches.lead_id = cycles.lead_id and breaches.cycle_no = cycles.cycle_no
    left join lead_responses as responses
        on breaches.kind = 'first_response'
        and breaches.lead_id = responses.lead_id
        and breaches.cycle_no = responses.cycle_no
    left join lead_acceptances as acceptances
        on breaches.kind = 'acceptance'
        and breaches.lead_id = acceptances.lead_id
        and breaches.cycle_no = acceptances.cycle_no
    left join lead_follow_ups as follow_ups
        on breaches.kind = 'follow_up'
        and breaches.lead_id = follow_ups.lead_id
        and breaches.cycle_no = follow_ups.cycle_no
    left join meetings
        on breaches.lead_id = meetings.lead_id
        and breaches.meeting_id = meetings.meeting_id
        and breaches.slot_no = meetings.slot_no

),

-- The clock of each late answer, in the pieces that clock_ledger has; what counted is told up to the due instant and
-- beyond it.
pieces as (

    select
        facts.lead_id,
        facts.breach_no,
        ledger.piece_no,
        ledger.reason,
        facts.began_at,
        facts.started_at,
        facts.done_at,
        facts.closed_at,
        ledger.holiday_en,
        ledger.holiday_da,
        if(part = 2, facts.due_at, ledger.starts_at) as starts_at,
        if(part = 1, facts.due_at, ledger.ends_at) as ends_at,
        case part
            when 1 then epoch_us(facts.due_at - ledger.starts_at) / 60_000_000
            when 2 then epoch_us(ledger.ends_at - facts.due_at) / 60_000_000
            else ledger.business_minutes
        end as minutes,
        ledger.business_minutes_so_far
        - if(part = 1, epoch_us(ledger.ends_at - facts.due_at) / 60_000_000, 0) as minutes_so_far
    from facts
    inner join clock_ledger as ledger
        on facts.kind = 'first_response'
        and facts.lead_id = ledger.lead_id
        and facts.cycle_no = ledger.cycle_no
    cross join unnest([0, 1, 2]) as parts (part)
    where
        (part > 0) = coalesce(ledger.is_counted and facts.due_at > ledger.starts_at and facts.due_at < ledger.ends_at, false)

),

-- What somebody sent before the answer that is none, and why: automated, by a channel that answers nobody under this
-- agreement, or recorded too late.
ignored as (

    select
        facts.lead_id,
        facts.breach_no,
        events.event_id,
        events.occurred_at,
        events.channel,
        case
            when events.properties ->> 'automated' = 'true' then 'automated'
            when exists (
                select 1
                from lead_responses as others
                where others.agreement = facts.agreement
                    and others.response_channel = events.channel
                    and others.status <> 'self_booked'
            ) then 'late'
            when events.channel is null or events.first_recorded_at - events.occurred_at < interval 1 hour then 'channel'
            else 'either'
        end as why
    from facts
    inner join crm_events as events
        on facts.kind = 'first_response'
        and facts.lead_id = events.lead_id
        and events.type = 'outreach'
        and events.occurred_at >= facts.began_at
        and events.occurred_at < coalesce(facts.done_at, facts.closed_at, 'infinity'::timestamptz)
        and coalesce(events.properties ->> 'direction', '') <> 'inbound'

),

entries as (

    select lead_id, breach_no, 1 as rank, '' as tie, 'mql' as name, began_at as starts_at, null::timestamptz as ends_at,
        null::double as minutes, null::double as minutes_so_far, null::text as one, null::text as other
    from facts
    where began_at is not null
    union all by name
    select facts.lead_id, facts.breach_no, 2 as rank, lpad(owners.leg_no::text, 9, '0') as tie,
        if(owners.held_from > facts.began_at, 'assigned', 'held') as name,
        greatest(owners.held_from, facts.began_at) as starts_at, owners.held_from as ends_at, owners.owner_id as one
    from facts
    inner join lead_owner_times as owners
        on facts.kind = 'first_response'
        and facts.lead_id = owners.lead_id
        and facts.cycle_no = owners.cycle_no
    union all by name
    select facts.lead_id, facts.breach_no, 3 as rank, '' as tie,
        if(
            exists (
                select 1
                from pieces
                where pieces.lead_id = facts.lead_id
                    and pieces.breach_no = facts.breach_no
                    and pieces.reason = 'before_restart'
            ), 'starts_anew', 'starts'
        ) as name, facts.started_at as starts_at
    from facts
    where facts.started_at > facts.began_at
    union all by name
    select lead_id, breach_no, 4 as rank, event_id as tie, 'ignored' as name, occurred_at as starts_at, channel as one,
        why as other
    from ignored
    union all by name
    select lead_id, breach_no, 5 as rank, '' as tie, deed as name, done_at as starts_at, response_channel as one
    from facts
    where done_at is not null
    union all by name
    select lead_id, breach_no, 6 as rank, '' as tie, if(starts_at = started_at, 'had_asked', 'asks') as name, starts_at
    from pieces
    where reason = 'paused'
    union all by name
    select lead_id, breach_no, 6 as rank, '' as tie, if(ends_at = done_at, 'answer_ends_pause', 'is_back') as name,
        ends_at as starts_at
    from pieces
    where reason = 'paused' and ends_at is not null and ends_at is distinct from closed_at
    union all by name
    select lead_id, breach_no, 6 as rank, '1' as tie, 'first_attempt' as name, first_attempt_at as starts_at
    from facts
    where first_attempt_at is not null
    union all by name
    select lead_id, breach_no, 6 as rank, '2' as tie, 'last_attempt' as name, last_attempt_at as starts_at
    from facts
    where last_attempt_at > first_attempt_at
    union all by name
    select lead_id, breach_no, 1 as rank, '' as tie, 'booked' as name, booked_at as starts_at
    from facts
    where booked_at is not null
    union all by name
    select lead_id, breach_no, 2 as rank, '' as tie, 'takes_place' as name, scheduled_for as starts_at
    from facts
    where scheduled_for is not null
    union all by name
    select lead_id, breach_no, 7 as rank, '' as tie, if(kind = 'follow_up', 'ends', 'due') as name, due_at as starts_at
    from facts
    union all by name
    select lead_id, breach_no, 8 as rank, '' as tie, 'lead_closed' as name, closed_at as starts_at, outcome as one,
        exit_reason as other
    from facts
    where closed_at >= began_at and (kind = 'first_response' or (kind = 'follow_up' and closed_at <= due_at))
    union all by name
    select lead_id, breach_no, 9 as rank, lpad(piece_no::text, 9, '0') as tie, reason as name, starts_at, ends_at,
        minutes, minutes_so_far, holiday_en as one, holiday_da as other
    from pieces
    where ends_at is null or date_trunc('second', starts_at) < date_trunc('second', ends_at)

),

ordered as (

    select
        *,
        name in ('counted', 'closed', 'lunch', 'holiday') and rank = 9 as is_daily,
        row_number() over (
            partition by lead_id, breach_no
            order by starts_at, rank, tie
        ) as line_no
    from entries

),

runs as (

    select *, count(*) filter (where not is_daily) over (partition by lead_id, breach_no order by line_no) as run_no
    from ordered

),

-- Of many days in a row that differ in nothing the first and the last are told, and the sum of those between.
placed as (

    select
        *,
        row_number() over by_run as place,
        count(*) over (partition by lead_id, breach_no, run_no, is_daily) as places
    from runs
    window by_run as (partition by lead_id, breach_no, run_no, is_daily order by line_no)

),

folded as (

    select
        lead_id,
        breach_no,
        min(line_no) as line_no,
        if(is_folded, 'folded', any_value(name)) as name,
        min(starts_at) as starts_at,
        max(ends_at) as ends_at,
        sum(minutes) as minutes,
        arg_max(minutes_so_far, line_no) as minutes_so_far,
        if(
            is_folded,
            array_to_string(list_sort(list_distinct(list(one) filter (where one is not null))), ', '),
            any_value(one)
        ) as one,
        if(
            is_folded,
            array_to_string(list_sort(list_distinct(list(other) filter (where other is not null))), ', '),
            any_value(other)
        ) as other,
        count(distinct local_time(starts_at)::date) filter (where name = 'counted') as days
    from (
        select *, is_daily and places >= 10 and place between 4 and places - 3 as is_folded
        from placed
    )
    group by lead_id, breach_no, is_folded, if(is_folded, -run_no, line_no)

),

lines as (

    select *, row_number() over (partition by lead_id, breach_no order by line_no) as place
    from folded

),

-- One line per thing that happened, its parts behind tabs: name, from, until, minutes, minutes so far, two words, days.
stories as (

    select
        lead_id,
        breach_no,
        string_agg(
            concat_ws(
                chr(9),
                name,
                strftime(local_time(starts_at), '%Y-%m-%dT%H:%M:%S'),
                coalesce(strftime(local_time(ends_at), '%Y-%m-%dT%H:%M:%S'), ''),
                coalesce(round(minutes, 6)::text, ''),
                coalesce(round(minutes_so_far, 6)::text, ''),
                coalesce(translate(one, chr(9) || chr(10), '  '), ''),
                coalesce(translate(other, chr(9) || chr(10), '  '), ''),
                days::text
            ),
            chr(10)
            order by place
        ) filter (where place <= 30) as story,
        greatest(count(*) - 30, 0) as story_more
    from lines
    group by lead_id, breach_no

),

final as (

    select
        row_number() over (
            order by facts.is_explained, facts.due_at desc, facts.lead_id, facts.breach_no
        ) as position,
        if(is_named.leads, facts.lead_id, null) as lead_id,
        if(is_named.leads, facts.breach_no, null) as breach_no,
        facts.cycle_no,
        records.record_url,
        facts.kind,
        facts.tier,
        if(is_named.leads, local_minute(facts.scheduled_for), left(local_minute(facts.scheduled_for), 10)) as scheduled_for,
        coalesce(facts.team, '(none)') as team,
        facts.owner_id,
        facts.status,
        week_label(local_time(facts.due_at)) as week,
        if(is_named.leads, local_minute(facts.due_at), left(local_minute(facts.due_at), 10)) as due_at,
        if(is_named.leads, local_minute(facts.done_at), left(local_minute(facts.done_at), 10)) as done_at,
        facts.deed,
        facts.business_minutes,
        facts.promised_minutes,
        facts.business_minutes_over as minutes_over,
        facts.attempts,
        facts.channels,
        facts.promised_attempts,
        facts.promised_channels,
        if(facts.closed_at <= facts.due_at, facts.outcome, null) as closed_outcome,
        if(facts.closed_at <= facts.due_at, facts.exit_reason, null) as closed_reason,
        if(is_named.leads, stories.story, null) as story,
        if(is_named.leads, stories.story_more, null) as story_more,
        nullif(facts.calendar_zone, (select time_zone from build_info)) as calendar_zone,
        without_leads(if(is_named.leads, facts.cause, regexp_replace(facts.cause, own_names.pattern, '\1…\2', 'g'))) as cause,
        without_leads(if(is_named.leads, facts.action, regexp_replace(facts.action, own_names.pattern, '\1…\2', 'g'))) as action,
        without_leads(facts.responsible) as responsible,
        strftime(facts.closed_on, '%Y-%m-%d') as closed_on,
        facts.is_explained
    from facts
    cross join is_named
    left join lead_records as records on facts.lead_id = records.lead_id
    left join own_names on facts.lead_id = own_names.lead_id
    left join stories on facts.lead_id = stories.lead_id and facts.breach_no = stories.breach_no

)

select * from final
order by position
