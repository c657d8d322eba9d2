-- One row per quarter and time to the first response: the quarter's MQLs whose first response counts towards the promise (not
-- self-booked, not released, not pending), by how soon they were answered in business time. Booked: a meeting, or a later stage,
-- within the window of the MQL to meeting rate; only MQLs that have had the whole window. Shown up: of their meetings that were
-- held or missed.
with

terms as (

    select
        coalesce(max(window_days) filter (where metric = 'mql_to_meeting_rate'), 30)::bigint as window_days
    from current_metrics

),

answered as (

    select
        responses.lead_id,
        responses.cycle_no,
        periods.label as review,
        case
            when responses.responded_at is null then 'never'
            when responses.response_business_minutes <= 15 then '15'
            when responses.response_business_minutes <= 30 then '30'
            when responses.response_business_minutes <= 60 then '60'
            when responses.response_business_minutes <= 120 then '120'
            when responses.response_business_minutes <= 240 then '240'
            when responses.response_business_minutes is not null then 'more'
        end as band,
        responses.mql_at + to_hours(24 * terms.window_days) <= build_info.as_of as is_mature,
        conversions.converted_at <= responses.mql_at + to_hours(24 * terms.window_days) as is_booked
    from lead_responses as responses
    cross join terms
    cross join build_info
    inner join periods
        on periods.grain = 'quarter'
        and local_time(responses.mql_at)::date >= periods.period_start
        and local_time(responses.mql_at)::date < periods.period_end
    left join stage_conversions as conversions
        on responses.lead_id = conversions.lead_id
        and responses.cycle_no = conversions.cycle_no
        and conversions.from_stage = 'mql'
        and conversions.to_stage = 'meeting'
    where responses.is_counted

),

shown as (

    select
        lead_id,
        cycle_no,
        count(*) filter (where outcome = 'held') as held,
        count(*) filter (where outcome = 'no_show') as no_show
    from meetings
    group by lead_id, cycle_no

),

counted as (

    select
        answered.review,
        answered.band,
        count(*) as mqls,
        count(*) filter (where answered.is_mature) as mature,
        count(*) filter (where answered.is_mature and answered.is_booked) as booked,
        coalesce(sum(shown.held), 0)::bigint as held,
        coalesce(sum(shown.held + shown.no_show), 0)::bigint as met_or_missed
    from answered
    left join shown on answered.lead_id = shown.lead_id and answered.cycle_no = shown.cycle_no
    where answered.band is not null
    group by answered.review, answered.band

),

final as (

    select
        counted.review,
        counted.band,
        list_position(['15', '30', '60', '120', '240', 'more', 'never'], counted.band) as position,
        terms.window_days,
        counted.mqls,
        counted.mature,
        counted.booked,
        counted.booked / nullif(counted.mature, 0) as booking_rate,
        counted.mature < minimum_sample_of('mql_to_meeting_rate') as is_too_few,
        counted.held,
        counted.met_or_missed,
        counted.held / nullif(counted.met_or_missed, 0) as show_rate,
        counted.met_or_missed < minimum_sample_of('no_show_rate') as is_too_few_meetings
    from counted
    cross join terms

)

select * from final
order by review, position
