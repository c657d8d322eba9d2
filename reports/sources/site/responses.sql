-- One row per grain, period and row of teams (see `team_rows`): how first responses ended, dated by when they were due.
with

responses as (

    select
        local_time(lead_responses.due_at)::date as due_on,
        team_rows.team_row as team,
        lead_responses.status,
        lead_responses.is_counted
    from lead_responses
    inner join team_rows on coalesce(lead_responses.team, '(none)') = team_rows.team
    where lead_responses.due_at is not null

)

select
    periods.grain,
    periods.label,
    responses.team,
    count(*) filter (where is_counted) as counted,
    count(*) filter (where is_counted and status = 'met') as met,
    count(*) filter (where is_counted and status = 'late') as late,
    count(*) filter (where is_counted and status = 'overdue') as overdue,
    count(*) filter (where status = 'self_booked') as self_booked,
    count(*) filter (where status = 'released') as released,
    count(*) filter (where status = 'pending') as pending
from periods
inner join responses on responses.due_on >= periods.period_start and responses.due_on < periods.period_end
group by periods.grain, periods.label, responses.team
order by periods.grain, periods.label, responses.team
