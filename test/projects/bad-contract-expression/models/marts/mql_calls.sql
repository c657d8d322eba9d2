select
    cycles.lead_id,
    cycles.cycle_no,
    cycles.mql_at,
    min(events.occurred_at) as called_at
from lead_cycles as cycles
left join crm_events as events on cycles.lead_id = events.lead_id and events.type = 'outreach'
where cycles.mql_at is not null
group by cycles.lead_id, cycles.cycle_no, cycles.mql_at
