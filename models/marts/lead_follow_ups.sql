-- Grain: lead_id and cycle_no, of cycles with an MQL. Whether the promised follow-up was given in the promised span.
with
    cycles as (
        select * from lead_cycles where mql_at is not null
    ),
    promises as (
        select * from int_cycle_promises
    ),
    contacts as (
        select * from int_cycle_contacts
    ),
    spans as (
        select * from int_follow_up_spans
    ),
    counted as (
        select * from int_follow_up_attempts
    ),
    next_steps as (
        select * from int_next_steps
    ),
    clauses as (
        select distinct agreement, promise, clause from sla.promises
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
            promises.promised_attempts,
            promises.promised_channels,
            clauses.clause,
            promises.follow_up_variant as variant,
            epoch_us(counted.last_attempt_at - counted.first_attempt_at) / 3_600_000_000 as span_hours,
            counted.longest_gap_us / 3_600_000_000 as longest_gap_hours,
            contacts.last_reply_at,
            spans.next_step_due_at,
            -- A next step that is missing is later than any.
            coalesce(
                spans.next_step_due_at <= clock.as_of
                and spans.next_step_due_at < coalesce(next_steps.next_step_at, 'infinity'::timestamptz),
                false
            ) as is_abandoned,
            cycles.team,
            cycles.owner_id,
            cycles.source,
            cycles.campaign,
            cycles.country,
            cycles.mql_at,
            promises.is_excluded,
            clock.as_of
        from cycles
        cross join run.clock
        inner join promises on cycles.lead_id = promises.lead_id and cycles.cycle_no = promises.cycle_no
        left join contacts on cycles.lead_id = contacts.lead_id and cycles.cycle_no = contacts.cycle_no
        left join spans on cycles.lead_id = spans.lead_id and cycles.cycle_no = spans.cycle_no
        left join counted on cycles.lead_id = counted.lead_id and cycles.cycle_no = counted.cycle_no
        left join next_steps on cycles.lead_id = next_steps.lead_id and cycles.cycle_no = next_steps.cycle_no
        left join clauses
            on promises.agreement = clauses.agreement and promises.follow_up_promise = clauses.promise
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
