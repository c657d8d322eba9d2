-- One row per cohort, step and window, months and quarters; months say which quarter they belong to. A step's main window
-- (see `main_windows`) is the same in every quarter. A cohort is beyond a window as long as not even its first day has had the
-- whole of it.
select
    cohorts.grain,
    period_label(cohorts.grain, cohorts.cohort_start) as label,
    quarters.label as quarter,
    strftime(cohorts.cohort_start, '%Y-%m-%d') as first_day,
    cohorts.from_stage,
    cohorts.to_stage,
    cohorts.window_days,
    cohorts.cohort_size,
    cohorts.converted,
    cohorts.rate,
    cohorts.cohort_size < usual_minimum_sample() as is_too_few,
    coalesce(cohorts.is_mature, false) as is_mature,
    coalesce(
        timezone(build_info.time_zone, cohorts.cohort_start::timestamp) + to_hours(24 * cohorts.window_days) > build_info.as_of,
        false
    ) as is_beyond,
    cohorts.km_rate,
    cohorts.skipped,
    cohorts.window_days is not distinct from main_windows.window_days as is_main_window
from cohort_conversions as cohorts
cross join build_info
left join main_windows on cohorts.from_stage = main_windows.from_stage and cohorts.to_stage = main_windows.to_stage
left join periods as quarters
    on quarters.grain = 'quarter'
    and cohorts.cohort_start >= quarters.period_start
    and cohorts.cohort_start < quarters.period_end
where cohorts.grain in ('month', 'quarter')
order by cohorts.grain, cohorts.cohort_start, cohorts.from_stage, cohorts.to_stage, cohorts.window_days
