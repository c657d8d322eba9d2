select chicken.lead_id as lead_id
from chicken
