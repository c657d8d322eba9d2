select
    call_id,
    channel,
    called_at::timestamptz as answered_at
from raw.calls
