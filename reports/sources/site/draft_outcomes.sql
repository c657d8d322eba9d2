-- One row per clause of the draft that the project names: its promises judged over the same leads by today's terms and by the
-- draft's. Empty where no draft is named.
select
    draft,
    strftime(first_date, '%Y-%m-%d') as first_day,
    strftime(last_date, '%Y-%m-%d') as last_day,
    clause,
    side,
    judged_before,
    kept_before,
    kept_before / nullif(judged_before, 0) as rate_before,
    judged_after,
    kept_after,
    kept_after / nullif(judged_after, 0) as rate_after,
    changed
from draft_outcomes
order by draft, side, clause
