-- One row per period that was published with `handover publish`: when, where that is known, and how many of its figures this
-- build shows otherwise. That a period was published is told by the check that compares it.
with

published as (

    select distinct regexp_extract(rule, '^published\((.+)\)$', 1) as period
    from contract_results
    where rule like 'published(%)'

),

moved as (

    select
        period,
        count(*) as moved,
        min(as_of_published) as as_of_published
    from restatements
    group by period

),

final as (

    select
        period,
        local_minute(moved.as_of_published) as as_of_published,
        coalesce(moved.moved, 0) as moved
    from published
    full outer join moved using (period)

)

select * from final
order by period
