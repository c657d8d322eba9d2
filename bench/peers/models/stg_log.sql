select
    event_id,
    lead_id,
    type,
    stage,
    owner_id,
    team,
    channel,
    occurred_at
from {{raw_log}}
