-- Grain: lead_id and cycle_no, of cycles with an MQL in which somebody reached out, replied or booked. The attempts that
-- count in the promised span, and whether they bore fruit.
with
    cycles as (
        select
            cycles.lead_id,
            cycles.cycle_no,
            cycles.mql_at,
            cycles.sal_reached_at,
            coalesce(spans.ends_at, 'infinity'::timestamptz) as ends_at,
            promises.agreement,
            listings.agreement is not null as has_channel_list,
            policies.attempts_within_us,
            if(policies.logged_late_counts, null, policies.logged_late_after_us) as must_be_logged_within_us
        from int_cycles as cycles
        inner join int_cycle_promises as promises
            on cycles.lead_id = promises.lead_id and cycles.cycle_no = promises.cycle_no
        left join int_follow_up_spans as spans
            on cycles.lead_id = spans.lead_id and cycles.cycle_no = spans.cycle_no
        left join sla.policies on promises.agreement = policies.agreement
        left join (select distinct agreement from sla.policy_channels where kind = 'follow_up') as listings
            on promises.agreement = listings.agreement
    ),
    events as (
        select
            cycles.lead_id,
            cycles.cycle_no,
            cycles.attempts_within_us,
            epoch_us(cycles.mql_at) as mql_us,
            epoch_us(events.occurred_at) as occurred_us,
            events.channel,
            events.is_human_outreach
            and events.occurred_at >= cycles.mql_at
            and events.occurred_at <= cycles.ends_at
            and (not cycles.has_channel_list or channels.channel is not null)
            and coalesce(
                epoch_us(events.first_recorded_at) - epoch_us(events.occurred_at) <= cycles.must_be_logged_within_us,
                true
            ) as is_attempt,
            (
                (events.type = 'reply_received' or events.is_inbound)
                and events.occurred_at > cycles.mql_at
            )
            or events.type = 'meeting_booked'
            or (events.is_human_outreach and events.occurred_at < cycles.sal_reached_at) as is_success,
            -- The instant at which an outreach that a SAL followed bore fruit is the SAL's.
            if(events.is_human_outreach, cycles.sal_reached_at, events.occurred_at) <= cycles.ends_at as is_in_span
        from cycles
        inner join int_cycle_events as events
            on cycles.lead_id = events.lead_id and cycles.cycle_no = events.cycle_no
        left join sla.policy_channels as channels
            on cycles.agreement = channels.agreement
            and events.channel = channels.channel
            and channels.kind = 'follow_up'
        where events.type in ('outreach', 'reply_received', 'meeting_booked')
    ),
    -- Calling twice in a row is one attempt, where the agreement says so: each is compared with the one just before it.
    spaced as (
        select
            *,
            occurred_us - lag(occurred_us) over (
                partition by lead_id, cycle_no, channel
                order by occurred_us
            ) as after_us
        from events
        where is_attempt and attempts_within_us is not null
    ),
    attempts as (
        select lead_id, cycle_no, channel, mql_us, occurred_us from events where is_attempt and attempts_within_us is null
        union all
        select lead_id, cycle_no, channel, mql_us, occurred_us from spaced where after_us is null or after_us > attempts_within_us
    ),
    gaps as (
        select
            *,
            occurred_us - lag(occurred_us, 1, mql_us) over (partition by lead_id, cycle_no order by occurred_us) as gap_us
        from attempts
    ),
    efforts as (
        select
            lead_id,
            cycle_no,
            count(*) as attempts,
            count(distinct channel) as channels,
            make_timestamptz(min(occurred_us)) as first_attempt_at,
            make_timestamptz(max(occurred_us)) as last_attempt_at,
            max(gap_us) as longest_gap_us
        from gaps
        group by lead_id, cycle_no
    ),
    successes as (
        select
            lead_id,
            cycle_no,
            coalesce(bool_or(is_success and is_in_span), false) as has_succeeded
        from events
        group by lead_id, cycle_no
    ),
    final as (
        select
            successes.lead_id,
            successes.cycle_no,
            coalesce(efforts.attempts, 0) as attempts,
            coalesce(efforts.channels, 0) as channels,
            efforts.first_attempt_at,
            efforts.last_attempt_at,
            efforts.longest_gap_us,
            successes.has_succeeded
        from successes
        left join efforts on successes.lead_id = efforts.lead_id and successes.cycle_no = efforts.cycle_no
    )
select * from final
