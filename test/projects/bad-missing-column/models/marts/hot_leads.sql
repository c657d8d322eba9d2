select
    lead_id,
    mql_date
from lead_cycles
