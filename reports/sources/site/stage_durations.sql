-- One row per stage: how long those stood on it that left it in the last 13 complete weeks.
select
    stage,
    visits,
    median_days,
    p90_days,
    visits_in_business_time,
    median_business_hours,
    p90_business_hours,
    visits < usual_minimum_sample() as is_too_few,
    strftime(local_time(starts_at), '%Y-%m-%d') as first_day,
    strftime(local_time(ends_at)::date - 1, '%Y-%m-%d') as last_day
from stage_durations
where team = 'all'
order by stage_position(stage)
