-- Grain: stage and team (all: every team). The open cycles that stand on a rung, and for how long they have.
with
    visits as (
        select
            stage_times.stage,
            unnest(['all', coalesce(stage_times.team, '(none)')]) as team,
            stage_times.entered_at,
            -- Whole numbers: between two equal ages a percentile of fractions may come out beside both.
            epoch_us(clock.as_of) - epoch_us(stage_times.entered_at) as age_us
        from stage_times
        cross join run.clock
        where stage_times.is_open
    ),
    final as (
        select
            stage,
            team,
            count(*) as cycles,
            quantile_cont(age_us, 0.5) / 86_400_000_000 as median_age_days,
            quantile_cont(age_us, 0.9) / 86_400_000_000 as p90_age_days,
            max(age_us) / 86_400_000_000 as oldest_age_days,
            min(entered_at) as oldest_entered_at
        from visits
        group by stage, team
    )
select * from final
