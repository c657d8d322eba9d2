-- One row per grain and period, with its neighbours, for the lists of reviews and the links between them.
select
    grain,
    label,
    strftime(period_start, '%Y-%m-%d') as first_day,
    strftime(period_end - 1, '%Y-%m-%d') as last_day,
    is_complete,
    lag(label) over by_grain as previous_label,
    lead(label) over by_grain as next_label
from periods
window by_grain as (partition by grain order by period_start)
order by grain, period_start desc
