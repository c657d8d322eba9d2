-- One row per review (a week, a month or a quarter) and promise in force: kept, missed, or not to be judged yet.
-- A promise given for longer than the review is judged by the latest such period that had ended (a month in a weekly
-- review, a quarter in a monthly one), one given for shorter by all that ended in the review (the quarter's months, the
-- month's weeks).
with

reviews as (

    select grain, period_start, period_end, label
    from periods
    where grain in ('week', 'month', 'quarter')

),

promised as (

    select
        reviews.grain as review_grain,
        reviews.label as review,
        reviews.period_end as review_end,
        reviews.period_start as review_start,
        promises.*,
        row_number() over (
            partition by reviews.grain, reviews.label, promises.side, promises.promise
            order by promises.effective_from desc
        ) as newest_first
    from reviews
    inner join agreement_promises as promises
        on promises.effective_from < reviews.period_end
        and coalesce(promises.effective_until > reviews.period_start, true)

),

totals as (

    -- What a metric's own goal says is no verdict on a promise.
    select * replace (case when target_source = 'agreement' then status end as status)
    from values_in_force
    where dimension = 'all'

),

judged as (

    select
        promised.*,
        totals.grain as judged_grain,
        period_label(totals.grain, totals.period_start) as judged_period,
        totals.period_start as judged_start,
        totals.numerator,
        totals.denominator,
        totals.value,
        totals.over_value,
        case when totals.target_source = 'agreement' then totals.target end as judged_target,
        totals.sample_size,
        totals.pending,
        totals.beside,
        totals.is_mature,
        coalesce(totals.status, 'no_data') as status
    from promised
    left join totals
        on totals.metric = promised.metric
        and totals.grain = coalesce(promised.grain, promised.review_grain)
        and case
            when totals.grain = promised.review_grain then totals.period_start = promised.review_start
            when promised.review_grain = 'week' or totals.grain = 'quarter'
                then totals.period_end <= promised.review_end and totals.period_end > promised.review_end - 92
            else totals.period_end > promised.review_start and totals.period_end <= promised.review_end
        end
    where promised.newest_first = 1
    qualify
        promised.review_grain = 'quarter'
        or (promised.review_grain = 'month' and totals.grain = 'week')
        or row_number() over (
            partition by promised.review_grain, promised.review, promised.side, promised.promise
            order by totals.period_start desc nulls last
        ) = 1

),

final as (

    select
        review_grain,
        review,
        side,
        promise,
        metric,
        agreement,
        any_value(owner) as owner,
        any_value(wording_en) as wording_en,
        any_value(wording_da) as wording_da,
        -- What it was judged by, which may differ by quarter; where its periods were judged by several, the usual one.
        case when count(distinct judged_target) = 1 then any_value(judged_target) else any_value(target) end as target,
        any_value(target) as usual_target,
        any_value(judged_grain) as judged_grain,
        max(judged_period) as judged_period,
        coalesce(bool_or(effective_from > judged_start), false) as began_within,
        count(judged_period) as periods,
        count(*) filter (where status = 'kept') as periods_kept,
        case when count(*) = 1 then any_value(numerator) end as numerator,
        case when count(*) = 1 then any_value(denominator) end as denominator,
        case when count(*) = 1 then any_value(value) end as value,
        case when count(*) = 1 then any_value(over_value) end as over_value,
        sum(sample_size) as sample_size,
        sum(pending) as pending,
        sum(beside) as beside,
        case
            when bool_or(status = 'missed') then 'missed'
            when bool_or(status = 'open') then 'open'
            when bool_and(status = 'kept') then 'kept'
            else 'no_data'
        end as status
    from judged
    group by review_grain, review, side, promise, metric, agreement

)

select final.*, metrics.label_en, metrics.label_da, metrics.unit, metrics.direction, metrics.type, metrics.position
from final
left join current_metrics as metrics using (metric)
order by review_grain, review, side, metrics.position
