-- One row per step, quarter's cohort and day since the first stage, up to 90: the share that is not yet there (Kaplan–Meier,
-- in which only as_of censors: a cycle that closed without converting stays at risk), how many were still on the way and
-- followed that far, and how many were followed that far at all. The last two quarters whose shortest window is over for
-- everybody, and the two newest of those after them. Days that nobody has been followed to have no row.
with

steps as (

    select from_stage, to_stage, min(window_days) as window_days
    from cohort_conversions
    group by from_stage, to_stage

),

quarters as (

    select
        steps.from_stage,
        steps.to_stage,
        periods.label,
        timezone(build_info.time_zone, periods.period_start::timestamp) as starts_at,
        timezone(build_info.time_zone, periods.period_end::timestamp) as ends_at,
        ends_at + to_hours(24 * coalesce(steps.window_days, 0)) <= build_info.as_of as is_ripe
    from steps
    cross join build_info
    inner join periods on periods.grain = 'quarter'

),

shown as (

    select *
    from quarters
    qualify row_number() over (partition by from_stage, to_stage, is_ripe order by starts_at desc) <= 2

),

cycles as (

    select
        shown.from_stage,
        shown.to_stage,
        shown.label,
        shown.is_ripe,
        conversions.converted_at is not null as has_converted,
        epoch_us(coalesce(conversions.converted_at, build_info.as_of)) - epoch_us(conversions.from_at) as observed_us,
        (epoch_us(build_info.as_of) - epoch_us(conversions.from_at)) // 86_400_000_000 as followed_days
    from stage_conversions as conversions
    cross join build_info
    inner join shown
        on conversions.from_stage = shown.from_stage
        and conversions.to_stage = shown.to_stage
        and conversions.from_at >= shown.starts_at
        and conversions.from_at < shown.ends_at

),

-- Followed until the very instant of a conversion: still at risk then.
instants as (

    select
        from_stage,
        to_stage,
        label,
        observed_us,
        count(*) filter (where has_converted) as converted,
        sum(count(*)) over (partition by from_stage, to_stage, label order by observed_us desc) as at_risk
    from cycles
    group by from_stage, to_stage, label, observed_us

),

-- What each day does to the share: a conversion counts from the first whole day at which it is over.
drops as (

    select
        from_stage,
        to_stage,
        label,
        ceil(observed_us / 86_400_000_000)::bigint as day,
        product(1 - converted / at_risk) as factor
    from instants
    group by from_stage, to_stage, label, day

),

sizes as (

    select from_stage, to_stage, label, any_value(is_ripe) as is_ripe, count(*) as cohort_size, max(followed_days) as longest_days
    from cycles
    group by from_stage, to_stage, label

),

days as (

    select sizes.*, unnest(range(0, least(longest_days, 90) + 1)) as day
    from sizes

),

-- Whoever was observed for fewer whole days than a day's number is not at risk on it.
left_by_day as (

    select from_stage, to_stage, label, observed_us // 86_400_000_000 + 1 as day, count(*) as observed
    from cycles
    group by all

),

unfollowed_by_day as (

    select from_stage, to_stage, label, followed_days + 1 as day, count(*) as followed
    from cycles
    group by all

),

final as (

    select
        days.from_stage,
        days.to_stage,
        days.label,
        days.is_ripe,
        days.day,
        days.cohort_size,
        coalesce(product(drops.factor) over so_far, 1) as share,
        days.cohort_size - coalesce(sum(left_by_day.observed) over so_far, 0) as at_risk,
        days.cohort_size - coalesce(sum(unfollowed_by_day.followed) over so_far, 0) as followed
    from days
    left join drops using (from_stage, to_stage, label, day)
    left join left_by_day using (from_stage, to_stage, label, day)
    left join unfollowed_by_day using (from_stage, to_stage, label, day)
    window so_far as (partition by days.from_stage, days.to_stage, days.label order by days.day)

)

-- A line of fewer than ten leads would show chance.
select *, followed >= 10 as is_drawn
from final
order by from_stage, to_stage, label, day
