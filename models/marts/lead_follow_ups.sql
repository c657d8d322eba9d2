-- Grain: lead_id and cycle_no, of cycles with an MQL. Whether the promised follow-up was given in the promised span.
with
    cycles as (
        select * from lead_cycles where mql_at is not null
    ),
    promises as (
        select
            *,
            epoch_us(mql_at) as mql_us
        from int_cycle_promises
    ),
    -- The span ends at the last closing of the N-th open local date after that of mql_at.
    spans as (
        select
            promises.lead_id,
            promises.cycle_no,
            case
                when dates.calendar_key is null
                    then error('calendar ' || promises.calendar_key || ' does not reach lead ' || promises.lead_id)
                when last_dates.calendar_key is null and dates.open_dates_total > 0
                    then error(
                        'calendar ' || promises.calendar_key || ' ends before the follow-up of lead '
                        || promises.lead_id || ' does'
                    )
                else last_dates.last_closing_at
            end as ends_at
        from promises
        left join sla.calendar_days as days
            on promises.calendar_key = days.calendar_key
            and promises.mql_us // 86_400_000_000 = days.utc_day
        left join (
            select *, max(open_dates_through) over (partition by calendar_key) as open_dates_total
            from sla.calendar_dates
        ) as dates
            on promises.calendar_key = dates.calendar_key
            and days.local_date
                + if(promises.mql_us >= days.date_change_us, 1, 0)
                + if(promises.mql_us >= days.date_change_2_us, 1, 0) = dates.local_date
        left join sla.calendar_dates as last_dates
            on promises.calendar_key = last_dates.calendar_key
            and dates.open_dates_through + promises.promised_business_days = last_dates.open_dates_through
            and last_dates.is_open
        where promises.follow_up_promise is not null
    ),
    events as (
        select
            cycles.lead_id,
            cycles.cycle_no,
            events.channel,
            events.is_human_outreach
            and events.occurred_at >= cycles.mql_at
            and events.occurred_at <= coalesce(spans.ends_at, 'infinity'::timestamptz) as is_attempt,
            (
                (events.type = 'reply_received' or events.is_inbound)
                and events.occurred_at > cycles.mql_at
            )
            or events.type = 'meeting_booked'
            or (events.is_human_outreach and events.occurred_at < cycles.sal_reached_at) as is_success,
            -- The instant at which an outreach that a SAL followed bore fruit is the SAL's.
            if(
                events.is_human_outreach,
                cycles.sal_reached_at,
                events.occurred_at
            ) <= coalesce(spans.ends_at, 'infinity'::timestamptz) as is_in_span,
            events.occurred_at
        from cycles
        inner join int_cycle_events as events
            on cycles.lead_id = events.lead_id and cycles.cycle_no = events.cycle_no
        left join spans on cycles.lead_id = spans.lead_id and cycles.cycle_no = spans.cycle_no
        where events.type in ('outreach', 'reply_received', 'meeting_booked')
    ),
    counted as (
        select
            lead_id,
            cycle_no,
            count(*) filter (where is_attempt) as attempts,
            count(distinct channel) filter (where is_attempt) as channels,
            min(occurred_at) filter (where is_attempt) as first_attempt_at,
            max(occurred_at) filter (where is_attempt) as last_attempt_at,
            coalesce(bool_or(is_success and is_in_span), false) as has_succeeded
        from events
        group by lead_id, cycle_no
    ),
    judged as (
        select
            cycles.lead_id,
            cycles.cycle_no,
            coalesce(counted.attempts, 0) as attempts,
            coalesce(counted.channels, 0) as channels,
            counted.first_attempt_at,
            counted.last_attempt_at,
            spans.ends_at,
            case
                when promises.follow_up_promise is null then null
                when counted.has_succeeded
                    or (
                        coalesce(counted.attempts, 0) >= coalesce(promises.promised_attempts, 0)
                        and coalesce(counted.channels, 0) >= coalesce(promises.promised_channels, 0)
                    ) then 'met'
                when cycles.closed_at <= coalesce(spans.ends_at, 'infinity'::timestamptz)
                    and release_reasons.reason is not null then 'released'
                when spans.ends_at < clock.as_of then 'short'
                else 'in_progress'
            end as status,
            promises.agreement,
            promises.follow_up_promise as promise,
            cycles.team,
            cycles.owner_id,
            cycles.source,
            cycles.campaign,
            cycles.country,
            cycles.mql_at,
            clock.as_of
        from cycles
        cross join run.clock
        inner join promises on cycles.lead_id = promises.lead_id and cycles.cycle_no = promises.cycle_no
        left join spans on cycles.lead_id = spans.lead_id and cycles.cycle_no = spans.cycle_no
        left join counted on cycles.lead_id = counted.lead_id and cycles.cycle_no = counted.cycle_no
        left join sla.release_reasons
            on promises.agreement = release_reasons.agreement and cycles.exit_reason = release_reasons.reason
    ),
    final as (
        select
            * exclude (as_of),
            -- The follow-up rate counts these, dated by ends_at.
            coalesce(status in ('met', 'short') and ends_at <= as_of, false) as is_counted
        from judged
    )
select * from final
