-- Grain: grain and local_date. The period of each grain that a date belongs to.
select
    local_dates.local_date,
    periods.grain,
    periods.period_start as cohort_start,
    periods.ends_at
from sla.local_dates
inner join sla.periods
    on case periods.grain
        when 'week' then local_dates.week
        when 'month' then local_dates.month
        when 'quarter' then local_dates.quarter
    end = periods.period_start
