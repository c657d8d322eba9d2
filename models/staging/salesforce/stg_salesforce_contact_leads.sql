-- Grain: crm, contact_id and created_at. The leads that became a contact. What is done with the contact belongs to the
-- latest of them created by then.
select
    crm,
    contact_id,
    created_at,
    min(lead_id) as lead_id
from stg_salesforce_leads
where contact_id is not null and created_at is not null
group by crm, contact_id, created_at
