-- One row per grain and period: how the meetings planned for it went.
select
    periods.grain,
    periods.label,
    count(*) filter (where outcome = 'held') as held,
    count(*) filter (where outcome = 'no_show') as no_show,
    count(*) filter (where outcome = 'cancelled') as cancelled,
    count(*) filter (where outcome = 'unknown') as unknown,
    count(*) filter (where outcome = 'upcoming') as upcoming
from periods
inner join meetings
    on local_time(scheduled_for)::date >= periods.period_start
    and local_time(scheduled_for)::date < periods.period_end
group by periods.grain, periods.label
order by periods.grain, periods.label
