-- One row per metric: its definition, the target in force and the state of its contracts.
with

contracts as (

    select
        metric,
        count(*) as rules,
        count(*) filter (where passed) as rules_passed,
        bool_or(not passed and severity = 'error') as has_error
    from contract_results
    where metric is not null
    group by metric

),

targets as (

    select metric, any_value(target) as target, any_value(grain) as target_grain, any_value(side) as side
    from agreement_promises, build_info
    where
        effective_from <= local_time(as_of)::date
        and coalesce(effective_until > local_time(as_of)::date, true)
    group by metric

),

final as (

    select
        metrics.metric,
        metrics.version,
        metrics.type,
        metrics.model,
        metrics.owner,
        metrics.unit,
        metrics.direction,
        metrics.label_en,
        metrics.label_da,
        metrics.description_en,
        metrics.description_da,
        metrics.is_headline,
        metrics.minimum_sample,
        metrics.sql,
        metrics.definition,
        array_to_string(metrics.dimensions, ', ') as dimensions,
        metrics.file,
        metrics.position,
        targets.target,
        targets.target_grain,
        coalesce(contracts.rules, 0) as rules,
        coalesce(contracts.rules_passed, 0) as rules_passed,
        coalesce(contracts.has_error, false) as has_error
    from current_metrics as metrics
    left join contracts using (metric)
    left join targets using (metric)

)

select * from final
order by position
