with merges as (
    select
        lead_id,
        properties ->> 'into' as survivor_id
    from raw.events
    where type = 'lead_merged'
)

select
    events.event_id,
    coalesce(merges.survivor_id, events.lead_id) as lead_id,
    events.channel,
    events.occurred_at
from raw.events as events
left join merges on events.lead_id = merges.lead_id
where events.type = 'outreach'
