-- One row per quarter that is over (the last four), agreement, criterion and result (meeting or won): how often MQLs that met the
-- criterion got there, how often the others, and what the difference may be called. A condition that is both part of the ideal
-- customer and worth points is one row.
with

criteria as (

    select
        *,
        array_to_string(list(kind) over same_condition, ',') as kinds,
        row_number() over (same_condition order by kind <> 'icp', kind <> 'fit', criterion_no) as place
    from criteria_reviews
    where quarter is not null
    window same_condition as (partition by agreement, quarter, description_en)

),

results as (

    select
        agreement,
        quarter,
        criterion,
        criterion_no,
        kind,
        kinds,
        description_en,
        description_da,
        cycles_with,
        cycles_without,
        unnest([
            struct_pack(
                result := 'meeting',
                reached_with := meetings_with,
                reached_without := meetings_without,
                rate_with := meeting_rate_with,
                rate_without := meeting_rate_without,
                lift := meeting_lift,
                lower_95 := meeting_lift_lower_95,
                upper_95 := meeting_lift_upper_95
            ),
            struct_pack(
                result := 'won',
                reached_with := won_with,
                reached_without := won_without,
                rate_with := won_rate_with,
                rate_without := won_rate_without,
                lift := won_lift,
                lower_95 := won_lift_lower_95,
                upper_95 := won_lift_upper_95
            )
        ], recursive := true)
    from criteria
    where place = 1

),

-- Whether the quarter's MQLs have had their time: by the main window of the step.
maturity as (

    select cohort_start, to_stage, is_mature
    from cohort_conversions
    inner join main_windows using (from_stage, to_stage, window_days)
    where grain = 'quarter' and from_stage = 'mql' and to_stage in ('meeting', 'won')

),

final as (

    select
        quarter_label(results.quarter) as review,
        results.agreement,
        results.criterion,
        results.criterion_no,
        results.kind,
        results.kinds,
        results.description_en,
        results.description_da,
        results.result,
        results.cycles_with,
        results.cycles_without,
        results.reached_with,
        results.reached_without,
        results.rate_with,
        results.rate_without,
        results.lift,
        results.lower_95,
        results.upper_95,
        maturity.is_mature,
        case
            when least(results.cycles_with, results.cycles_without) = 0 then 'all_alike'
            when least(results.cycles_with, results.cycles_without) < minimum_sample_of('mql_to_meeting_rate') then 'too_few'
            when results.lower_95 is null or results.upper_95 is null then 'no_interval'
            when results.lower_95 > 1 then 'higher'
            when results.upper_95 < 1 then 'lower'
            else 'chance'
        end as verdict
    from results
    left join maturity on results.quarter = maturity.cohort_start and results.result = maturity.to_stage

)

select * from final
order by review, agreement, kind <> 'icp', kind <> 'fit', kind <> 'intent', criterion_no, criterion, result
