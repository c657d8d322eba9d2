-- Grain: lead_id, crm and event_id. Changes of one attribute each; a null value clears it.
select
    crm,
    event_id,
    lead_id,
    properties ->> 'name' as attribute,
    properties ->> 'value' as value,
    struct_pack(occurred_at := occurred_at, event_id := event_id) as change_order,
    occurred_at
from crm_events
where type = 'property_changed' and (properties ->> 'name') is not null
