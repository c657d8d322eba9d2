-- One row: the step whose target would yield the most, or none.
select
    step_en,
    step_da,
    strftime(first_date, '%Y-%m-%d') as first_day,
    strftime(last_date, '%Y-%m-%d') as last_day,
    sentence_en,
    sentence_da
from flow_steps
where is_bottleneck
