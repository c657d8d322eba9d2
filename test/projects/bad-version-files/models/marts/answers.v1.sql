select lead_id
from raw.calls
