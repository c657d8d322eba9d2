with outreaches as (
    select
        lead_id,
        team,
        occurred_at
    from {{stg_log}}
    where type in ('outreach', 'meeting_booked')
)

select
    lead_stages.lead_id,
    lead_stages.mql_at,
    min(outreaches.occurred_at) as responded_at,
    arg_min(outreaches.team, outreaches.occurred_at) as team
from {{lead_stages}} as lead_stages
left join outreaches
    on outreaches.lead_id = lead_stages.lead_id
    and outreaches.occurred_at >= lead_stages.mql_at
where lead_stages.mql_at is not null
group by all
