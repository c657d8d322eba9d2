-- Grain: lead_id and breach_no. Every promise to a lead that was broken, in the order in which they fell due.
with
    late_responses as (
        select
            'first_response' as kind,
            clause,
            promise,
            agreement,
            lead_id,
            cycle_no,
            null::varchar as meeting_id,
            null::bigint as slot_no,
            due_at,
            responded_at as done_at,
            response_business_minutes - promised_business_minutes as business_minutes_over,
            status,
            team,
            owner_id,
            source,
            campaign,
            mql_at,
            null::bigint as attempts,
            null::bigint as channels
        from lead_responses
        where status in ('late', 'overdue')
    ),
    short_follow_ups as (
        select
            'follow_up' as kind,
            clause,
            promise,
            agreement,
            lead_id,
            cycle_no,
            ends_at as due_at,
            status,
            team,
            owner_id,
            source,
            campaign,
            mql_at,
            attempts,
            channels
        from lead_follow_ups
        where status = 'short'
    ),
    late_acceptances as (
        select
            'acceptance' as kind,
            acceptances.clause,
            acceptances.promise,
            acceptances.agreement,
            acceptances.lead_id,
            acceptances.cycle_no,
            acceptances.due_at,
            acceptances.decided_at as done_at,
            acceptances.decision_business_minutes
            - promises.acceptance_promise_us / 60_000_000 as business_minutes_over,
            acceptances.status,
            acceptances.team,
            acceptances.owner_id,
            acceptances.source,
            acceptances.campaign,
            acceptances.mql_at
        from lead_acceptances as acceptances
        inner join int_cycle_promises as promises
            on acceptances.lead_id = promises.lead_id and acceptances.cycle_no = promises.cycle_no
        where acceptances.status in ('late', 'overdue')
    ),
    late_reports as (
        select
            'meeting_outcome' as kind,
            -- It has no tiers.
            meetings.promise as clause,
            meetings.promise,
            meetings.agreement,
            meetings.lead_id,
            meetings.cycle_no,
            meetings.meeting_id,
            meetings.slot_no,
            meetings.report_due_at as due_at,
            meetings.reported_at as done_at,
            meetings.report_status as status,
            meetings.team,
            meetings.owner_id,
            meetings.source,
            meetings.campaign
        from meetings
        where meetings.report_status in ('late', 'overdue')
    ),
    breaches as (
        from late_responses
        union all by name
        from short_follow_ups
        union all by name
        from late_acceptances
        union all by name
        from late_reports
    ),
    final as (
        select
            breaches.*,
            row_number() over (
                partition by breaches.lead_id
                order by breaches.due_at, breaches.kind, breaches.cycle_no, breaches.meeting_id, breaches.slot_no
            ) as breach_no,
            -- The local date, by look-up: the UTC day tells it, and when inside that day it changes.
            dates.local_date
            + if(epoch_us(breaches.due_at) >= dates.date_change_us, 1, 0)
            + if(epoch_us(breaches.due_at) >= dates.date_change_2_us, 1, 0) as due_on
        from breaches
        left join sla.dates on epoch_us(breaches.due_at) // 86_400_000_000 = dates.utc_day
    )
select * from final
