select
    lead_id,
    min(entered_at) filter (stage = 'lead') as lead_at,
    min(entered_at) filter (stage = 'mql') as mql_at,
    min(entered_at) filter (stage = 'sal') as sal_at,
    min(entered_at) filter (stage = 'sql') as sql_at,
    min(entered_at) filter (stage = 'won') as won_at
from {{stage_entries}}
group by lead_id
