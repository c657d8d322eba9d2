select
    event_id,
    lead_id,
    row_number() over (partition by lead_id order by occurred_at, event_id) as place
from contacts
