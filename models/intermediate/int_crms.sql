-- Grain: crm. Lead ids carry their CRM's name only when several CRMs are active.
with
    events as (
        select * from stg_events
    ),
    crms as (
        select distinct crm from events
    ),
    final as (
        select
            crm,
            count(*) over () > 1 as has_prefix
        from crms
    )
select * from final
