-- Grain: lead_id and cycle_no, of cycles with an MQL. Who was first: the assignment and the response.
with
    -- What agreements that depart from the default say of a response.
    policies as (
        select
            policies.agreement,
            policies.logged_late_after_us,
            policies.logged_late_counts,
            policies.self_booked is distinct from 'does_not_answer' as self_booked_answers,
            listed.channels
        from sla.policies
        left join (
            select agreement, list(channel) as channels
            from sla.policy_channels
            where kind = 'first_response'
            group by agreement
        ) as listed on policies.agreement = listed.agreement
        where policies.logged_late_after_us is not null or not self_booked_answers or listed.channels is not null
    ),
    governed as (
        select promises.lead_id, promises.cycle_no, policies.* exclude (agreement)
        from int_cycle_promises as promises
        inner join policies on promises.agreement = policies.agreement
    ),
    cycles as (
        select
            cycles.lead_id,
            cycles.cycle_no,
            cycles.mql_at,
            cycles.closed_at,
            governed.* exclude (lead_id, cycle_no)
        from int_cycles as cycles
        left join governed on cycles.lead_id = governed.lead_id and cycles.cycle_no = governed.cycle_no
        where cycles.mql_at is not null
    ),
    events as (
        select
            cycles.lead_id,
            cycles.cycle_no,
            cycles.mql_at,
            cycles.closed_at,
            events.* exclude (lead_id, cycle_no),
            coalesce(
                events.type = 'outreach'
                and epoch_us(events.first_recorded_at) - epoch_us(events.occurred_at) > cycles.logged_late_after_us,
                false
            ) as is_logged_late,
            case events.type
                when 'meeting_booked' then not events.is_self_booked or coalesce(cycles.self_booked_answers, true)
                when 'outreach' then events.is_human_outreach
                    and coalesce(list_contains(cycles.channels, events.channel), cycles.channels is null)
                    and (coalesce(cycles.logged_late_counts, true) or not is_logged_late)
            end as can_answer
        from cycles
        inner join int_cycle_events as events
            on cycles.lead_id = events.lead_id and cycles.cycle_no = events.cycle_no
        where events.type in ('owner_assigned', 'outreach', 'meeting_booked')
    ),
    firsts as (
        select
            lead_id,
            cycle_no,
            min(occurred_at) filter (where type = 'owner_assigned' and owner_id is not null) as assigned_at,
            arg_min(
                struct_pack(
                    responded_at := greatest(occurred_at, mql_at),
                    event_id := event_id,
                    channel := channel,
                    is_self_booked := is_self_booked,
                    is_logged_late := is_logged_late
                ),
                struct_pack(occurred_at := occurred_at, event_rank := event_rank, event_id := event_id)
            ) filter (
                where can_answer
                    -- A meeting booked earlier in the cycle answers too; anything else between mql_at and closed_at.
                    and (
                        (type = 'meeting_booked' and occurred_at < mql_at)
                        or (occurred_at >= mql_at and occurred_at <= coalesce(closed_at, 'infinity'::timestamptz))
                    )
            ) as response
        from events
        group by lead_id, cycle_no
    ),
    -- Another lead of the account answers when it was contacted before this one was.
    responses as (
        select
            cycles.lead_id,
            cycles.cycle_no,
            cycles.mql_at,
            cycles.closed_at,
            firsts.assigned_at,
            contacts.contacted_at < coalesce(firsts.response.responded_at, 'infinity'::timestamptz) as is_of_account,
            firsts.response as own,
            contacts
        from cycles
        left join firsts on cycles.lead_id = firsts.lead_id and cycles.cycle_no = firsts.cycle_no
        left join int_account_contacts as contacts
            on cycles.lead_id = contacts.lead_id and cycles.cycle_no = contacts.cycle_no
    ),
    final as (
        select
            lead_id,
            cycle_no,
            mql_at,
            closed_at,
            assigned_at,
            if(is_of_account, contacts.contacted_at, own.responded_at) as responded_at,
            if(is_of_account, contacts.channel, own.channel) as response_channel,
            -- What another lead booked itself, this one did not.
            not coalesce(is_of_account, false) and coalesce(own.is_self_booked, false) as is_self_booked,
            coalesce(if(is_of_account, contacts.is_logged_late, own.is_logged_late), false) as is_logged_late,
            if(is_of_account, contacts.contacted_lead_id, null) as answered_via_lead_id,
            if(is_of_account, contacts.event_id, own.event_id) as event_id
        from responses
    )
select * from final
