select
    lead_id,
    min(called_at)::timestamptz as answered_at,
    date_diff('minute', min(mql_at)::timestamptz, min(called_at)::timestamptz) as minutes
from raw.calls
group by lead_id
