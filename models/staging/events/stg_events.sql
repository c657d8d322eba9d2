-- Grain: crm and event_id. The canonical event log as loaded, one row per event.
select
    event_id,
    occurred_at,
    recorded_at,
    lead_id,
    type,
    stage,
    owner_id,
    team,
    channel,
    properties,
    crm
from raw.events
