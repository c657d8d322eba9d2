select lead_id
from answers_v1
where minutes > 1440
