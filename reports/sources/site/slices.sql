-- One row per headline metric, period and row of teams (see `team_rows`): for the reviews. Other metrics and dimensions stay
-- with `handover query`. Of teams that share a row counts and shares add up; percentiles do not, so those of the first
-- response are read from its rows again, and of others there is none.
with

shown as (

    select
        metric_rows.*,
        coalesce(team_rows.team_row, metric_rows.dimension_value) as team_row,
        coalesce(team_rows.teams, 1) as teams,
        metrics.type,
        metrics.direction,
        pooling(metrics.type, metrics.spec) as pooling
    from values_in_force as metric_rows
    inner join current_metrics as metrics using (metric)
    left join team_rows on metric_rows.dimension_value = team_rows.team
    where metric_rows.dimension = 'team' and metrics.is_headline

),

single as (

    select
        metric,
        grain,
        period_start,
        team_row,
        teams,
        numerator,
        denominator,
        value,
        over_value,
        target,
        target_source,
        status,
        is_complete,
        is_mature,
        pending,
        sample_size
    from shown
    where teams = 1

),

merged_teams as (

    select team, team_row from team_rows where teams > 1

),

answers as (

    select
        periods.grain,
        periods.period_start,
        count(*) as sample_size,
        quantile_cont(coalesce(responses.response_business_minutes, 'infinity'::double), 0.5) as median,
        quantile_cont(coalesce(responses.response_business_minutes, 'infinity'::double), 0.9) as p90,
        max(responses.response_business_minutes) as longest
    from periods
    inner join lead_responses as responses
        on responses.is_counted
        and local_time(responses.due_at)::date >= periods.period_start
        and local_time(responses.due_at)::date < periods.period_end
    where coalesce(responses.team, '(none)') in (select team from merged_teams)
    group by periods.grain, periods.period_start

),

percentiles as (

    select 'first_response_median_minutes' as metric, grain, period_start, median as value, longest, sample_size
    from answers
    union all
    select 'first_response_p90_minutes' as metric, grain, period_start, p90 as value, longest, sample_size
    from answers

),

added as (

    select
        metric,
        grain,
        period_start,
        team_row,
        any_value(teams) as teams,
        any_value(type) as type,
        any_value(direction) as direction,
        any_value(pooling) as pooling,
        sum(numerator) as numerator,
        sum(denominator) as denominator,
        sum(value) as value,
        if(
            any_value(pooling) <> 'sum' and count(distinct target) = 1 and count(target) = count(*),
            any_value(target),
            null
        ) as target,
        any_value(target_source) as target_source,
        bool_and(is_complete) as is_complete,
        bool_and(is_mature) as is_mature,
        sum(pending) as pending,
        sum(sample_size) as sample_size
    from shown
    where teams > 1
    group by metric, grain, period_start, team_row

),

pooled as (

    select
        added.* exclude (value, sample_size),
        case
            when added.pooling = 'sum' then added.value
            when added.pooling = 'share' then added.numerator / nullif(added.denominator, 0)
            when added.type = 'percentile' and isfinite(percentiles.value) then percentiles.value
        end as value,
        if(
            added.type = 'percentile' and percentiles.value is not null and not isfinite(percentiles.value),
            percentiles.longest,
            null
        ) as over_value,
        if(added.type = 'percentile', coalesce(percentiles.sample_size, 0), added.sample_size) as sample_size,
        added.type = 'percentile' and percentiles.value is not null as is_ranked
    from added
    left join percentiles using (metric, grain, period_start)

),

-- Between these the value lies whatever becomes of what is pending; null where nobody knows.
bounded as (

    select
        *,
        case
            when type = 'ratio' then numerator / nullif(denominator + pending, 0)
            when type = 'conversion' then value
            when pending > 0 then null
            when is_ranked then coalesce(value, 'infinity'::double)
            else value
        end as lowest,
        case
            when type = 'ratio' then (numerator + pending) / nullif(denominator + pending, 0)
            when type = 'conversion' then value
            when pending > 0 then null
            when is_ranked then coalesce(value, 'infinity'::double)
            else value
        end as highest
    from pooled

),

judged as (

    select
        metric,
        grain,
        period_start,
        team_row,
        teams,
        numerator,
        denominator,
        value,
        over_value,
        target,
        if(target is null, null, target_source) as target_source,
        case
            when target is null then null
            when not is_complete or not coalesce(is_mature, true) then 'open'
            when if(direction = 'up', lowest >= target, highest <= target) then 'kept'
            when if(direction = 'up', highest < target, lowest > target) then 'missed'
            when pending > 0 then 'open'
            else 'no_data'
        end as status,
        is_complete,
        is_mature,
        pending,
        sample_size
    from bounded

),

final as (

    select
        rows.metric,
        metrics.label_en,
        metrics.label_da,
        metrics.unit,
        metrics.direction,
        metrics.position,
        metrics.is_headline,
        rows.grain,
        period_label(rows.grain, rows.period_start) as label,
        'team' as dimension,
        rows.team_row as dimension_value,
        rows.teams,
        rows.numerator,
        rows.denominator,
        rows.value,
        rows.over_value,
        rows.target,
        rows.target_source,
        rows.status,
        rows.is_complete,
        rows.is_mature,
        rows.pending,
        rows.sample_size,
        metrics.type not in ('count', 'count_distinct')
        and coalesce(rows.sample_size, 0) < metrics.minimum_sample as is_too_few
    from (select * from single union all by name select * from judged) as rows
    inner join current_metrics as metrics using (metric)

)

select * from final
order by position, grain, label, dimension_value
