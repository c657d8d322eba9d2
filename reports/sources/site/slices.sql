-- One row per metric, period and team: for the reviews. Other dimensions stay with `handover query`.
select
    shown.metric,
    metrics.label_en,
    metrics.label_da,
    metrics.unit,
    metrics.position,
    shown.grain,
    period_label(shown.grain, shown.period_start) as label,
    shown.dimension,
    shown.dimension_value,
    shown.numerator,
    shown.denominator,
    shown.value,
    shown.over_value,
    shown.target,
    shown.target_source,
    shown.status,
    shown.is_complete,
    shown.is_mature,
    shown.pending,
    shown.sample_size,
    metrics.type not in ('count', 'count_distinct') and coalesce(shown.sample_size, 0) < metrics.minimum_sample as is_too_few
from values_in_force as shown
inner join current_metrics as metrics using (metric)
where shown.dimension = 'team'
order by metrics.position, shown.grain, shown.period_start, shown.dimension_value
