-- Grain: crm and event_id. The canonical event log: what came as one, and what each CRM's staging models made of its
-- export (nothing where handover.yml names no such source).
with
    final as (
        select
            event_id,
            occurred_at,
            recorded_at,
            first_recorded_at,
            lead_id,
            type,
            stage,
            owner_id,
            team,
            channel,
            properties,
            crm
        from raw.events
        union all by name
        select * from stg_hubspot_events
        union all by name
        select * from stg_salesforce_events
        union all by name
        select * from stg_pipedrive_events
    )
select * from final
