-- One row per measure, CRM and item of data_health that has no display of its own, in the order of `handover doctor --data`;
-- of each measure and CRM the ten most.
with

ranked as (

    select
        measure,
        crm,
        item,
        value,
        expected,
        is_problem,
        row_number() over (partition by measure, crm, is_problem order by value desc, item) as place,
        count(*) over (partition by measure, crm, is_problem) as items
    from data_health
    where measure not in ('events_on_day', 'stage_history')

),

final as (

    select
        row_number() over (order by is_problem desc, measure, crm, value desc, item) as position,
        measure,
        crm,
        item,
        value,
        expected,
        is_problem,
        if(place = 10, items - 10, 0) as more
    from ranked
    where place <= 10

)

select * from final
order by position
