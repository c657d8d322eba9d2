-- One row per CRM and stage: since when its entries are recorded one by one, and how many there are.
select
    crm,
    item as stage,
    value as entries,
    strftime(local_time(since), '%Y-%m-%d') as since,
    is_problem,
    row_number() over (
        order by
            is_problem desc,
            crm,
            stage_position(item) nulls last,
            item
    ) as position
from data_health
where measure = 'stage_history'
order by position
