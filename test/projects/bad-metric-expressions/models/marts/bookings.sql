select
    lead_id::varchar as lead_id,
    booked_at::timestamptz as booked_at
from raw.leads
