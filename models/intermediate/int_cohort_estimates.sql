-- Grain: grain, cohort_start, from_stage, to_stage and conversion_window, of cohorts not yet mature: the Kaplan–Meier
-- estimate of the rate. Only as_of censors; a cycle closed without converting stays at risk.
with
    windows as (
        select * from int_cohort_windows where window_days is not null
    ),
    pairs as (
        select from_stage, to_stage, max(window_days) as longest_window_days
        from windows
        group by from_stage, to_stage
    ),
    cycles as (
        select
            periods.grain,
            periods.cohort_start,
            periods.ends_at,
            cycles.from_stage,
            cycles.to_stage,
            cycles.converted_after_us is not null as has_converted,
            coalesce(cycles.converted_after_us, cycles.followed_for_us) as observed_us
        from int_cohort_cycles as cycles
        cross join run.clock
        inner join int_cohort_periods as periods on cycles.local_date = periods.local_date
        inner join pairs on cycles.from_stage = pairs.from_stage and cycles.to_stage = pairs.to_stage
        where not cycles.is_skipped
            and periods.ends_at + to_hours(24 * pairs.longest_window_days) > clock.as_of
    ),
    -- Censored at the instant of a conversion: still at risk then.
    instants as (
        select
            grain,
            cohort_start,
            ends_at,
            from_stage,
            to_stage,
            observed_us,
            count(*) filter (where has_converted) as converted,
            sum(count(*)) over (
                partition by grain, cohort_start, from_stage, to_stage
                order by observed_us desc
            ) as at_risk
        from cycles
        group by grain, cohort_start, ends_at, from_stage, to_stage, observed_us
    ),
    final as (
        select
            instants.grain,
            instants.cohort_start,
            instants.from_stage,
            instants.to_stage,
            windows.conversion_window,
            1 - coalesce(
                product(1 - instants.converted / instants.at_risk) filter (
                    where instants.converted > 0 and instants.observed_us <= windows.window_days * 86_400_000_000
                ),
                1
            ) as km_rate
        from instants
        cross join run.clock
        inner join windows on instants.from_stage = windows.from_stage and instants.to_stage = windows.to_stage
        where instants.ends_at + to_hours(24 * windows.window_days) > clock.as_of
        group by
            instants.grain,
            instants.cohort_start,
            instants.from_stage,
            instants.to_stage,
            windows.conversion_window
    )
select * from final
