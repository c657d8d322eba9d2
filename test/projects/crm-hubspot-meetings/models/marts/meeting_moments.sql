-- Grain: event_id. When each meeting was held, missed, cancelled or moved, published so that this case can tell.
select
    event_id,
    properties ->> 'meeting_id' as meeting_id,
    type,
    occurred_at
from crm_events
where type in ('meeting_held', 'meeting_no_show', 'meeting_cancelled', 'meeting_rescheduled')
