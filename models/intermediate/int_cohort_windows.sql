-- Grain: from_stage, to_stage and conversion_window. Windows are whole days of 24 hours; empty means to date.
select distinct
    from_stage,
    to_stage,
    if(
        window_days is null or window_days = trunc(window_days),
        window_days,
        error('seeds/cohort_windows.csv: ' || window_days || ' is not a whole number of days')
    )::bigint as window_days,
    coalesce(window_days || ' days', 'to date') as conversion_window
from seeds.cohort_windows
