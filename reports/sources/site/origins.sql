-- One row per source of the MQLs of the last quarter that has ended, and one for all of them: how many of them have been
-- accepted, met and won to date. A step without a cohort window has no count. Mature: its longest window is over for all.
with

last_quarter as (

    select label, period_start, period_end
    from periods
    where grain = 'quarter' and is_complete
    qualify row_number() over (order by period_start desc) = 1

),

maturity as (

    select
        to_stage,
        timezone(any_value(build_info.time_zone), any_value(last_quarter.period_end)::timestamp) + to_hours(24 * max(window_days))
        <= any_value(build_info.as_of) as is_mature
    from cohort_conversions
    cross join last_quarter
    cross join build_info
    where from_stage = 'mql'
    group by to_stage

),

conversions as (

    select
        conversions.lead_id,
        conversions.cycle_no,
        conversions.to_stage,
        conversions.converted_at is not null as has_converted,
        coalesce(nullif(conversions.source, ''), '(none)') as source
    from stage_conversions as conversions
    cross join last_quarter
    left join lead_cycles as cycles
        on conversions.lead_id = cycles.lead_id and conversions.cycle_no = cycles.cycle_no
    where
        conversions.from_stage = 'mql'
        and local_time(conversions.from_at)::date >= last_quarter.period_start
        and local_time(conversions.from_at)::date < last_quarter.period_end
        and not coalesce(cycles.is_excluded, false)

),

counted as (

    select
        source,
        grouping(source) = 1 as is_total,
        count(distinct (lead_id, cycle_no)) as mqls,
        case when bool_or(to_stage = 'sal') then count(*) filter (where to_stage = 'sal' and has_converted) end as sals,
        case when bool_or(to_stage = 'meeting') then count(*) filter (where to_stage = 'meeting' and has_converted) end as meetings,
        case when bool_or(to_stage = 'won') then count(*) filter (where to_stage = 'won' and has_converted) end as won
    from conversions
    group by grouping sets ((source), ())
    having count(*) > 0

),

final as (

    select
        last_quarter.label as quarter,
        counted.*,
        counted.mqls < greatest(minimum_sample_of('mql_acceptance_rate'), minimum_sample_of('mql_to_meeting_rate')) as is_too_few,
        (select is_mature from maturity where to_stage = 'sal') as is_sal_mature,
        (select is_mature from maturity where to_stage = 'meeting') as is_meeting_mature,
        (select is_mature from maturity where to_stage = 'won') as is_won_mature
    from counted
    cross join last_quarter

)

select * from final
order by is_total, mqls desc, source
