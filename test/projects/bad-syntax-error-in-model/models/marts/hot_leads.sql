select
    lead_id,
    mql_at where
from lead_cycles
