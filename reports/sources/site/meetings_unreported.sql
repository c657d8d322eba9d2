-- One row per meeting whose time has passed and of which nobody said how it went, the oldest first.
select
    case when settings.lead_detail = 'full' then meetings.lead_id end as lead_id,
    week_label(local_time(meetings.scheduled_for)) as week,
    local_minute(meetings.scheduled_for) as scheduled_for,
    coalesce(meetings.team, '(none)') as team,
    meetings.owner_id,
    local_time(build_info.as_of)::date - local_time(meetings.scheduled_for)::date as days_ago,
    strftime(local_time(meetings.report_due_at), '%Y-%m-%d') as report_due_on,
    coalesce(meetings.report_status = 'overdue', false) as is_overdue,
    row_number() over (order by meetings.scheduled_for, meetings.lead_id, meetings.meeting_id, meetings.slot_no) as position
from meetings
cross join build_info
cross join settings
where meetings.outcome = 'unknown' and meetings.scheduled_for < build_info.as_of
order by position
