-- One row per metric, period and team: for the reviews. Other dimensions stay with `handover query`.
select
    metric_values.metric,
    metrics.label_en,
    metrics.label_da,
    metrics.unit,
    metrics.position,
    metric_values.grain,
    period_label(metric_values.grain, metric_values.period_start) as label,
    metric_values.dimension,
    metric_values.dimension_value,
    metric_values.numerator,
    metric_values.denominator,
    metric_values.value,
    metric_values.over_value,
    metric_values.target,
    metric_values.status,
    metric_values.is_complete,
    metric_values.is_mature,
    metric_values.pending,
    metric_values.sample_size,
    metrics.type <> 'count' and coalesce(metric_values.sample_size, 0) < metrics.minimum_sample as is_too_few
from metric_values
inner join current_metrics as metrics using (metric, version)
where metric_values.dimension = 'team'
order by metrics.position, metric_values.grain, metric_values.period_start, metric_values.dimension_value
