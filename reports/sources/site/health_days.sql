-- One row per CRM and UTC day of the two weeks before as_of: its events beside the usual number of that weekday.
select
    crm,
    item as day,
    value,
    expected,
    is_problem,
    value / greatest(1, max(greatest(value, expected)) over (partition by crm)) as value_share,
    expected / greatest(1, max(greatest(value, expected)) over (partition by crm)) as expected_share
from data_health
where measure = 'events_on_day'
order by crm, day
