-- Grain: stage and team (all: every team). How long cycles stood on a rung, of those that left it in the last 13
-- complete weeks.
with
    weeks as (
        select ends_at
        from sla.periods
        cross join run.clock
        where grain = 'week' and ends_at <= clock.as_of
        order by ends_at desc
        -- One more than 13: the first week begins where the one before it ends.
        limit 14
    ),
    spans as (
        select min(ends_at) as starts_at, max(ends_at) as ends_at from weeks
    ),
    visits as (
        select
            stage_times.stage,
            unnest(['all', coalesce(stage_times.team, '(none)')]) as team,
            stage_times.elapsed_days,
            stage_times.business_minutes / 60 as business_hours
        from stage_times
        cross join spans
        where stage_times.is_in_order
            and stage_times.left_at >= spans.starts_at
            and stage_times.left_at < spans.ends_at
    ),
    final as (
        select
            visits.stage,
            visits.team,
            count(*) as visits,
            quantile_cont(visits.elapsed_days, 0.5) as median_days,
            quantile_cont(visits.elapsed_days, 0.9) as p90_days,
            count(visits.business_hours) as visits_in_business_time,
            quantile_cont(visits.business_hours, 0.5) as median_business_hours,
            quantile_cont(visits.business_hours, 0.9) as p90_business_hours,
            spans.starts_at,
            spans.ends_at
        from visits
        cross join spans
        group by visits.stage, visits.team, spans.starts_at, spans.ends_at
    )
select * from final
