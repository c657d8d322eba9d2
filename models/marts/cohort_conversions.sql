-- Grain: grain, cohort_start, from_stage, to_stage and conversion_window. How many of the cycles that entered a stage in
-- a period went on to another within a number of days.
with
    windows as (
        select * from int_cohort_windows
    ),
    periods as (
        select * from int_cohort_periods
    ),
    estimates as (
        select * from int_cohort_estimates
    ),
    -- By local day first: windows are whole days of 24 hours, so the number of days begun until conversion says enough.
    daily as (
        select
            from_stage,
            to_stage,
            local_date,
            ceil(converted_after_us / 86_400_000_000) as converted_after_days,
            count(*) filter (where not is_skipped) as entered,
            count(*) filter (where is_skipped) as skipped
        from int_cohort_cycles
        group by from_stage, to_stage, local_date, ceil(converted_after_us / 86_400_000_000)
    ),
    cohorts as (
        select
            periods.grain,
            periods.cohort_start,
            windows.from_stage,
            windows.to_stage,
            windows.window_days,
            windows.conversion_window,
            sum(daily.entered)::bigint as cohort_size,
            coalesce(
                sum(daily.entered) filter (
                    where daily.converted_after_days <= coalesce(windows.window_days, 'infinity'::double)
                ),
                0
            )::bigint as converted,
            sum(daily.skipped)::bigint as skipped,
            periods.ends_at + to_hours(24 * windows.window_days) <= clock.as_of as is_mature
        from daily
        cross join run.clock
        inner join windows on daily.from_stage = windows.from_stage and daily.to_stage = windows.to_stage
        inner join periods on daily.local_date = periods.local_date
        group by
            periods.grain,
            periods.cohort_start,
            windows.from_stage,
            windows.to_stage,
            windows.window_days,
            windows.conversion_window,
            periods.ends_at,
            clock.as_of
    ),
    final as (
        select
            cohorts.grain,
            cohorts.cohort_start,
            cohorts.from_stage,
            cohorts.to_stage,
            cohorts.window_days,
            cohorts.cohort_size,
            cohorts.converted,
            cohorts.converted / nullif(cohorts.cohort_size, 0) as rate,
            cohorts.is_mature,
            -- A mature cohort has nothing left to estimate.
            if(
                cohorts.is_mature,
                cohorts.converted / nullif(cohorts.cohort_size, 0),
                estimates.km_rate
            ) as km_rate,
            cohorts.skipped,
            cohorts.conversion_window
        from cohorts
        left join estimates using (grain, cohort_start, from_stage, to_stage, conversion_window)
    )
select * from final
