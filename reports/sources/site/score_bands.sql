-- One row per quarter and score band: the quarter's MQLs by the score they had then, and how many of them have reached a meeting
-- and won by now.
with

bands as (

    select
        periods.label as review,
        periods.period_start,
        cycles.score_band,
        min(cycles.score_at_mql) as lowest_score,
        count(*) as mqls,
        count(*) filter (where cycles.meeting_reached_at is not null) as meetings,
        count(*) filter (where cycles.won_at is not null) as won
    from periods
    inner join lead_cycles as cycles
        on local_time(cycles.mql_at)::date >= periods.period_start
        and local_time(cycles.mql_at)::date < periods.period_end
    where periods.grain = 'quarter' and cycles.score_band is not null and not coalesce(cycles.is_excluded, false)
    group by periods.label, periods.period_start, cycles.score_band

),

maturity as (

    select
        cohort_start,
        bool_and(is_mature) filter (where to_stage = 'meeting') as meeting_is_mature,
        bool_and(is_mature) filter (where to_stage = 'won') as won_is_mature
    from cohort_conversions
    inner join main_windows using (from_stage, to_stage, window_days)
    where grain = 'quarter' and from_stage = 'mql' and to_stage in ('meeting', 'won')
    group by cohort_start

),

final as (

    select
        bands.review,
        bands.score_band as band_en,
        replace(bands.score_band, ' or more', ' og derover') as band_da,
        bands.mqls,
        bands.meetings,
        bands.meetings / bands.mqls as meeting_rate,
        bands.won,
        bands.won / bands.mqls as won_rate,
        maturity.meeting_is_mature,
        maturity.won_is_mature,
        bands.mqls < minimum_sample_of('mql_to_meeting_rate') as is_too_few,
        row_number() over (partition by bands.review order by bands.lowest_score) as position
    from bands
    left join maturity on bands.period_start = maturity.cohort_start

)

select * from final
order by review, position
