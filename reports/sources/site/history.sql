-- One row per metric and period: the total by the version in force, with what the pages must say beside it.
with

metrics as (

    select
        metric,
        type,
        unit,
        direction,
        owner,
        label_en,
        label_da,
        is_headline,
        minimum_sample,
        position,
        pooling(type, spec) as pooling
    from current_metrics

),

totals as (

    select
        shown.*,
        metrics.* exclude (metric),
        least(shown.sample_size, lag(shown.sample_size) over by_period) as compared_sample_size
    from values_in_force as shown
    inner join metrics using (metric)
    where shown.dimension = 'all'
    window by_period as (partition by shown.metric, shown.grain order by shown.period_start)

),

-- Amounts and rates over the last four weeks add up, as long as one version is in force for all of them. Percentiles, and
-- what is made of other metrics, do not; the first response is read from its rows again.
pooled as (

    select
        metric,
        grain,
        period_start,
        case
            when min(version) over last_four <> max(version) over last_four then null
            when pooling = 'sum' then sum(value) over last_four
            when pooling = 'share' then sum(numerator) over last_four / nullif(sum(denominator) over last_four, 0)
        end as value,
        sum(sample_size) over last_four as sample_size,
        bool_and(is_mature) over last_four as is_mature,
        count(*) over last_four as weeks
    from totals
    where grain = 'week'
    window last_four as (partition by metric order by period_start rows between 3 preceding and current row)

),

answers as (

    select
        periods.period_start,
        count(*) as sample_size,
        quantile_cont(coalesce(response_business_minutes, 'infinity'::double), 0.5) as median,
        quantile_cont(coalesce(response_business_minutes, 'infinity'::double), 0.9) as p90
    from periods
    inner join lead_responses
        on lead_responses.is_counted
        and local_time(lead_responses.due_at)::date between periods.period_start - 21 and periods.period_end - 1
    where periods.grain = 'week'
    group by periods.period_start

),

percentiles as (

    select 'first_response_median_minutes' as metric, period_start, median as value, sample_size from answers
    union all
    select 'first_response_p90_minutes' as metric, period_start, p90 as value, sample_size from answers

),

-- A volume promised per month has no target of its own in a week; the page still says what was promised.
promised as (

    select totals.metric, totals.grain, totals.period_start, promises.target, promises.grain as target_grain
    from totals
    inner join agreement_promises as promises
        on promises.metric = totals.metric
        and promises.grain <> totals.grain
        and promises.effective_from <= totals.period_start
        and coalesce(promises.effective_until > totals.period_start, true)

),

final as (

    select
        totals.metric,
        totals.version,
        totals.label_en,
        totals.label_da,
        totals.type,
        totals.unit,
        totals.direction,
        totals.owner,
        totals.is_headline,
        totals.position,
        totals.grain,
        period_label(totals.grain, totals.period_start) as label,
        strftime(totals.period_start, '%Y-%m-%d') as first_day,
        strftime(totals.period_end - 1, '%Y-%m-%d') as last_day,
        totals.numerator,
        totals.denominator,
        totals.value,
        totals.lower_95,
        totals.upper_95,
        totals.target,
        promised.target as promised_target,
        promised.target_grain as promised_grain,
        totals.status,
        totals.is_complete,
        totals.is_mature,
        totals.maturity,
        totals.estimate,
        totals.estimate_lower_95,
        totals.estimate_upper_95,
        totals.target_source,
        totals.previous_value,
        totals.change,
        totals.compared_sample_size,
        totals.over_value,
        totals.pending,
        totals.beside,
        totals.sample_size,
        totals.minimum_sample,
        totals.type not in ('count', 'count_distinct') and coalesce(totals.sample_size, 0) < totals.minimum_sample as is_too_few,
        case
            when coalesce(pooled.weeks, 0) < 4 then null
            when totals.type <> 'percentile' then pooled.value
            when isfinite(percentiles.value) then percentiles.value
        end as four_weeks_value,
        case
            when coalesce(pooled.weeks, 0) < 4 then null
            when totals.type <> 'percentile' then pooled.sample_size
            else percentiles.sample_size
        end as four_weeks_sample_size,
        pooled.is_mature as four_weeks_is_mature
    from totals
    left join pooled using (metric, grain, period_start)
    left join promised using (metric, grain, period_start)
    left join percentiles
        on totals.grain = 'week'
        and percentiles.metric = totals.metric
        and percentiles.period_start = totals.period_start

)

select * from final
order by position, grain, first_day
