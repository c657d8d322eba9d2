select lead_id
from lead_cycles
where mql_at > now() - interval 7 days
