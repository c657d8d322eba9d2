-- One row per decision that a review logged, in the order in which it was taken; dates as text.
select
    decisions.review,
    decisions.grain,
    strftime(decisions.held_on, '%Y-%m-%d') as held_on,
    decisions.decision_no,
    without_leads(decisions.title_en) as title_en,
    without_leads(decisions.title_da) as title_da,
    without_leads(decisions.why_en) as why_en,
    without_leads(decisions.why_da) as why_da,
    decisions.decided_by,
    decisions.responsible,
    strftime(decisions.due_on, '%Y-%m-%d') as due_on,
    strftime(decisions.done_on, '%Y-%m-%d') as done_on,
    coalesce(
        decisions.done_on is null and decisions.due_on < local_time(build_info.as_of)::date,
        false
    ) as is_overdue,
    decisions.metric,
    decisions.target_from,
    decisions.target_to
from decisions
cross join build_info
order by decisions.review, decisions.decision_no
