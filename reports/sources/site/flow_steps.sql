-- One row per step up the ladder: of those that came to it in the newest 90 days in which everybody has been watched for 30,
-- how many went on within 30 days.
select
    step_no,
    from_stage,
    to_stage,
    step_en,
    step_da,
    strftime(first_date, '%Y-%m-%d') as first_day,
    strftime(last_date, '%Y-%m-%d') as last_day,
    'percent' as unit,
    'up' as direction,
    entered as denominator,
    went_on as numerator,
    entered as sample_size,
    entered < usual_minimum_sample() as is_too_few,
    rate as value,
    target,
    case
        when rate is null or target is null then null
        when rate >= target then 'kept'
        else 'missed'
    end as status,
    is_bottleneck,
    sentence_en,
    sentence_da
from flow_steps
order by step_no
