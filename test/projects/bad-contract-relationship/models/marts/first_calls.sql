select
    lead_id,
    min(occurred_at) as called_at
from crm_events
where type = 'outreach'
group by lead_id
