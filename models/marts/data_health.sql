-- Grain: measure. What was set aside on the way from the events to the marts.
with
    survivors as (
        select * from int_lead_survivors
    ),
    final as (
        select
            'future_events' as measure,
            (select count(*) from stg_events, run.clock where stg_events.occurred_at > clock.as_of) as value
        union all
        select 'merged_leads', count(*) from survivors where lead_id <> surviving_lead_id
        union all
        select 'merge_loops', count(distinct (crm, surviving_lead_id)) from survivors where is_looping
        union all
        select 'deleted_leads', count(*) from survivors where is_deleted and lead_id = surviving_lead_id
        union all
        select
            'leads_without_stage',
            (select count(distinct lead_id) from crm_events) - (select count(distinct lead_id) from int_cycles)
    )
select * from final
