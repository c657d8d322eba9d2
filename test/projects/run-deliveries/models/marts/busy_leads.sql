select
    lead_id,
    contacts
from first_contacts
where contacts > 1
