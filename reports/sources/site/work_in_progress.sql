-- One row per stage: the open cycles that stand on it as of as_of, and for how long they have.
select
    stage,
    cycles,
    median_age_days,
    oldest_age_days,
    strftime(local_time(oldest_entered_at), '%Y-%m-%d') as oldest_since
from work_in_progress
where team = 'all'
order by stage_position(stage)
