-- One row per clause of the draft that the project names: its promises judged over the same leads by today's terms and by the
-- draft's. Empty where no draft is named.
with

-- A clause is a kind of promise, whatever the agreement calls its own, and is known by the metric that counts it.
kinds as (

    select *
    from (
        values
        ('first_response', 'response_within_sla_rate'),
        ('follow_up', 'follow_up_rate'),
        ('acceptance', 'acceptance_within_sla_rate'),
        ('meeting_outcome', 'meeting_outcome_reported_rate'),
        ('icp_match', 'icp_match_rate')
    ) as kinds (kind, metric)

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
left join kinds on draft_outcomes.clause = kinds.kind
left join current_metrics as metrics on kinds.metric = metrics.metric
order by draft, side, clause
