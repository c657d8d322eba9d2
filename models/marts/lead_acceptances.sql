-- Grain: lead_id and cycle_no, of cycles with an MQL. How soon sales accepted the lead or otherwise decided on it, and
-- whether that kept the promise.
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
    clocks as (
        select * from int_acceptance_clocks
    ),
    clauses as (
        select distinct agreement, promise, clause from sla.promises
    ),
    judged as (
        select
            cycles.lead_id,
            cycles.cycle_no,
            promises.agreement,
            promises.acceptance_promise as promise,
            clauses.clause,
            promises.acceptance_variant as variant,
            promises.calendar,
            cycles.team,
            cycles.owner_id,
            cycles.mql_at,
            clocks.due_at,
            contacts.accepted_at,
            contacts.decided_at,
            case
                when contacts.decided_at is null then null
                -- Won is accepted, though nobody noted a call.
                when contacts.decided_at = contacts.accepted_at or cycles.outcome = 'won' then 'accepted'
                when cycles.outcome = 'recycled' then 'recycled'
                else 'rejected'
            end as decision,
            clocks.decision_us / 60_000_000 as decision_business_minutes,
            case
                when promises.acceptance_promise is null then null
                -- A calendar that never opens makes no promise fall due.
                when contacts.decided_at <= coalesce(clocks.due_at, 'infinity'::timestamptz) then 'met'
                when contacts.decided_at > clocks.due_at then 'late'
                when clocks.due_at < clock.as_of then 'overdue'
                else 'pending'
            end as status,
            cycles.source,
            cycles.campaign,
            cycles.country,
            promises.is_excluded,
            clock.as_of
        from cycles
        cross join run.clock
        inner join promises on cycles.lead_id = promises.lead_id and cycles.cycle_no = promises.cycle_no
        inner join contacts on cycles.lead_id = contacts.lead_id and cycles.cycle_no = contacts.cycle_no
        left join clocks on cycles.lead_id = clocks.lead_id and cycles.cycle_no = clocks.cycle_no
        left join clauses
            on promises.agreement = clauses.agreement and promises.acceptance_promise = clauses.promise
    ),
    final as (
        select
            * exclude (as_of),
            -- The rate of decisions in time counts these, dated by due_at.
            coalesce(status in ('met', 'late', 'overdue') and due_at <= as_of, false) as is_counted
        from judged
    )
select * from final
