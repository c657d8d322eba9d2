select lead_id
from lead_cycle
