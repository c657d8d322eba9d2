-- One row per grain and period, with its neighbours, for the lists of reviews and the links between them. Of a period that had
-- begun before the first lead of all it is told from when on there are data.
select
    grain,
    label,
    strftime(period_start, '%Y-%m-%d') as first_day,
    strftime(period_end - 1, '%Y-%m-%d') as last_day,
    is_complete,
    case
        when first_data.first_on > period_start and first_data.first_on < period_end
            then strftime(first_data.first_on, '%Y-%m-%d')
    end as data_from,
    lag(label) over by_grain as previous_label,
    lead(label) over by_grain as next_label
from periods
cross join first_data
window by_grain as (partition by grain order by period_start)
order by grain, period_start desc
