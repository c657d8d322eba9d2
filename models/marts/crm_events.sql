-- Grain: crm and event_id. Events up to as_of, under the lead that survives its merges; deleted leads are gone.
with
    events as (
        select * from stg_events
    ),
    crms as (
        select * from int_crms
    ),
    survivors as (
        select * from int_lead_survivors
    ),
    final as (
        select
            events.event_id,
            events.occurred_at,
            events.recorded_at,
            coalesce(events.first_recorded_at, events.recorded_at) as first_recorded_at,
            if(
                crms.has_prefix,
                events.crm || ':' || coalesce(survivors.surviving_lead_id, events.lead_id),
                coalesce(survivors.surviving_lead_id, events.lead_id)
            ) as lead_id,
            events.type,
            events.stage,
            events.owner_id,
            events.team,
            events.channel,
            -- Of a personal value is told that there was one; its hash goes no further.
            if(
                contains(events.properties::varchar, 'hashed:'),
                regexp_replace(events.properties::varchar, 'hashed:[0-9a-f]{64}', 'hashed', 'g')::json,
                events.properties
            ) as properties,
            events.crm,
            events.lead_id as crm_lead_id,
            if(crms.has_prefix, events.crm || ':' || events.lead_id, events.lead_id) as original_lead_id
        from events
        -- First, while it is plain which of the two is small: DuckDB holds one side of a join in memory.
        left join survivors on events.crm = survivors.crm and events.lead_id = survivors.lead_id
        inner join crms on events.crm = crms.crm
        inner join run.clock on events.occurred_at <= clock.as_of
        where survivors.is_deleted is distinct from true
    )
select * from final
