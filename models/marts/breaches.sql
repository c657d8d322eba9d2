-- Grain: lead_id and breach_no. Broken promises, and what the breach log says of each.
with
    breaches as (
        select * from int_breaches
    ),
    -- Lines on leads that were merged since can tell of the same breach: the first one counts.
    explanations as (
        select
            lead_id,
            clause,
            matched_due_on,
            arg_min(
                struct_pack(
                    cause := cause,
                    action := action,
                    responsible := responsible,
                    closed_on := closed_on
                ),
                entry_no
            ) as told
        from int_breach_log
        where is_matched
        group by lead_id, clause, matched_due_on
    ),
    final as (
        select
            breaches.lead_id,
            breaches.breach_no,
            breaches.kind,
            breaches.clause,
            breaches.promise,
            breaches.agreement,
            breaches.cycle_no,
            breaches.meeting_id,
            breaches.slot_no,
            breaches.due_at,
            breaches.due_on,
            breaches.done_at,
            breaches.business_minutes_over,
            breaches.status,
            breaches.team,
            breaches.owner_id,
            breaches.source,
            breaches.campaign,
            breaches.mql_at,
            breaches.attempts,
            breaches.channels,
            explanations.told.cause as cause,
            explanations.told.action as action,
            explanations.told.responsible as responsible,
            explanations.told.closed_on as closed_on,
            explanations.told is not null as is_explained
        from breaches
        left join explanations
            on breaches.lead_id = explanations.lead_id
            and breaches.clause = explanations.clause
            and breaches.due_on = explanations.matched_due_on
    )
select * from final
