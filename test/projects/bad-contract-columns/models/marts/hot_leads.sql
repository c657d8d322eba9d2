select
    lead_id,
    any_value(owner_id) as ownr_id,
    count(mql_at)::varchar as mql_count,
    'hot' as note
from lead_cycles
group by lead_id
