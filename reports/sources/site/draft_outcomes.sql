-- One row per clause of the draft that the project names: its promises judged over the same leads by today's terms and by the
-- draft's. Empty where no draft is named.
with

-- A clause begins with the promise's name, and a promise is known by its metric.
promises as (

    select promise, arg_max(metric, effective_from) as metric
    from agreement_promises
    group by promise

)

select
    draft,
    strftime(first_date, '%Y-%m-%d') as first_day,
    strftime(last_date, '%Y-%m-%d') as last_day,
    clause,
    side,
    metrics.label_en,
    metrics.label_da,
    judged_before,
    kept_before,
    kept_before / nullif(judged_before, 0) as rate_before,
    judged_after,
    kept_after,
    kept_after / nullif(judged_after, 0) as rate_after,
    changed
from draft_outcomes
left join promises on split_part(draft_outcomes.clause, '/', 1) = promises.promise
left join current_metrics as metrics on promises.metric = metrics.metric
order by draft, side, clause
