select
    lead_id,
    case when type = 'lead_created' then coalesce(stage, 'lead') else stage end as stage,
    min(occurred_at) as entered_at
from {{stg_log}}
where type in ('lead_created', 'stage_entered')
group by all
