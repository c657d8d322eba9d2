-- Grain: grain, cohort_start, from_stage, to_stage and conversion_window, of cohorts not yet mature: the Kaplan–Meier
-- estimate of the rate. Only as_of censors; a cycle closed without converting stays at risk.
with
    windows as (
        select
            from_stage,
            to_stage,
            conversion_window,
            window_days,
            max(window_days) over (partition by from_stage, to_stage) as longest_window_days
        from int_cohort_windows
        where window_days is not null
    ),
    -- Those with a window that as_of has not seen the end of. Local dates are one ahead of UTC at most, so that no cycle is
    -- of a later cohort.
    cohorts as (
        select
            periods.grain,
            periods.period_start as cohort_start,
            periods.ends_at,
            pairs.from_stage,
            pairs.to_stage,
            pairs.longest_window_days * 86_400_000_000 as longest_window_us,
            row_number() over (
                order by periods.grain, periods.period_start, pairs.from_stage, pairs.to_stage
            ) as cohort_no
        from sla.periods
        cross join run.clock
        cross join (select distinct from_stage, to_stage, longest_window_days from windows) as pairs
        where periods.period_start <= clock.as_of::date + 1
            and periods.ends_at + to_hours(24 * pairs.longest_window_days) > clock.as_of
    ),
    cycles as (
        select
            cohorts.cohort_no,
            cohorts.longest_window_us,
            cycles.converted_after_us is not null as has_converted,
            coalesce(cycles.converted_after_us, cycles.followed_for_us) as observed_us
        from int_cohort_cycles as cycles
        inner join int_cohort_periods as periods on cycles.local_date = periods.local_date
        inner join cohorts
            on periods.grain = cohorts.grain
            and periods.cohort_start = cohorts.cohort_start
            and cycles.from_stage = cohorts.from_stage
            and cycles.to_stage = cohorts.to_stage
        where not cycles.is_skipped
    ),
    sizes as (
        select cohort_no, count(*) as cycles from cycles group by cohort_no
    ),
    -- Whoever is observed for longer than all windows is at risk throughout.
    ranked as (
        select
            cohort_no,
            has_converted,
            observed_us,
            rank() over (partition by cohort_no order by observed_us) as place
        from cycles
        where observed_us <= longest_window_us
    ),
    -- At risk are all but those observed for a shorter time: censored at the instant of a conversion is still at risk then.
    conversions as (
        select
            ranked.cohort_no,
            ranked.observed_us,
            count(*) as converted,
            any_value(sizes.cycles + 1 - ranked.place) as at_risk
        from ranked
        inner join sizes on ranked.cohort_no = sizes.cohort_no
        where ranked.has_converted
        group by ranked.cohort_no, ranked.observed_us
    ),
    final as (
        select
            cohorts.grain,
            cohorts.cohort_start,
            cohorts.from_stage,
            cohorts.to_stage,
            windows.conversion_window,
            -- In one order, so that the same cohort always has the same last digit.
            1 - coalesce(
                product(1 - conversions.converted / conversions.at_risk order by conversions.observed_us desc),
                1
            ) as km_rate
        from sizes
        inner join cohorts on sizes.cohort_no = cohorts.cohort_no
        cross join run.clock
        inner join windows
            on cohorts.from_stage = windows.from_stage
            and cohorts.to_stage = windows.to_stage
            and cohorts.ends_at + to_hours(24 * windows.window_days) > clock.as_of
        left join conversions
            on cohorts.cohort_no = conversions.cohort_no
            and conversions.observed_us <= windows.window_days * 86_400_000_000
        group by
            cohorts.grain,
            cohorts.cohort_start,
            cohorts.from_stage,
            cohorts.to_stage,
            windows.conversion_window
    )
select * from final
