select lead_id
from answers
where minutes > 1440
