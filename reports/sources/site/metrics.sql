-- One row per metric: its names, how the version in force at as_of defines it, what is promised of it, its own goal and the
-- state of its contracts.
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

    select
        metric,
        any_value(target) as target,
        any_value(grain) as target_grain,
        string_agg(wording_en, '; ' order by promise) as promise_en,
        string_agg(wording_da, '; ' order by promise) as promise_da
    from agreement_promises, build_info
    where
        effective_from <= local_time(as_of)::date
        and coalesce(effective_until > local_time(as_of)::date, true)
    group by metric

),

-- The last period that has begun says which version counts now.
in_force as (

    select metric, arg_max(version, period_start) as version
    from values_in_force
    where dimension = 'all'
    group by metric

),

versions as (

    select metric, count(*) as versions
    from metric_definitions
    group by metric

),

final as (

    select
        metrics.metric,
        metrics.version,
        case when shown.metric is null then metrics.target else shown.target end as own_target,
        coalesce(in_force.version, metrics.version) as version_in_force,
        versions.versions,
        strftime(metrics.effective_from, '%Y-%m-%d') as effective_from,
        strftime(metrics.deprecated_on, '%Y-%m-%d') as deprecated_on,
        coalesce(shown.type, metrics.type) as type,
        coalesce(shown.model, metrics.model) as model,
        array_to_string(coalesce(shown.models, metrics.models), ', ') as models,
        array_to_string(coalesce(shown.inputs, metrics.inputs), ', ') as inputs,
        metrics.owner,
        metrics.unit,
        metrics.direction,
        metrics.label_en,
        metrics.label_da,
        metrics.description_en,
        metrics.description_da,
        coalesce(shown.words_en, metrics.words_en) as words_en,
        coalesce(shown.words_da, metrics.words_da) as words_da,
        metrics.is_headline,
        coalesce(shown.minimum_sample, metrics.minimum_sample) as minimum_sample,
        coalesce(shown.sql, metrics.sql) as sql,
        coalesce(shown.definition, metrics.definition) as definition,
        array_to_string(coalesce(shown.dimensions, metrics.dimensions), ', ') as dimensions,
        coalesce(shown.file, metrics.file) as file,
        metrics.position,
        coalesce(targets.target, own_target) as target,
        targets.target_grain,
        targets.promise_en,
        targets.promise_da,
        case when targets.target is not null then 'agreement' when own_target is not null then 'metric' end as target_source,
        coalesce(contracts.rules, 0) as rules,
        coalesce(contracts.rules_passed, 0) as rules_passed,
        coalesce(contracts.has_error, false) as has_error
    from current_metrics as metrics
    left join contracts using (metric)
    left join targets using (metric)
    left join in_force using (metric)
    left join versions using (metric)
    left join metric_definitions as shown on metrics.metric = shown.metric and in_force.version = shown.version

)

select * from final
order by position
