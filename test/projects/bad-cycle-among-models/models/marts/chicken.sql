select egg.lead_id as lead_id
from egg
