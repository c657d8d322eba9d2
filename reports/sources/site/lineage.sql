-- One row per metric and thing that it is made from, directly or on the way: sources, models, other metrics. By the version
-- in force; `position` orders the levels in the order in which data flow.
with recursive

in_force as (

    select metric, arg_max(version, period_start) as version
    from values_in_force
    where dimension = 'all'
    group by metric

),

definitions as (

    select metrics.metric, shown.models, shown.inputs
    from current_metrics as metrics
    left join in_force using (metric)
    inner join metric_definitions as shown
        on metrics.metric = shown.metric
        and coalesce(in_force.version, metrics.version) = shown.version

),

-- Metrics of metrics: all that stand behind one, itself with 0 steps.
behind (metric, input, steps) as (

    select metric, metric, 0
    from definitions
    union
    select behind.metric, unnest(definitions.inputs), behind.steps + 1
    from behind
    inner join definitions on behind.input = definitions.metric
    where behind.steps < 20

),

metric_inputs as (

    select metric, input, min(steps) as steps
    from behind
    where metric <> input
    group by metric, input

),

read_by_metric as (

    select distinct
        behind.metric,
        unnest(definitions.models) as model
    from behind
    inner join definitions on behind.input = definitions.metric

),

upstream (metric, name, kind) as (

    select metric, model, 'model'
    from read_by_metric
    union
    select upstream.metric, model_inputs.input, model_inputs.input_kind
    from upstream
    inner join model_inputs on upstream.name = model_inputs.model
    where upstream.kind = 'model' and model_inputs.input is not null

),

-- The longest way from what no model makes, for the order within a level.
steps (model, depth) as (

    select distinct model, 1
    from model_inputs
    union
    select model_inputs.model, steps.depth + 1
    from steps
    inner join model_inputs on steps.model = model_inputs.input
    where model_inputs.input_kind = 'model'

),

depths as (

    select model, max(depth) as depth
    from steps
    group by model

),

models as (

    select
        model,
        any_value(layer) as layer,
        any_value(description) as description,
        string_agg(input, ', ' order by input_kind <> 'model', input) as reads
    from model_inputs
    group by model

),

-- Which of handover.yml's sources a raw table is filled from.
loaded as (

    select 'raw.' || table_name as name, string_agg(distinct source, ', ' order by source) as sources
    from load_files
    group by table_name

),

things as (

    select
        upstream.metric,
        case
            when upstream.kind <> 'model' then 'source'
            when models.layer in ('staging', 'intermediate', 'marts') then models.layer
            else 'other'
        end as level,
        upstream.kind,
        upstream.name,
        null::text as label_en,
        null::text as label_da,
        models.description,
        models.reads,
        loaded.sources,
        coalesce(depths.depth, 0) as depth
    from upstream
    left join models on upstream.kind = 'model' and upstream.name = models.model
    left join depths on upstream.kind = 'model' and upstream.name = depths.model
    left join loaded on upstream.kind = 'source' and upstream.name = loaded.name
    union all
    select
        metric_inputs.metric,
        'metric',
        'metric',
        metric_inputs.input,
        inputs.label_en,
        inputs.label_da,
        null,
        null,
        null,
        -metric_inputs.steps
    from metric_inputs
    inner join current_metrics as inputs on metric_inputs.input = inputs.metric

),

final as (

    select
        metric,
        list_position(['source', 'staging', 'intermediate', 'other', 'marts', 'metric'], level) as position,
        level,
        kind,
        name,
        label_en,
        label_da,
        description,
        reads,
        sources,
        depth
    from things

)

select * from final
order by
    metric,
    position,
    list_position(['source', 'seed', 'agreement', 'run'], kind),
    depth,
    name
