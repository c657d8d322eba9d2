-- Grain: lead_id and cycle_no. When a person first reached out in the cycle, what that makes of its SAL, and when the
-- lead last replied.
with
    cycles as (
        select
            cycles.lead_id,
            cycles.cycle_no,
            cycles.mql_at,
            cycles.closed_at,
            cycles.outcome,
            cycles.sal_at,
            cycles.sal_reached_at,
            coalesce(policies.acceptance = 'verified', false) as is_verified
        from int_cycles as cycles
        left join int_cycle_promises as promises
            on cycles.lead_id = promises.lead_id and cycles.cycle_no = promises.cycle_no
        left join sla.policies on promises.agreement = policies.agreement
    ),
    contacts as (
        select
            cycles.lead_id,
            cycles.cycle_no,
            min(events.occurred_at) filter (where events.is_human_outreach) as first_outreach_at,
            max(events.occurred_at) filter (
                where (events.type = 'reply_received' or events.is_inbound)
                    and events.occurred_at > cycles.mql_at
                    and events.occurred_at < coalesce(cycles.closed_at, 'infinity'::timestamptz)
            ) as last_reply_at
        from cycles
        inner join int_cycle_events as events
            on cycles.lead_id = events.lead_id and cycles.cycle_no = events.cycle_no
        where events.type in ('outreach', 'reply_received')
        group by cycles.lead_id, cycles.cycle_no
    ),
    accepted as (
        select
            cycles.lead_id,
            cycles.cycle_no,
            contacts.first_outreach_at,
            contacts.last_reply_at,
            -- Not greatest(…) alone: it would pass over the one that is missing.
            if(
                cycles.sal_at is not null and contacts.first_outreach_at is not null,
                greatest(cycles.sal_at, contacts.first_outreach_at),
                null
            ) as sal_verified_at,
            case
                when not cycles.is_verified then cycles.sal_reached_at
                when cycles.sal_reached_at is not null
                    and contacts.first_outreach_at <= coalesce(cycles.closed_at, 'infinity'::timestamptz)
                    then greatest(cycles.sal_reached_at, contacts.first_outreach_at)
                -- Won is accepted, though nobody noted a call; a call after the close accepts nothing.
                when cycles.outcome = 'won' then cycles.closed_at
            end as accepted_at,
            cycles.closed_at
        from cycles
        left join contacts on cycles.lead_id = contacts.lead_id and cycles.cycle_no = contacts.cycle_no
    ),
    final as (
        select
            * exclude (closed_at),
            -- least() passes over the one that is missing.
            least(accepted_at, closed_at) as decided_at
        from accepted
    )
select * from final
