-- One row per quarter with cohorts: whether every step has had its main window, from which day on all of them
-- will have, and the newest quarter of which that is true.
with

steps as (

    select cohorts.*
    from cohort_conversions as cohorts
    inner join main_windows using (from_stage, to_stage, window_days)
    where cohorts.grain = 'quarter'

),

quarters as (

    select
        cohorts.cohort_start,
        count(*) as steps,
        count(*) filter (where not cohorts.is_mature) as immature_steps,
        count(*) filter (where not cohorts.is_mature) = 0 as is_ripe,
        local_time(
            max(timezone(build_info.time_zone, periods.period_end::timestamp) + to_hours(24 * cohorts.window_days))
        ) as ripe_at
    from steps as cohorts
    cross join build_info
    inner join periods on periods.grain = 'quarter' and periods.period_start = cohorts.cohort_start
    group by cohorts.cohort_start

),

final as (

    select
        quarter_label(cohort_start) as label,
        steps,
        immature_steps,
        is_ripe,
        -- The first whole day on which nothing can change any more.
        strftime(if(ripe_at = ripe_at::date, ripe_at, ripe_at + interval 1 day), '%Y-%m-%d') as ripe_on,
        (select quarter_label(max(cohort_start) filter (where is_ripe)) from quarters) as newest_ripe
    from quarters

)

select * from final
order by label
