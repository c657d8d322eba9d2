-- One row per breach, newest first, in local time.
select
    kind,
    lead_id,
    cycle_no,
    agreement,
    promise,
    coalesce(team, '(none)') as team,
    owner_id,
    status,
    week_label(local_time(due_at)) as week,
    local_minute(mql_at) as mql_at,
    local_minute(due_at) as due_at,
    local_minute(responded_at) as responded_at,
    business_minutes,
    attempts,
    channels
from all_breaches
order by all_breaches.due_at desc, lead_id, kind
