-- Grain: lead_id and cycle_no, of cycles with an MQL. How soon a person answered, and whether that kept the promise.
with
    cycles as (
        select * from lead_cycles where mql_at is not null
    ),
    promises as (
        select * from int_cycle_promises
    ),
    responses as (
        select * from int_first_responses
    ),
    clocks as (
        select * from int_response_clocks
    ),
    owner_clocks as (
        select * from int_owner_clocks
    ),
    judged as (
        select
            cycles.lead_id,
            cycles.cycle_no,
            promises.agreement,
            promises.response_promise as promise,
            -- A promise is called clause/tier, one without tiers as its clause.
            split_part(promises.response_promise, '/', 1) as clause,
            promises.response_variant as variant,
            clocks.promised_us / 60_000_000 as promised_business_minutes,
            promises.calendar,
            promises.time_zone,
            cycles.team,
            cycles.owner_id,
            cycles.mql_at,
            responses.assigned_at,
            clocks.started_at,
            clocks.due_at,
            responses.responded_at,
            responses.response_channel,
            responses.answered_via_lead_id,
            clocks.response_us / 60_000_000 as response_business_minutes,
            epoch_us(responses.responded_at - cycles.mql_at) / 60_000_000 as response_elapsed_minutes,
            clocks.routing_us / 60_000_000 as routing_business_minutes,
            clocks.rep_us / 60_000_000 as rep_business_minutes,
            owner_clocks.own_us / 60_000_000 as own_business_minutes,
            case
                when promises.response_promise is null then null
                when responses.is_self_booked and policies.self_booked is distinct from 'answers' then 'self_booked'
                -- Nothing falls due in a calendar that never opens, for a lead that asked to wait for ever, and
                -- before a clock that runs from the assignment is started.
                when responses.responded_at <= coalesce(clocks.due_at, 'infinity'::timestamptz) then 'met'
                when responses.responded_at > clocks.due_at then 'late'
                when cycles.closed_at <= coalesce(clocks.due_at, 'infinity'::timestamptz)
                    and release_reasons.reason is not null then 'released'
                when clocks.due_at < clock.as_of then 'overdue'
                else 'pending'
            end as status,
            cycles.source,
            cycles.campaign,
            cycles.country,
            coalesce(responses.is_logged_late, false) as is_logged_late,
            coalesce(promises.is_excluded, false) as is_excluded,
            clock.as_of
        from cycles
        cross join run.clock
        inner join promises on cycles.lead_id = promises.lead_id and cycles.cycle_no = promises.cycle_no
        inner join responses on cycles.lead_id = responses.lead_id and cycles.cycle_no = responses.cycle_no
        left join clocks on cycles.lead_id = clocks.lead_id and cycles.cycle_no = clocks.cycle_no
        left join owner_clocks
            on cycles.lead_id = owner_clocks.lead_id and cycles.cycle_no = owner_clocks.cycle_no
        left join sla.policies on promises.agreement = policies.agreement
        left join sla.release_reasons
            on promises.agreement = release_reasons.agreement and cycles.exit_reason = release_reasons.reason
    ),
    final as (
        select
            * exclude (as_of),
            -- Within-SLA rates count these, dated by due_at.
            coalesce(status in ('met', 'late', 'overdue') and due_at <= as_of, false) as is_counted
        from judged
    )
select * from final
