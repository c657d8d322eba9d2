-- One row per measure, CRM and item of data_health that has no display of its own, in the order of `handover doctor --data`;
-- of each measure and CRM the ten most. Items that are as expected are one row together.
with

measured as (

    select measure, crm, item, value, expected, is_problem, false as is_rest
    from data_health
    where measure not in ('events_on_day', 'stage_history') and (is_problem or expected is null)
    union all
    select
        measure,
        crm,
        if(count(*) = 1, any_value(item), 'all'),
        sum(value)::bigint,
        sum(expected)::bigint,
        false,
        count(*) > 1
    from data_health
    where measure not in ('events_on_day', 'stage_history') and not is_problem and expected is not null
    group by measure, crm

),

ranked as (

    select
        measure,
        crm,
        item,
        value,
        expected,
        is_problem,
        is_rest,
        row_number() over (partition by measure, crm, is_problem order by value desc, item) as place,
        count(*) over (partition by measure, crm, is_problem) as items
    from measured

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
        is_rest,
        if(place = 10, items - 10, 0) as more
    from ranked
    where place <= 10

)

select * from final
order by position
