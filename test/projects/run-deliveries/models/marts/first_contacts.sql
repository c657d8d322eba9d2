select
    lead_id,
    min(occurred_at) as first_at,
    arg_min(channel, occurred_at) as first_channel,
    count(*) as contacts
from contacts
group by lead_id
