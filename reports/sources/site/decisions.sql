-- One row per decision that a review took.
select
    review,
    grain,
    strftime(held_on, '%Y-%m-%d') as held_on,
    decision_no,
    title_en,
    title_da,
    why_en,
    why_da,
    decided_by,
    responsible,
    strftime(due_on, '%Y-%m-%d') as due_on,
    strftime(done_on, '%Y-%m-%d') as done_on,
    metric,
    target_from,
    target_to
from decisions
order by review, decision_no
