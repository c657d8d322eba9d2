-- One row: how old the data are, what was read, and how much of it somebody should look at.
with

-- The rule of handover.yml about the newest data, `at most 36 h`; that of a metric is another one.
freshness as (

    select
        bool_and(passed) as is_fresh,
        any_value(try_cast(regexp_extract(expected, '(\d+) (?:h|days)$', 1) as integer)) as allowed,
        any_value(if(expected like '% days', 'days', 'hours')) as allowed_unit
    from contract_results
    where rule = 'freshness' and metric is null and model is null

),

rules as (

    select
        count(*) as rules,
        count(*) filter (where passed) as rules_passed,
        count(*) filter (where not passed and severity = 'error') as errors,
        count(*) filter (where not passed and not (rule = 'freshness' and metric is null and model is null)) as rules_broken
    from contract_results

),

files as (

    select
        count(*) as files,
        count(distinct source) as sources,
        coalesce(sum(rows_read), 0) as rows_read,
        coalesce(sum(rows_loaded), 0) as rows_loaded,
        coalesce(sum(rows_duplicate), 0) as rows_duplicate,
        coalesce(sum(rows_superseded), 0) as rows_superseded,
        coalesce(sum(rows_rejected), 0) as rows_rejected,
        count(*) filter (where rows_read <> rows_loaded + rows_duplicate + rows_superseded + rows_rejected) as files_off
    from load_files

),

measures as (

    select
        count(*) as measures,
        count(*) filter (where is_problem) as measures_off,
        count(*) filter (where is_problem and measure = 'events_on_day') as days_off,
        count(*) filter (where is_problem and measure = 'stage_history') as stages_off
    from data_health

),

ages as (

    select
        local_minute(as_of) as as_of,
        local_minute(now) as built_at,
        -- Rounded up, as the rule's own text is: beyond the limit never reads like the limit itself.
        greatest(0, ceil((epoch_us(now) - epoch_us(as_of)) / 3_600_000_000))::integer as age_hours
    from build_info

),

final as (

    select
        ages.as_of,
        ages.built_at,
        if(age_hours <= 72, age_hours, ceil(age_hours / 24)::integer) as age,
        if(age_hours <= 72, 'hours', 'days') as age_unit,
        freshness.is_fresh,
        freshness.allowed,
        freshness.allowed_unit,
        rules.*,
        files.*,
        measures.*,
        -- What the page lists on top: each is one thing to look at.
        (freshness.is_fresh is false)::integer
        + (rules.rules_broken > 0)::integer
        + (files.files_off > 0)::integer
        + (measures.measures_off - measures.days_off - measures.stages_off > 0)::integer
        + (measures.days_off > 0)::integer
        + (measures.stages_off > 0)::integer as problems
    from ages
    cross join freshness
    cross join rules
    cross join files
    cross join measures

)

select * from final
