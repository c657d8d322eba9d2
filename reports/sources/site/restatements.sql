-- One row per published value that this build shows otherwise, newest first.
select
    restatements.metric,
    metrics.label_en,
    metrics.label_da,
    coalesce(metrics.unit, restatements.unit) as unit,
    restatements.period,
    restatements.grain,
    period_label(restatements.grain, restatements.period_start) as label,
    strftime(restatements.period_start, '%Y-%m-%d') as first_day,
    restatements.value_published,
    restatements.value_now,
    restatements.difference,
    restatements.status_published,
    restatements.status_now,
    restatements.cause,
    restatements.cause_en,
    restatements.cause_da,
    restatements.is_beyond,
    restatements.is_acknowledged,
    without_leads(restatements.reason) as reason,
    restatements.acknowledged_by,
    strftime(restatements.acknowledged_on, '%Y-%m-%d') as acknowledged_on
from restatements
left join current_metrics as metrics using (metric)
order by restatements.metric, first_day desc, restatements.grain
