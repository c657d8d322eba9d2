-- Grain: lead_id, meeting_id and slot_no. A meeting and each time it was to take place, and whether somebody said in time
-- how it went.
with
    slots as (
        select * from int_meeting_slots
    ),
    judged as (
        select
            slots.meeting_id,
            slots.slot_no,
            slots.lead_id,
            slots.cycle_no,
            slots.booked_at,
            slots.scheduled_for,
            case slots.latest_type
                when 'meeting_held' then 'held'
                when 'meeting_no_show' then 'no_show'
                when 'meeting_cancelled' then 'cancelled'
                else if(slots.scheduled_for > clock.as_of, 'upcoming', 'unknown')
            end as outcome,
            slots.reschedules,
            slots.team,
            slots.owner_id,
            slots.source,
            slots.campaign,
            slots.country,
            clock.as_of,
            slots.agreement,
            slots.promise,
            slots.report_due_at,
            slots.reported_at,
            case
                when slots.promise is null then null
                -- Where a meeting to come lies beyond the calendar's end, when it is due is not known yet.
                when slots.beyond_calendar is not null and slots.scheduled_for <= clock.as_of
                    then error(slots.beyond_calendar)
                -- A calendar that never opens makes no promise fall due.
                when slots.reported_at <= coalesce(slots.report_due_at, 'infinity'::timestamptz) then 'met'
                when slots.reported_at > slots.report_due_at then 'late'
                when slots.report_due_at < clock.as_of then 'overdue'
                else 'pending'
            end as report_status,
            slots.is_excluded
        from slots
        cross join run.clock
    ),
    final as (
        select
            * exclude (as_of),
            -- The rate of outcomes reported in time counts these, dated by report_due_at.
            coalesce(
                report_status in ('met', 'late', 'overdue') and report_due_at <= as_of,
                false
            ) as is_report_counted
        from judged
    )
select * from final
