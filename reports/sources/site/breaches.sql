-- One row per breach, unexplained ones first, then the newest, in local time.
select
    breaches.lead_id,
    breaches.breach_no,
    breaches.cycle_no,
    breaches.kind,
    nullif(split_part(breaches.promise, '/', 2), '') as tier,
    local_minute(meetings.scheduled_for) as scheduled_for,
    coalesce(breaches.team, '(none)') as team,
    breaches.owner_id,
    breaches.status,
    week_label(local_time(breaches.due_at)) as week,
    local_minute(breaches.due_at) as due_at,
    local_minute(breaches.done_at) as done_at,
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
    breaches.attempts,
    breaches.channels,
    breaches.cause,
    breaches.action,
    breaches.responsible,
    strftime(breaches.closed_on, '%Y-%m-%d') as closed_on,
    breaches.is_explained
from breaches
left join lead_responses as responses
    on breaches.lead_id = responses.lead_id and breaches.cycle_no = responses.cycle_no
left join lead_acceptances as acceptances
    on breaches.lead_id = acceptances.lead_id and breaches.cycle_no = acceptances.cycle_no
left join meetings
    on breaches.lead_id = meetings.lead_id
    and breaches.meeting_id = meetings.meeting_id
    and breaches.slot_no = meetings.slot_no
order by breaches.is_explained, breaches.due_at desc, breaches.lead_id, breaches.breach_no
