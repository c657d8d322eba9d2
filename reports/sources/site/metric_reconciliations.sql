-- One row per metric, pair of versions that follow each other, and period of the total: what each of the two says.
select
    reconciliations.metric,
    reconciliations.from_version,
    reconciliations.to_version,
    metrics.unit,
    reconciliations.grain,
    period_label(reconciliations.grain, reconciliations.period_start) as label,
    strftime(reconciliations.period_start, '%Y-%m-%d') as first_day,
    reconciliations.value_from,
    reconciliations.value_to,
    reconciliations.difference,
    reconciliations.is_same
from metric_reconciliations as reconciliations
inner join current_metrics as metrics using (metric)
where reconciliations.dimension = 'all'
order by reconciliations.metric, reconciliations.from_version desc, reconciliations.grain, first_day
